//! How close one rewrite comes to what people wrote: a number for a single row.

use crate::Row;
use crate::metrics::{Case, Counts, metric};

/// chrF (Popović 2015) against the closest reference, 0 to 100.
///
/// Of a single sentence, SARI prefers almost any change to none, and GLEU and BLEU are 0 as soon as four words in a row
/// are right nowhere; runs of letters tell small steps apart.
pub fn closeness(row: &Row, hyp: &str) -> f64 {
    let Some(chrf) = metric("chrf") else { return 0.0 };
    let case = Case { intent: "fix", src: &row.src, refs: &row.refs, hyp, judged: None };
    match (chrf.count)(&case) {
        Counts::None => 0.0,
        Counts::Once(counts) => (chrf.score)(&counts),
        Counts::PerReference(each) => each.iter().map(|counts| (chrf.score)(counts)).fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_itself_is_closest() {
        let refs = vec!["He goes to school every day .".to_owned()];
        let row = Row { id: "0".into(), src: "He go to school every day .".into(), refs };
        let (good, none, bad) = (
            closeness(&row, "He goes to school every day ."),
            closeness(&row, "He go to school every day ."),
            closeness(&row, "He go to the school every days ."),
        );
        assert!((good - 100.0).abs() < 1e-9 && good > none && none > bad, "{good} {none} {bad}");
    }
}
