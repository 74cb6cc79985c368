//! Whole paragraphs with their rewrites, as a person would see them. A change here is read, not waved through.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write;

use emend_text::{diff, keep_layout, reason};

/// The text with its edits marked, then each edit with its kind and reason.
fn shown(original: &str, rewrite: &str) -> String {
    let edits = diff(original, rewrite);
    let (mut marked, mut list, mut at) = (String::new(), String::new(), 0);
    for edit in &edits {
        let old = edit.span.of(original).unwrap();
        marked.push_str(&original[at..edit.span.start]);
        if !old.is_empty() {
            write!(marked, "[-{old}-]").unwrap();
        }
        if !edit.replacement.is_empty() {
            write!(marked, "{{+{}+}}", edit.replacement).unwrap();
        }
        at = edit.span.end;
        writeln!(list, "{:<12} {}", edit.kind.label(), reason(edit, original)).unwrap();
    }
    marked.push_str(&original[at..]);
    format!("{marked}\n\n{list}")
}

#[test]
fn a_letter_is_corrected() {
    let original = "Dear neighbours, I am writting you because since two weeks the light in the stair case is broken. \
        Every evening I must to go up four floor in the dark and yesterday my mother have almost fell. I has already \
        called the landlord three time, but he say that its not urgent. Could we maybe write him togehter? If nobody \
        have time I can do it alone, but a letter from all of us would have more affect.";
    let rewrite = "Dear neighbours, I am writing to you because for two weeks the light in the staircase has been \
        broken. Every evening I must go up four floors in the dark, and yesterday my mother almost fell. I have \
        already called the landlord three times, but he says that it's not urgent. Could we maybe write to him \
        together? If nobody has time, I can do it alone, but a letter from all of us would have more effect.";
    insta::assert_snapshot!(shown(original, rewrite));
}

#[test]
fn a_notice_is_made_clearer() {
    let original = "Please be advised that, due to the fact that maintenance work is going to be carried out by our \
        technical staff on 14 March between 09:00 and 11:30, it will not be possible for visitors to make use of the \
        main entrance. Visitors are kindly requested to use the side entrance, which is located in Mill Street, and \
        to report to the reception desk upon arrival. In the event that you have any questions, do not hesitate to \
        contact us by telephone under 555-0142.";
    let rewrite = "Our technical staff will carry out maintenance on 14 March between 09:00 and 11:30, so visitors \
        cannot use the main entrance. Please use the side entrance in Mill Street and report to reception when you \
        arrive. If you have any questions, call us on 555-0142.";
    insta::assert_snapshot!(shown(original, rewrite));
}

#[test]
fn a_rant_is_made_appropriate() {
    let original = "Only a complete fool would believe this study. They asked 12 people, all of them friends of the \
        author!!! And nobody there had the brains to check the numbers. Throw it in the bin and stop wasting our time.";
    let rewrite = "I do not find this study convincing. They asked 12 people, all of them friends of the author. And \
        nobody there seems to have checked the numbers. I suggest that we set it aside and use our time for something \
        else.";
    insta::assert_snapshot!(shown(original, rewrite));
}

#[test]
fn a_wrapped_list_item_keeps_its_lines() {
    let original = "The river has rised by two metre since\n  monday, and the lower path is  not longer passable;\n  \
        hikers is asked to take the path threw the wood.";
    let rewrite = "The river has risen by two metres since Monday, and the lower path is no longer passable; hikers \
        are asked to take the path through the wood.";
    insta::assert_snapshot!(shown(original, &keep_layout(original, rewrite)));
}
