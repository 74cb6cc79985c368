//! Many sentences at once, as for a long document: sixteen of about equal length are read and written together.

use super::Scenario;
use super::one_by_one::compare;
use crate::app::OpenApp;
use crate::bench::Bench;
use crate::systems::open_all;
use crate::turns::take_turns;
use crate::{BenchError, Measured};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "batches",
    about: "Decoding, sixteen sentences of about equal length together",
    large: false,
    run,
};

const ROWS: usize = 16;

fn run(bench: &Bench<'_>, _: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let mut texts = bench.texts();
    texts.sort_by_key(|text| text.source.len());
    let mut systems = open_all(bench, |kind| kind.batches)?;
    let runs = take_turns(&mut systems, &texts, ROWS, bench.settings.extent.repetitions)?;
    compare(SCENARIO.name, &texts, &runs)
}
