//! The large model's opinion of rewrites, asked when nobody waits and kept.

use emend_harness::Profile;

const SLIPS: &str = "She have two cat and a dog. Me and him goes to school every days.";

#[test]
fn rewrites_that_were_shown_are_graded_once() {
    let profile = Profile::new();
    let grade = ["feedback", "grade", "--json"];
    let nothing = profile.emend(&grade, "").ok().json();
    assert_eq!((nothing["graded"].as_u64(), nothing["left"].as_u64()), (Some(0), Some(0)), "{nothing}");
    profile.emend(&["rewrite", "--json", "--record"], SLIPS).ok();
    let first = profile.emend(&["feedback", "grade", "--most", "1", "--json"], "").ok().json();
    assert_eq!(first["graded"].as_u64(), Some(1), "{first}");
    let rest = profile.emend(&grade, "").ok().json();
    assert_eq!((rest["graded"].as_u64(), rest["left"].as_u64()), (first["left"].as_u64(), Some(0)), "{rest}");
    assert_eq!(profile.emend(&grade, "").ok().json()["graded"], 0, "each is asked about once");
    // The same rewrite of the same text is known already, and the model is not asked.
    profile.emend(&["rewrite", "--json", "--record"], SLIPS).ok();
    let again = profile.emend(&grade, "").ok().json();
    assert!(again["graded"].as_u64() > Some(0) && again["known"] == again["graded"], "{again}");
    profile.emend(&["large", "remove"], "").ok();
    let refused = profile.emend(&grade, "").fails();
    assert!(refused.stderr().contains("no large"), "{}", refused.stderr());
}
