//! Runs the Markdown pages of `tests/pages/`: each describes one behaviour in prose and shows it in fenced blocks.
//!
//! The first block of a page is the input and the next one the expected output, and so on in pairs or in groups, as
//! the folder's function below reads them. To test another kind of page add a line to [`FOLDERS`].

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, reason = "the crate reads no files; its pages are files")]

use std::fs;
use std::path::{Path, PathBuf};

use emend_text::{
    Edit, Format, Glossary, HunkId, ProtectedKind, Review, Span, Verdict, breach, diff, keep_layout, prose,
    protected, sentences,
};

/// What a folder's pages are run with: it gives a complaint for each block that does not hold.
type Run = fn(&[Block]) -> Vec<String>;

const FOLDERS: &[(&str, Run)] = &[
    ("diff", diffs),
    ("documents", documents),
    ("layout", layouts),
    ("protected", protected_spans),
    ("review", reviews),
    ("sentences", sentence_spans),
];

/// A fenced block of a page.
struct Block {
    /// The word behind the opening fence.
    name: String,
    /// What is inside, without the last line break.
    text: String,
}

#[test]
fn every_page_holds() {
    let mut complaints = Vec::new();
    for (folder, run) in FOLDERS {
        let pages = pages(folder);
        assert!(!pages.is_empty(), "tests/pages/{folder} has no pages");
        for page in pages {
            let blocks = blocks(&fs::read_to_string(&page).unwrap());
            let name = page.file_name().unwrap().to_string_lossy().into_owned();
            assert!(!blocks.is_empty(), "{folder}/{name} has no fenced blocks");
            complaints
                .extend(run(&blocks).into_iter().map(|complaint| format!("{folder}/{name}\n{complaint}")));
        }
    }
    assert!(complaints.is_empty(), "{} blocks fail\n\n{}", complaints.len(), complaints.join("\n\n"));
}

