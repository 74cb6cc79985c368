//! The two plots of a cascade, drawn by hand.

use std::fmt::Write as _;

use super::Deferral;
use crate::{Scored, reliability};

const SIZE: f64 = 420.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 48.0;
const PLOT: f64 = 300.0;
const INK: &str = "#1f2933";
const OURS: &str = "#2563c9";
const OTHER: &str = "#9aa3ad";
const BEST: &str = "#7a9e7e";

/// Quality against the share of texts that go to the large model.
pub fn deferral_plot(found: &Deferral) -> String {
    let all = found.curve.iter().chain(&found.oracle).map(|point| point.1);
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), y| (l.min(y), h.max(y)));
    let margin = ((high - low) * 0.08).max(1e-6);
    let scale = Scale { low: low - margin, high: high + margin };
    let mut svg =
        frame("Quality by share of texts that go to the large model", "share to the large model", scale);
    line(&mut svg, &[(0.0, found.small), (1.0, found.large)], scale, OTHER, "5 4");
    line(&mut svg, &found.oracle, scale, BEST, "2 3");
    line(&mut svg, &found.curve, scale, OURS, "none");
    legend(&mut svg, &[("cascade", OURS), ("oracle", BEST), ("at random", OTHER)]);
    svg + "</svg>\n"
}

/// How often an answer was kept, against how sure the model was: fifteen bins of equal mass.
pub fn reliability_plot(scored: &[Scored]) -> String {
    const BINS: usize = 15;
    let scale = Scale { low: 0.0, high: 1.0 };
    let mut svg = frame("How often answers are kept, by confidence", "confidence", scale);
    line(&mut svg, &[(0.0, 0.0), (1.0, 1.0)], scale, OTHER, "5 4");
    let points: Vec<(f64, f64)> =
        reliability(scored, BINS).iter().map(|bin| (bin.said, bin.came_true)).collect();
    line(&mut svg, &points, scale, OURS, "none");
    for &(x, y) in &points {
        _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{OURS}\"/>",
            across(x),
            scale.up(y)
        );
    }
    legend(&mut svg, &[("measured", OURS), ("perfect", OTHER)]);
    svg + "</svg>\n"
}

#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn up(self, y: f64) -> f64 {
        TOP + PLOT * (1.0 - (y - self.low) / (self.high - self.low))
    }
}

fn across(x: f64) -> f64 {
    LEFT + PLOT * x
}

fn frame(title: &str, below: &str, scale: Scale) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIZE} {SIZE}\" width=\"{SIZE}\" height=\"{SIZE}\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"{INK}\" role=\"img\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"24\" font-size=\"13\" font-weight=\"bold\">{title}</text>\n"
    );
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let (x, value) = (across(share), scale.low + share * (scale.high - scale.low));
        let y = scale.up(value);
        _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {TOP}v{PLOT}M{LEFT} {y:.1}h{PLOT}\" stroke=\"#e1e5ea\"/>\n\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{:.0} %</text>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value:.2}</text>",
            TOP + PLOT + 16.0,
            share * 100.0,
            LEFT - 6.0,
            y + 4.0
        );
    }
    let middle = LEFT + PLOT / 2.0;
    _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">{below}</text>",
        TOP + PLOT + 34.0
    );
    svg
}

fn line(svg: &mut String, points: &[(f64, f64)], scale: Scale, colour: &str, dash: &str) {
    let at: Vec<String> =
        points.iter().map(|&(x, y)| format!("{:.1},{:.1}", across(x), scale.up(y))).collect();
    _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>",
        at.join(" ")
    );
}

fn legend(svg: &mut String, names: &[(&str, &str)]) {
    let mut x = LEFT;
    for (name, colour) in names {
        _ = writeln!(
            svg,
            "<path d=\"M{x} 39h18\" stroke=\"{colour}\" stroke-width=\"3\"/><text x=\"{:.1}\" y=\"43\">{name}</text>",
            x + 24.0
        );
        x += 110.0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Pair, deferral};
    use super::*;

    #[test]
    fn plots_have_their_lines() {
        let pairs = [
            Pair { priority: -0.9, small: 1.0, large: 0.0 },
            Pair { priority: -0.1, small: 0.0, large: 1.0 },
        ];
        let svg = deferral_plot(&deferral(&pairs, 0).expect("rows"));
        assert_eq!(svg.matches("<polyline").count(), 3);
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"));
        let scored: Vec<Scored> = (0..40)
            .map(|i| Scored { label: f64::from(u8::from(i > 20)), score: f64::from(i) / 40.0 })
            .collect();
        let svg = reliability_plot(&scored);
        assert!(svg.matches("<circle").count() >= 10 && !svg.contains("NaN"));
    }
}
