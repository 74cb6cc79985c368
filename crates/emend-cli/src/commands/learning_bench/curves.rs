//! How recipes went: reward parts and the distance to the base over the steps, and what the judge made of held-out texts over the
//! rewrites that were sampled; all recipes in one plot for each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use emend_app::verbs::learning_bench::BenchRow;

const WIDTH: f64 = 720.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 40.0;
const PLOT: (f64, f64) = (420.0, 280.0);
const COLOURS: [&str; 10] = [
    "#2563c9", "#c2410c", "#15803d", "#7e22ce", "#b91c1c", "#0e7490", "#a16207", "#be185d", "#4d7c0f",
    "#374151",
];
/// Points of a line: the mean of the steps between, since single steps are noise.
const POINTS: usize = 20;

/// What begins the names of what was measured on held-out texts.
const HELD_OUT: &str = "held-out/";

/// A recipe's line: its name, and points from left to right.
type Line<'r> = (&'r str, Vec<(f64, f64)>);

/// File names and contents: a plot for each reward part, one for the distance, and one for each held-out measure.
pub(super) fn plots(rows: &[BenchRow]) -> Vec<(String, String)> {
    let mut plots = over_steps(rows);
    plots.extend(over_samples(rows));
    plots
}

/// Over the share of the run, since recipes have numbers of steps of their own.
fn over_steps(rows: &[BenchRow]) -> Vec<(String, String)> {
    let steps = rows.iter().flat_map(|row| &row.curves).flatten();
    let told = |name: &&String| name.starts_with("reward/") || *name == "kl";
    let names: BTreeSet<&String> = steps.flat_map(BTreeMap::keys).filter(told).collect();
    let plot = |name: &String| {
        let lines: Vec<Line<'_>> = rows
            .iter()
            .map(|row| (row.recipe.as_str(), line(row, name)))
            .filter(|line| !line.1.is_empty())
            .collect();
        let title = if name == "kl" { "Distance to the base, nats per rewrite" } else { name };
        (file(name), drawn(title, ("% of the run", 100.0), &lines))
    };
    names.into_iter().map(plot).collect()
}

/// Over the rewrites that were sampled and judged, of recipes that sample: which learns from fewer.
fn over_samples(rows: &[BenchRow]) -> Vec<(String, String)> {
    let all = rows.iter().filter_map(|row| row.looked.as_ref());
    let names: BTreeSet<&String> = all.flat_map(BTreeMap::keys).collect();
    let most = rows.iter().map(|row| row.samples).max().unwrap_or(0).max(1) as f64;
    let plot = |name: &String| {
        let lines: Vec<Line<'_>> = rows
            .iter()
            .filter(|row| row.samples > 0)
            .filter_map(|row| Some((row.recipe.as_str(), looks(row, name, *row.looked.as_ref()?.get(name)?))))
            .collect();
        let title = format!("{} on held-out texts, by the judge", name.trim_start_matches(HELD_OUT));
        (file(name), drawn(&title, ("rewrites sampled", most), &lines))
    };
    names.into_iter().map(plot).collect()
}

/// The base, then means over seeds at each look.
fn looks(row: &BenchRow, name: &str, base: f64) -> Vec<(f64, f64)> {
    let steps = row.curves.iter().map(Vec::len).max().unwrap_or(0);
    let mut points = vec![(0.0, base)];
    points.extend((0..steps).filter_map(|step| {
        let values: Vec<f64> =
            row.curves.iter().filter_map(|curve| curve.get(step)?.get(name).copied()).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (!values.is_empty()).then(|| (row.samples as f64 * (step + 1) as f64 / steps as f64, mean))
    }));
    points
}

fn file(name: &str) -> String {
    format!("{}.svg", name.replace('/', "-"))
}

/// Means over seeds of equal parts of the run.
fn line(row: &BenchRow, name: &str) -> Vec<(f64, f64)> {
    let steps = row.curves.iter().map(Vec::len).max().unwrap_or(0);
    let points = POINTS.min(steps);
    (0..points)
        .filter_map(|point| {
            let part = point * steps / points..(point + 1) * steps / points;
            let of = |curve: &Vec<BTreeMap<String, f64>>| -> Vec<f64> {
                curve
                    .iter()
                    .take(part.end)
                    .skip(part.start)
                    .filter_map(|step| step.get(name).copied())
                    .collect()
            };
            let values: Vec<f64> = row.curves.iter().flat_map(of).filter(|value| value.is_finite()).collect();
            let middle = 100.0 * (point as f64 + 0.5) / points as f64;
            (!values.is_empty()).then(|| (middle, values.iter().sum::<f64>() / values.len() as f64))
        })
        .collect()
}

/// Lines over `across` with its right end, with a name for each at the right.
fn drawn(title: &str, (across, right): (&str, f64), lines: &[Line<'_>]) -> String {
    let all = || lines.iter().flat_map(|line| &line.1).map(|point| point.1);
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let high = if high > low { high } else { low + 1.0 };
    let height = TOP + PLOT.1.max(16.0 * lines.len() as f64) + 40.0;
    let up = |value: f64| TOP + PLOT.1 * (1.0 - (value - low) / (high - low));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"#1f2933\" role=\"img\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"24\" font-size=\"13\" font-weight=\"bold\">{title}</text>\n"
    );
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let (x, value) = (LEFT + PLOT.0 * share, low + share * (high - low));
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}h{}\" stroke=\"#e1e5ea\"/><text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{value:.2}\
             </text>\n<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{:.0}</text>",
            PLOT.0,
            LEFT - 6.0,
            TOP + PLOT.1 + 16.0,
            right * share,
            y = up(value),
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>",
        LEFT + PLOT.0 / 2.0,
        TOP + PLOT.1 + 32.0
    );
    for (number, (recipe, values)) in lines.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        // The second round of colours has dashes.
        let dash = if number < COLOURS.len() { "none" } else { "5 3" };
        let points: Vec<String> = values
            .iter()
            .map(|(at, value)| format!("{:.1},{:.1}", LEFT + PLOT.0 * at / right, up(*value)))
            .collect();
        let (x, y) = (LEFT + PLOT.0 + 16.0, TOP + 16.0 * number as f64);
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>\n\
             <path d=\"M{x:.1} {y:.1}h22\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{recipe}</text>",
            points.join(" "),
            x + 28.0,
            y + 4.0,
        );
    }
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_has_its_line() {
        let lines = [("a", vec![(0.0, 0.1), (50.0, 0.5), (100.0, 0.9)]), ("b", vec![(50.0, 0.2)])];
        let svg = drawn("reward/meaning", ("% of the run", 100.0), &lines);
        assert_eq!(svg.matches("<polyline").count(), 2);
        // From the left edge through the middle to the right edge.
        assert!(svg.contains("56.0,320.0 266.0,180.0 476.0,40.0"), "{svg}");
        assert!(svg.contains(">a</text>") && svg.ends_with("</svg>\n") && !svg.contains("NaN"));
        let flat = [("a", vec![(0.0, 0.0), (1.0, 0.0)])];
        assert!(!drawn("kl", ("x", 1.0), &flat).contains("NaN"), "a line that does not move");
    }
}
