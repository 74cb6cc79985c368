//! Runs the Markdown pages of `tests/pages/`: behaviour written down for anybody to read and to add to.
//!
//! A page has prose and fenced blocks. A folder has one function that reads the page's input blocks and says what
//! comes out; the block named next to it says what should.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use emend_text::{Edit, HunkId, Review, Verdict, diff, keep_layout};

/// (folder, block with the expectation, what happens)
type Folder = (&'static str, &'static str, fn(&Page) -> String);

const FOLDERS: &[Folder] =
    &[("diff", "hunks", hunks), ("layout", "kept", layout), ("review", "text", review)];

/// One page: the file's name and its fenced blocks, (info string, text).
struct Page {
    name: String,
    blocks: Vec<(String, String)>,
}

impl Page {
    fn read(path: &Path) -> Page {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let mut blocks: Vec<(String, String)> = Vec::new();
        let mut open = false;
        for line in text.lines() {
            match line.strip_prefix("```") {
                Some("") if open => open = false,
                Some(info) if !open => {
                    open = true;
                    blocks.push((info.to_owned(), String::new()));
                }
                _ if open => {
                    let (_, block) = blocks.last_mut().unwrap();
                    block.push_str(line);
                    block.push('\n');
                }
                _ => {}
            }
        }
        assert!(!open, "{name}: a block is not closed");
        Page { name, blocks }
    }

    /// The block with this info string, without its last line break.
    fn block(&self, info: &str) -> &str {
        let found = self.blocks.iter().find(|(name, _)| name == info);
        let (_, text) = found.unwrap_or_else(|| panic!("{}: no block ```{info}", self.name));
        text.strip_suffix('\n').unwrap_or(text)
    }
}

#[test]
fn every_page_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages");
    let mut wrong = Vec::new();
    for &(folder, block, happens) in FOLDERS {
        let mut pages: Vec<_> =
            fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        pages.sort();
        assert!(!pages.is_empty(), "{folder} has no pages");
        for page in pages.iter().map(|path| Page::read(path)) {
            let (found, expected) = (happens(&page), page.block(block));
            if found != expected {
                wrong.push(format!(
                    "{folder}/{}\n--- the page says\n{expected}\n--- found\n{found}\n",
                    page.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n\n{}", wrong.join("\n"));
}

/// `old → new` for each edit, white space around them left out, `∅` for nothing.
fn hunks(page: &Page) -> String {
    let before = page.block("before");
    let edits = diff(before, page.block("after"));
    edits.iter().map(|edit| hunk(before, edit)).collect::<Vec<_>>().join("\n")
}

fn hunk(before: &str, edit: &Edit) -> String {
    let shown = |text: &str| if text.trim().is_empty() { "∅".to_owned() } else { text.trim().to_owned() };
    format!("{} → {}", shown(edit.span.of(before).unwrap()), shown(&edit.replacement))
}

fn layout(page: &Page) -> String {
    keep_layout(page.block("before"), page.block("after"))
}

/// The text after the decisions: `accept old → new`, `reject old → new`, `edit old → new: own words`, `accept all`,
/// `reject all`, `undo`, `redo`.
fn review(page: &Page) -> String {
    let before = page.block("before");
    let edits = diff(before, page.block("after"));
    let shown: Vec<String> = edits.iter().map(|edit| hunk(before, edit)).collect();
    let id = |wanted: &str| {
        let at = shown.iter().position(|shown| shown == wanted);
        let at = at.unwrap_or_else(|| panic!("{}: no hunk {wanted:?} in {shown:?}", page.name));
        HunkId(u32::try_from(at).unwrap())
    };
    let mut review = Review::new(before.to_owned(), edits.clone()).unwrap();
    for line in page.block("decisions").lines() {
        match line.split_once(' ') {
            _ if line == "accept all" => review.accept_all(),
            _ if line == "reject all" => review.reject_all(),
            _ if line == "undo" => assert!(review.undo(), "{}: nothing to undo", page.name),
            _ if line == "redo" => _ = review.redo(),
            Some(("accept", hunk)) => review.decide(id(hunk), Verdict::Accepted).unwrap(),
            Some(("reject", hunk)) => review.decide(id(hunk), Verdict::Rejected).unwrap(),
            Some(("edit", rest)) => {
                let (hunk, own) = rest.split_once(": ").unwrap();
                review.decide(id(hunk), Verdict::EditedTo(own.to_owned())).unwrap();
            }
            _ => panic!("{}: {line:?} is no decision", page.name),
        }
    }
    review.text()
}
