//! Horizontal bars with intervals, drawn by hand: a plot needs a dozen rectangles, not a library.

use std::fmt::Write as _;

use crate::Estimate;

/// Bars that belong together.
#[derive(Debug, Clone)]
pub struct Group {
    /// What they tell.
    pub label: String,
    /// In the same order in every group: the colour of a system is its place.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Whose it is.
    pub system: String,
    /// Its length, with an interval if both ends are finite; a dash without one.
    pub estimate: Option<Estimate>,
}

/// Where the axis ends, and how exactly numbers are written. It begins at 0.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    /// The right end, in the unit of the bars.
    pub most: f64,
    /// Decimals of the numbers at the bars.
    pub decimals: usize,
}

impl Axis {
    /// For percentages and metrics of a hundred points.
    pub const HUNDRED: Self = Self { most: 100.0, decimals: 1 };

    /// Up to the first of 1, 2, 5, 10, 20, … (and of 0.5, 0.2, …) that is not below `value`; three digits are shown of it.
    pub fn up_to(value: f64) -> Self {
        if !(value.is_finite() && value > 0.0) {
            return Self { most: 1.0, decimals: 2 };
        }
        let power = 10_f64.powf(value.log10().floor());
        let round = [1.0, 2.0, 5.0].into_iter().map(|digit| digit * power).find(|round| *round >= value);
        let decimals = (2.0 - value.log10().floor()).clamp(0.0, 6.0) as usize;
        Self { most: round.unwrap_or(10.0 * power), decimals }
    }

    /// Where a value lies.
    fn across(self, value: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * value.clamp(0.0, self.most) / self.most
    }
}

const WIDTH: f64 = 940.0;
const LEFT: f64 = 350.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 64.0;
const BAR: f64 = 13.0;
const GAP: f64 = 12.0;
/// The first system stands out; the others are what it is compared with.
const COLOURS: [&str; 6] = ["#2563c9", "#9aa3ad", "#d9b26a", "#7a9e7e", "#b07aa1", "#c8796b"];
const INK: &str = "#1f2933";

/// A chart as an SVG file.
pub fn bars(title: &str, axis: Axis, groups: &[Group]) -> String {
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
    ticks(&mut svg, axis, height);
    let mut y = TOP + GAP / 2.0;
    for group in groups {
        let middle = y + group.bars.len() as f64 * (BAR + 2.0) / 2.0 + 4.0;
        text(&mut svg, LEFT - 10.0, middle, "end", &group.label);
        for (number, bar) in group.bars.iter().enumerate() {
            draw(&mut svg, axis, y, COLOURS[number % COLOURS.len()], bar);
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

fn ticks(svg: &mut String, axis: Axis, height: f64) {
    let bottom = height - 28.0;
    let decimals = (1.0 - axis.most.log10().floor()).max(0.0) as usize;
    for fifth in 0..=5 {
        let value = axis.most * f64::from(fifth) / 5.0;
        let x = axis.across(value);
        _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"#e1e5ea\"/>"
        );
        text(svg, x, bottom + 16.0, "middle", &format!("{value:.decimals$}"));
    }
}

fn draw(svg: &mut String, axis: Axis, y: f64, colour: &str, bar: &Bar) {
    let Some(Estimate { value, low, high }) = bar.estimate else {
        return text(svg, axis.across(0.0) + 6.0, y + BAR - 2.0, "start", "–");
    };
    let (from, to, middle) = (axis.across(0.0), axis.across(value), y + BAR / 2.0);
    _ = writeln!(
        svg,
        "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>",
        to - from
    );
    let decimals = axis.decimals;
    let mut right = to;
    let mut words = format!("{value:.decimals$}");
    if low.is_finite() && high.is_finite() {
        _ = write!(words, " [{low:.decimals$}, {high:.decimals$}]");
        let (low, high) = (axis.across(low), axis.across(high));
        _ = writeln!(
            svg,
            "<path d=\"M{low:.1} {middle:.1}H{high:.1}M{low:.1} {:.1}v6M{high:.1} {:.1}v6\" stroke=\"{INK}\" fill=\"none\"/>",
            middle - 3.0,
            middle - 3.0
        );
        right = right.max(high);
    }
    text(svg, right + 8.0, y + BAR - 2.0, "start", &words);
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
        let svg = bars("Title <1>", Axis::HUNDRED, &groups);
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(svg.contains("50.0 [40.0, 60.0]") && svg.contains("A &amp; B") && svg.contains("&lt;1&gt;"));
        assert!(
            svg.contains(&format!("width=\"{:.1}\"", Axis::HUNDRED.across(50.0) - Axis::HUNDRED.across(0.0)))
        );
        assert!(svg.ends_with("</svg>\n"));
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (value, most) in [(100.0, 100.0), (101.0, 200.0), (3.1, 5.0), (0.012, 0.02), (700.0, 1000.0)] {
            assert!((Axis::up_to(value).most - most).abs() < 1e-9, "{value}: {:?}", Axis::up_to(value));
        }
        assert!(Axis::up_to(0.0).most > 0.0 && Axis::up_to(f64::NAN).most > 0.0);
    }
}
