//! How somebody writes, learned from texts of their own and told from what they decided.

use std::fs;

use emend_harness::Profile;
use serde_json::Value;

/// Somebody who shouts, and drops what others would say.
const OWN: &str = "\
Gonna be late again, sorry!! The bus never came, so I walked all the way!!

Loved the soup you made!! Never knew that beans could taste like that!!

Can't find my blue scarf anywhere!! Maybe it's still in your car, can you look??

Dad says the boat's ready!! We're going out on Sunday if it doesn't rain!!

Got the tickets for the play!! Row seven, right in the middle, can't wait!!

The cat's been asleep on my keyboard all day!! Couldn't write a single line!!
";

#[test]
fn sentences_of_ones_own_become_preferences() {
    let profile = Profile::new();
    let folder = profile.path("letters");
    fs::create_dir_all(folder.join("older")).unwrap();
    fs::write(folder.join("older/letters.md"), OWN).unwrap();
    fs::write(folder.join("broken.txt"), b"\xff\xfe\x00").unwrap();
    let file = profile.path("pairs.jsonl");
    let (folder, pairs) = (folder.to_str().unwrap().to_owned(), file.to_str().unwrap().to_owned());

    let done = profile.emend(&["feedback", "voice", &folder, "--output", &pairs, "--json"], "").ok();
    let said = done.json();
    assert_eq!((said["files"].as_u64(), said["sentences"].as_u64()), (Some(1), Some(12)), "{said}");
    let lines: Vec<Value> =
        fs::read_to_string(&file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said["pairs"].as_u64(), Some(lines.len() as u64));
    assert!(!lines.is_empty(), "{said}");
    for line in &lines {
        let of = |name: &str| line[name].as_str().unwrap();
        assert!(OWN.contains(of("chosen")), "what is preferred is the person's own: {line}");
        assert!(!OWN.contains(of("source")) && of("rejected") != of("chosen"), "{line}");
        assert_eq!(of("instruction"), "Write this the way I write");
    }

    // The file can be taken in, once.
    let import = ["feedback", "import", &pairs, "--format", "trl-dpo", "--json"];
    assert_eq!(profile.emend(&import, "").ok().json()["added"].as_u64(), Some(lines.len() as u64));
    assert_eq!(profile.emend(&import, "").ok().json()["added"], 0);
    // Without a file they are taken in at once; these are there already.
    let again = profile.emend(&["feedback", "voice", &folder, "--json"], "").ok().json();
    assert_eq!((again["added"].as_u64(), again["pairs"].as_u64()), (Some(0), said["pairs"].as_u64()));
    // That is too little to speak of a taste.
    assert_eq!(profile.emend(&["feedback", "taste", "--json"], "").ok().json(), Value::Null);
}

#[test]
fn a_folder_without_texts_is_an_error() {
    let profile = Profile::new();
    let folder = profile.path("empty");
    fs::create_dir_all(&folder).unwrap();
    let voice =
        |folder: &std::path::Path| profile.emend(&["feedback", "voice", folder.to_str().unwrap()], "");
    voice(&folder).refused("files ending with .txt");
    voice(&profile.path("nowhere")).refused("cannot read");
}
