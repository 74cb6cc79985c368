//! Whatever comes in, a clear sentence or the right result comes out, and nothing is lost.

use emend_harness::Profile;

/// Whatever the model thinks of it: the text comes back without losing what is no prose.
#[track_caller]
fn unharmed(text: &str) {
    let ran = Profile::new().emend(&["rewrite", "--json"], text).ok();
    let json = ran.json();
    let kept = |text: &str| {
        let mut kept: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
        kept.sort_unstable();
        kept
    };
    let rewritten = json["text"].as_str().unwrap();
    assert_eq!(kept(rewritten), kept(text), "everything beyond ASCII is still there: {rewritten}");
    assert!(rewritten.len() * 2 > text.len(), "most of the text is still there: {rewritten}");
}

#[test]
fn empty_and_white_space() {
    for text in ["", " ", "\n\n\n", "\t \r\n"] {
        let ran = Profile::new().emend(&["rewrite", "--json"], text).ok();
        assert_eq!(ran.json()["outcome"], "nothing_to_rewrite", "{text:?}");
        assert_eq!(ran.json()["text"], text);
    }
}

#[test]
fn binary_and_other_encodings_are_refused_with_the_place() {
    let profile = Profile::new();
    profile.emend(&["rewrite"], b"PNG\x00\x01\x02").refused("NUL at byte 3");
    profile.emend(&["rewrite"], b"caf\xe9 au lait").refused("not UTF-8 (byte 3)");
    profile.emend(&["rewrite", "no-such-file.md"], "").refused("no-such-file.md");
}

#[test]
fn windows_line_ends_and_byte_order_marks_stay() {
    let text = "\u{feff}# Title\r\n\r\nThey was late.\r\nIt are cold.\r\n";
    let ran = Profile::new().emend(&["rewrite"], text).ok();
    let out = String::from_utf8(ran.bytes).unwrap();
    assert!(out.starts_with("\u{feff}# Title\r\n\r\n"), "{out:?}");
    assert_eq!(out.matches("\r\n").count(), text.matches("\r\n").count(), "{out:?}");
    assert_eq!(out.matches('\n').count(), out.matches("\r\n").count(), "{out:?}");
}

#[test]
fn emoji_combining_marks_and_other_scripts() {
    for text in [
        "👩‍👩‍👧‍👦🏳️‍🌈 🇩🇪",
        "Cafe\u{301} and nai\u{308}ve are spelled with marks.",
        "שלום עולם, זה טקסט בעברית.",
        "这是一个中文句子。它有两个部分。",
        "مرحبا بالعالم",
        "Mixed 日本語 and English words in one sentence 🙂.",
        "\u{202e}reversed\u{202c} text",
    ] {
        unharmed(text);
    }
}

#[test]
fn other_languages_are_left_alone_and_said_to_be_so() {
    let text = "Ich habe gestern das Buch gelesen und es hat mir sehr gut gefallen.\n";
    let ran = Profile::new().emend(&["rewrite", "--json", "--intent", "polite"], text).ok().json();
    assert_eq!(ran["text"], text);
    assert!(ran["segments"][0]["reason"].as_str().unwrap().contains("English"), "{ran}");
}

#[test]
fn what_lies_in_the_current_folder_is_not_the_model() {
    let profile = Profile::new();
    std::fs::create_dir(profile.path("starter")).unwrap();
    let mut command = profile.command(&["rewrite"]);
    command.current_dir(profile.path(""));
    emend_harness::run(command, b"I has been thinking about the meeting.").ok();
}

#[test]
fn a_line_of_a_hundred_thousand_characters() {
    unharmed(&"a".repeat(100_000));
}

#[test]
fn five_megabytes_without_prose() {
    let text = format!("```\n{}\n```\n", "let x = 5;\n".repeat(500_000));
    let ran = Profile::new().emend(&["rewrite"], &text).ok();
    assert_eq!(ran.out, text);
}

#[test]
fn more_than_a_person_can_review_is_refused() {
    Profile::new().emend(&["rewrite"], "a ".repeat(11_000_000)).refused("longer than 20 MB");
}

#[test]
fn odd_arguments_get_a_sentence() {
    let profile = Profile::new();
    profile.emend(&["rewrite", "--intent", "dance"], "A text.").refused("dance");
    profile.emend(&["rewrite", "--instruction", "two\nlines"], "A text.").refused("line");
    profile.emend(&["rewrite", "--instruction", " "], "A text.").refused("instruction");
    let ran = profile.emend(&["rewrite", "--json", "--intent", "dance"], "A text.");
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    for part in ["code", "message", "hint"] {
        assert!(!error["error"][part].as_str().unwrap().is_empty(), "{part} in {error}");
    }
}

#[test]
fn damaged_model_files_are_named() {
    let profile = Profile::new();
    let weights = profile.file("model.gguf", b"GGUF\x03\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\x7f");
    profile.emend(&["rewrite", "--model", weights.to_str().unwrap()], "A text.").refused("model.gguf");
}