fn pages(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages").join(folder);
    let mut pages: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap_or_else(|error| panic!("tests/pages/{folder}: {error}"))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

/// The fenced blocks of a page. A fence may be longer than three backticks so that a block can contain fences.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    for line in page.lines() {
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        match &mut open {
            Some((fence, _)) if ticks >= *fence && line.len() == ticks => {
                let (_, mut block) = open.take().unwrap();
                block.text.pop();
                blocks.push(block);
            }
            Some((_, block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None if ticks >= 3 => {
                open = Some((ticks, Block { name: line[ticks..].trim().to_owned(), text: String::new() }));
            }
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn compare(input: &str, expected: &str, found: &str) -> Option<String> {
    (found != expected)
        .then(|| format!("~~~~ input\n{input}\n~~~~ expected\n{expected}\n~~~~ found\n{found}\n~~~~"))
}

/// `text`, then `sentences`: one a line, with ⏎ for a line break inside a sentence.
fn sentence_spans(blocks: &[Block]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut text = "";
    for block in blocks {
        match block.name.as_str() {
            "text" => text = &block.text,
            "sentences" => {
                let found: Vec<String> = sentences(text, Span::new(0, text.len()), &[])
                    .into_iter()
                    .map(|span| span.of(text).unwrap().replace('\n', "⏎"))
                    .collect();
                complaints.extend(compare(text, &block.text, &found.join("\n")));
            }
            other => panic!("a sentences page has no block {other:?}"),
        }
    }
    complaints
}

/// `document` (Markdown) or `plain`, then `prose`: one piece a line, ⏎ for a line break, ⟦…⟧ around what is frozen.
fn documents(blocks: &[Block]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut text = "";
    let mut format = Format::Markdown;
    for block in blocks {
        match block.name.as_str() {
            "document" => (text, format) = (&block.text, Format::Markdown),
            "plain" => (text, format) = (&block.text, Format::Plain),
            "prose" => {
                let found: Vec<String> = prose(text, format)
                    .iter()
                    .map(|piece| {
                        let mut shown = String::new();
                        let mut at = piece.span.start;
                        for frozen in &piece.frozen {
                            shown.push_str(Span::new(at, frozen.start).of(text).unwrap());
                            shown.extend(["⟦", frozen.of(text).unwrap(), "⟧"]);
                            at = frozen.end;
                        }
                        shown.push_str(Span::new(at, piece.span.end).of(text).unwrap());
                        shown.replace('\n', "⏎")
                    })
                    .collect();
                complaints.extend(compare(text, &block.text, &found.join("\n")));
            }
            other => panic!("a documents page has no block {other:?}"),
        }
    }
    complaints
}

/// `glossary` (optional, a term a line) and `text`, then `protected`: a line `kind: text` each. Or `text` and
/// `rewrite`, then `breach`: a line `lost: text` or `invented: text` each, empty for none.
fn protected_spans(blocks: &[Block]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut glossary = Glossary::empty();
    let (mut text, mut rewrite) = ("", "");
    for block in blocks {
        match block.name.as_str() {
            "glossary" => glossary = Glossary::new(block.text.lines().map(str::to_owned)),
            "text" => text = &block.text,
            "rewrite" => rewrite = &block.text,
            "protected" => {
                let found: Vec<String> = protected(text, &glossary)
                    .iter()
                    .map(|p| format!("{}: {}", kind(p.kind), p.span.of(text).unwrap().replace('\n', "⏎")))
                    .collect();
                complaints.extend(compare(text, &block.text, &found.join("\n")));
            }
            "breach" => {
                let found: Vec<String> = breach(text, rewrite, &glossary)
                    .map(|breach| {
                        let lost = breach.lost.into_iter().map(|text| format!("lost: {text}"));
                        lost.chain(breach.invented.into_iter().map(|text| format!("invented: {text}")))
                            .collect()
                    })
                    .unwrap_or_default();
                complaints.extend(compare(&format!("{text}\n→\n{rewrite}"), &block.text, &found.join("\n")));
            }
            other => panic!("a protected page has no block {other:?}"),
        }
    }
    complaints
}

fn kind(kind: ProtectedKind) -> &'static str {
    match kind {
        ProtectedKind::Url => "url",
        ProtectedKind::Email => "email",
        ProtectedKind::Mention => "mention",
        ProtectedKind::Number => "number",
        ProtectedKind::Money => "money",
        ProtectedKind::Date => "date",
        ProtectedKind::Time => "time",
        ProtectedKind::Code => "code",
        ProtectedKind::Quote => "quote",
        ProtectedKind::Term => "term",
    }
}

/// `before` and `after`, then `hunks`: a line `old → new` for each edit, ∅ for nothing.
fn diffs(blocks: &[Block]) -> Vec<String> {
    let mut complaints = Vec::new();
    let (mut before, mut after) = ("", "");
    for block in blocks {
        match block.name.as_str() {
            "before" => before = &block.text,
            "after" => after = &block.text,
            "hunks" => {
                let found: Vec<String> = diff(before, after).iter().map(|edit| hunk(before, edit)).collect();
                complaints.extend(compare(&format!("{before}\n→\n{after}"), &block.text, &found.join("\n")));
            }
            other => panic!("a diff page has no block {other:?}"),
        }
    }
    complaints
}

/// `old → new`, without the white space around them.
fn hunk(before: &str, edit: &Edit) -> String {
    let shown =
        |text: &str| if text.trim().is_empty() { "∅".to_owned() } else { text.trim().replace('\n', "⏎") };
    format!("{} → {}", shown(edit.span.of(before).unwrap()), shown(&edit.replacement))
}

/// `before` and `after`, then `kept`: the rewrite in the layout of the original.
fn layouts(blocks: &[Block]) -> Vec<String> {
    let mut complaints = Vec::new();
    let (mut before, mut after) = ("", "");
    for block in blocks {
        match block.name.as_str() {
            "before" => before = &block.text,
            "after" => after = &block.text,
            "kept" => complaints.extend(compare(after, &block.text, &keep_layout(before, after))),
            other => panic!("a layout page has no block {other:?}"),
        }
    }
    complaints
}

/// `before`, `after` and `decisions`, then the `text` as decided. A line of decisions is `accept old → new`,
/// `reject old → new`, `edit old → new: own words`, `accept all`, `reject all`, `undo` or `redo`.
fn reviews(blocks: &[Block]) -> Vec<String> {
    let mut complaints = Vec::new();
    let (mut before, mut after, mut decisions) = ("", "", "");
    for block in blocks {
        match block.name.as_str() {
            "before" => before = &block.text,
            "after" => after = &block.text,
            "decisions" => decisions = &block.text,
            "text" => complaints.extend(compare(decisions, &block.text, &decided(before, after, decisions))),
            other => panic!("a review page has no block {other:?}"),
        }
    }
    complaints
}

fn decided(before: &str, after: &str, decisions: &str) -> String {
    let edits = diff(before, after);
    let shown: Vec<String> = edits.iter().map(|edit| hunk(before, edit)).collect();
    let id = |wanted: &str| {
        let at = shown.iter().position(|shown| shown == wanted);
        let at = at.unwrap_or_else(|| panic!("no hunk {wanted:?} in {shown:?}"));
        HunkId(u32::try_from(at).unwrap())
    };
    let mut review = Review::new(before.to_owned(), edits.clone()).unwrap();
    for line in decisions.lines() {
        match line.split_once(' ') {
            _ if line == "accept all" => review.accept_all(),
            _ if line == "reject all" => review.reject_all(),
            _ if line == "undo" => assert!(review.undo(), "nothing to undo"),
            _ if line == "redo" => _ = review.redo(),
            Some(("accept", hunk)) => review.decide(id(hunk), Verdict::Accepted).unwrap(),
            Some(("reject", hunk)) => review.decide(id(hunk), Verdict::Rejected).unwrap(),
            Some(("edit", rest)) => {
                let (hunk, own) = rest.split_once(": ").unwrap();
                review.decide(id(hunk), Verdict::EditedTo(own.to_owned())).unwrap();
            }
            _ => panic!("{line:?} is no decision"),
        }
    }
    review.text()
}
