//! Grammar rules and the dictionary from the command line.

use emend_harness::Profile;

#[test]
fn rules_name_the_place_and_offer_a_way() {
    let profile = Profile::new();
    let found = profile.emend(&["check", "--json"], "We will recieve it.\n\n`recieve`\n").ok().json();
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0]["start"].as_u64(), found[0]["end"].as_u64()), (Some(8), Some(15)));
    assert_eq!(found[0]["suggestions"][0], "receive");
}

/// Some rules of the library print while they look: nothing of that may stand among the results.
#[test]
fn rules_do_not_talk() {
    let profile = Profile::new();
    for text in ["I am looking forward to meet you next week.", "It is a chicken and the egg problem."] {
        let ran = profile.emend(&["check", "--json"], text).ok();
        assert!(ran.json().is_array() && ran.err.is_empty(), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn one_dictionary_for_all() {
    let profile = Profile::new();
    let text = "The Zwoltrix office is closed.";
    assert_ne!(profile.emend(&["check"], text).ok().out, "");
    profile.emend(&["dictionary", "add", "Zwoltrix"], "").ok();
    assert_eq!(profile.emend(&["check"], text).ok().out, "");
    assert_eq!(profile.emend(&["dictionary", "list"], "").ok().out, "Zwoltrix\n");
    // A rewrite keeps the person's words, too.
    for intent in ["fix", "simpler", "paraphrase"] {
        let ran = profile
            .emend(&["rewrite", "--intent", intent], "The Zwoltrix office were closed on Monday.")
            .ok();
        assert!(ran.out.contains("Zwoltrix"), "{intent}: {}", ran.out);
    }
}

/// Rules propose and the model decides: what they know is mended by *fix*, with the same result whether or not somebody asks
/// how sure it is, and a word of the person's dictionary stays.
#[test]
fn fix_knows_what_the_rules_know() {
    let profile = Profile::new();
    let text = "Unfortunatly the shop is closed untill Monday.";
    let fixed = profile.emend(&["rewrite", "--intent", "fix", "--tier", "small"], text).ok().out;
    assert!(fixed.contains("Unfortunately") && fixed.contains("until Monday"), "{fixed}");
    let rated = profile.emend(&["rewrite", "--intent", "fix", "--tier", "small", "--json"], text).ok().json();
    assert_eq!(rated["text"].as_str(), Some(fixed.as_str()));
    profile.emend(&["dictionary", "add", "untill"], "").ok();
    let kept = profile.emend(&["rewrite", "--intent", "fix", "--tier", "small"], text).ok().out;
    assert!(kept.contains("Unfortunately") && kept.contains("untill Monday"), "{kept}");
}

/// A small model copies what it does not know, and guards take "bought" for another word: rules, model and guards must agree.
#[test]
fn fix_mends_what_learners_write() {
    let text = "She buyed a new car last week. He goed to school yesterday. I have writed a letter to my mother. \
        It depends of the weather. I go there every days. I am agree with you. He can swims. I have 20 years old. \
        The childrens was playing outside. Why she is crying? I live here since 2010.";
    let fixed = "She bought a new car last week. He went to school yesterday. I have written a letter to my mother. \
        It depends on the weather. I go there every day. I agree with you. He can swim. I am 20 years old. \
        The children were playing outside. Why is she crying? I have lived here since 2010.";
    let profile = Profile::new();
    let found = profile.emend(&["rewrite", "--intent", "fix", "--tier", "small"], text).ok().out;
    assert_eq!(found.trim_end(), fixed);
}

/// A rule that somebody makes is followed wherever the program writes or checks, and what it writes is right.
#[test]
fn a_house_rule_is_checked_and_followed() {
    let profile = Profile::new();
    profile.emend(&["dictionary", "add", "utilise -> use"], "").ok();
    let text = "They utilise the harbour every day.";
    let found = profile.emend(&["check", "--json"], text).ok().json();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!((&found[0]["rule"], &found[0]["suggestions"][0]), (&"HouseRule".into(), &"use".into()));
    let fix = ["rewrite", "--intent", "fix", "--tier", "small"];
    assert_eq!(profile.emend(&fix, text).ok().out, "They use the harbour every day.");
    let suggested = profile.emend(&["dictionary", "suggested", "--json"], "").ok().json();
    assert_eq!(suggested, serde_json::json!([]), "nothing was decided yet");
    // Fewer words, and one with a digit, are no reason to refuse what somebody asked for.
    profile.emend(&["dictionary", "add", "in order to -> to"], "").ok();
    profile.emend(&["dictionary", "add", "k8s -> Kubernetes"], "").ok();
    let found = profile.emend(&fix, "They came in order\nto see the K8s cluster.").ok().out;
    assert_eq!(found, "They came to see the Kubernetes cluster.");
    let kept = ["rewrite", "--intent", "fix", "--tier", "small", "--keep", "utilise"];
    assert_eq!(profile.emend(&kept, text).ok().out, text);
    profile.emend(&["dictionary", "remove", "utilise -> use"], "").ok();
    assert_eq!(profile.emend(&["check"], text).ok().out, "");
    assert_eq!(profile.emend(&fix, text).ok().out, text);
}
