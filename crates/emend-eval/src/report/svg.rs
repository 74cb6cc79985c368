//! Horizontal bars with intervals, drawn by hand: a plot needs a dozen rectangles, not a library.

use std::fmt::Write as _;

use crate::Estimate;

/// Bars that belong together.
pub(super) struct Group {
    pub(super) label: String,
    pub(super) bars: Vec<Bar>,
}

/// One bar.
pub(super) struct Bar {
    pub(super) system: String,
    pub(super) estimate: Option<Estimate>,
}

const WIDTH: f64 = 940.0;
const LEFT: f64 = 350.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 64.0;
const BAR: f64 = 13.0;
const GAP: f64 = 12.0;
/// The first system stands out; the others are what it is compared with.
const COLOURS: [&str; 4] = ["#2563c9", "#9aa3ad", "#d9b26a", "#7a9e7e"];
const INK: &str = "#1f2933";

/// A chart on a scale from 0 to 100.
pub(super) fn bars(title: &str, groups: &[Group]) -> String {
    let rows: usize = groups.iter().map(|group| group.bars.len()).sum();
    let height = TOP + rows as f64 * (BAR + 2.0) + groups.len() as f64 * GAP + 34.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"{INK}\" role=\"img\">\n\
         <title>{0}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{0}</text>\n",
        escaped(title)
    );
    legend(&mut svg, groups);
    axis(&mut svg, height);
    let mut y = TOP + GAP / 2.0;
    for group in groups {
        let middle = y + group.bars.len() as f64 * (BAR + 2.0) / 2.0 + 4.0;
        text(&mut svg, LEFT - 10.0, middle, "end", &group.label);
        for (number, bar) in group.bars.iter().enumerate() {
            draw(&mut svg, y, COLOURS[number % COLOURS.len()], bar);
            y += BAR + 2.0;
        }
        y += GAP;
    }
    svg.push_str("</svg>\n");
    svg
}

/// Not every group has every system.
fn legend(svg: &mut String, groups: &[Group]) {
    let Some(most) = groups.iter().max_by_key(|group| group.bars.len()) else { return };
    let mut x = LEFT;
    for (number, bar) in most.bars.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        _ = writeln!(svg, "<rect x=\"{x}\" y=\"38\" width=\"12\" height=\"12\" fill=\"{colour}\"/>");
        text(svg, x + 18.0, 48.0, "start", &bar.system);
        x += 40.0 + 7.0 * bar.system.chars().count() as f64;
    }
}

fn axis(svg: &mut String, height: f64) {
    let bottom = height - 28.0;
    for tick in (0..=100).step_by(20) {
        let x = across(f64::from(tick));
        _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"#e1e5ea\"/>"
        );
        text(svg, x, bottom + 16.0, "middle", &tick.to_string());
    }
}

fn draw(svg: &mut String, y: f64, colour: &str, bar: &Bar) {
    let Some(Estimate { value, low, high }) = bar.estimate else {
        return text(svg, across(0.0) + 6.0, y + BAR - 2.0, "start", "–");
    };
    let (from, to, middle) = (across(0.0), across(value), y + BAR / 2.0);
    _ = writeln!(
        svg,
        "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>",
        to - from
    );
    let mut right = to;
    if low.is_finite() && high.is_finite() {
        let (low, high) = (across(low), across(high));
        _ = writeln!(
            svg,
            "<path d=\"M{low:.1} {middle:.1}H{high:.1}M{low:.1} {:.1}v6M{high:.1} {:.1}v6\" stroke=\"{INK}\" fill=\"none\"/>",
            middle - 3.0,
            middle - 3.0
        );
        right = right.max(high);
    }
    text(svg, right + 8.0, y + BAR - 2.0, "start", &format!("{value:.1} [{low:.1}, {high:.1}]"));
}

/// Where a value of 0 to 100 lies.
fn across(value: f64) -> f64 {
    LEFT + (WIDTH - LEFT - RIGHT) * value.clamp(0.0, 100.0) / 100.0
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(words));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_a_bar_a_whisker_and_a_number_for_each_estimate() {
        let estimate = Some(Estimate { value: 50.0, low: 40.0, high: 60.0 });
        let bar = |system: &str, estimate| Bar { system: system.into(), estimate };
        let groups = [Group { label: "A & B".into(), bars: vec![bar("ours", estimate), bar("copy", None)] }];
        let svg = bars("Title <1>", &groups);
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(svg.contains("50.0 [40.0, 60.0]") && svg.contains("A &amp; B") && svg.contains("&lt;1&gt;"));
        assert!(svg.contains(&format!("width=\"{:.1}\"", across(50.0) - across(0.0))));
        assert!(svg.ends_with("</svg>\n"));
    }
}
