//! Units, currencies and magnitudes that follow or precede a number.

use super::UnitKind;

/// Everyday words for units, singular, with the symbol that says the same.
const WORDS: &[(&str, &str)] = &[
    ("second", "s"),
    ("sec", "s"),
    ("minute", "min"),
    ("hour", "h"),
    ("hr", "h"),
    ("day", "d"),
    ("week", "week"),
    ("month", "month"),
    ("year", "year"),
    ("yr", "year"),
    ("decade", "decade"),
    ("century", "century"),
    ("centurie", "century"),
    ("mile", "mi"),
    ("yard", "yd"),
    ("foot", "ft"),
    ("feet", "ft"),
    ("inch", "inch"),
    ("inche", "inch"),
    ("meter", "m"),
    ("metre", "m"),
    ("kilometer", "km"),
    ("kilometre", "km"),
    ("centimeter", "cm"),
    ("centimetre", "cm"),
    ("millimeter", "mm"),
    ("millimetre", "mm"),
    ("gram", "g"),
    ("kilo", "kg"),
    ("kilogram", "kg"),
    ("milligram", "mg"),
    ("ton", "ton"),
    ("tonne", "t"),
    ("ounce", "oz"),
    ("liter", "l"),
    ("litre", "l"),
    ("gallon", "gal"),
    ("degree", "°"),
    ("byte", "B"),
    ("kilobyte", "kB"),
    ("megabyte", "MB"),
    ("gigabyte", "GB"),
    ("terabyte", "TB"),
    ("watt", "W"),
    ("kilowatt", "kW"),
    ("volt", "V"),
    ("hertz", "Hz"),
    ("calorie", "cal"),
];

/// Symbols, as they are written.
const SYMBOLS: &[&str] = &[
    "km", "cm", "mm", "µm", "μm", "nm", "m", "mi", "ft", "yd", "m²", "km²", "cm²", "m³", "cm³", "ha", "kg",
    "g", "mg", "µg", "t", "lb", "lbs", "oz", "l", "L", "ml", "mL", "cl", "dl", "gal", "ms", "µs", "ns", "s",
    "min", "mins", "secs", "hrs", "h", "km/h", "kph", "mph", "m/s", "MB/s", "GB/s", "Mbit/s", "Gbit/s",
    "fps", "rpm", "Hz", "kHz", "MHz", "GHz", "W", "kW", "MW", "GW", "kWh", "MWh", "Wh", "V", "mV", "kV",
    "mA", "mAh", "B", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "px", "pt", "em", "rem",
    "dpi", "bpm", "kcal", "cal", "kJ", "J", "kPa", "hPa", "bar", "psi", "dB", "pp", "bps", "ppm", "K",
];

/// Units that, after a space, are more often something else ("vitamin 5 B", "5 K", "5 t").
const ONLY_ATTACHED: &[&str] = &["B", "K", "t", "V", "em", "pp", "pt", "s", "J", "bar"];

/// The unit that `word` names, in one spelling for all that mean the same.
pub(super) fn unit(word: &str, attached: bool) -> Option<(&'static str, UnitKind)> {
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| **symbol == word) {
        if !attached && ONLY_ATTACHED.contains(symbol) {
            return None;
        }
        let same = match *symbol {
            "lbs" => "lb",
            "mins" => "min",
            "secs" => "s",
            "hrs" => "h",
            "L" => "l",
            "mL" => "ml",
            "KB" => "kB",
            "kph" => "km/h",
            "μm" => "µm",
            symbol => symbol,
        };
        return Some((same, UnitKind::Symbol));
    }
    if word.len() > 12 {
        return None;
    }
    let lower = word.to_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    WORDS
        .iter()
        .find(|(name, _)| *name == lower || *name == singular)
        .map(|(_, symbol)| (*symbol, UnitKind::Word))
}

/// The currency that a sign means.
pub(super) fn currency_sign(c: char) -> Option<&'static str> {
    Some(match c {
        '$' => "$",
        '€' => "€",
        '£' => "£",
        '¥' | '￥' => "¥",
        '₹' => "₹",
        '₩' => "₩",
        '₽' => "₽",
        '₺' => "₺",
        '₪' => "₪",
        '฿' => "฿",
        '₫' => "₫",
        '₴' => "₴",
        '¢' => "¢",
        _ => return None,
    })
}

/// The currency that a code or a word means. A code counts only in capitals.
pub(super) fn currency_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" | "CNY" | "RMB" => "¥",
        "INR" => "₹",
        "CHF" => "CHF",
        "CAD" => "CAD",
        "AUD" => "AUD",
        "SEK" => "SEK",
        "NOK" => "NOK",
        "DKK" => "DKK",
        "PLN" => "PLN",
        "BTC" => "BTC",
        _ if word.len() > 8 => return None,
        _ => match word.to_lowercase().trim_end_matches('s') {
            "dollar" | "buck" => "$",
            "euro" => "€",
            "pound" => "£",
            "yen" => "¥",
            "rupee" => "₹",
            "cent" => "¢",
            "franc" => "CHF",
            _ => return None,
        },
    })
}

/// How many zeros a magnitude adds. `m` directly behind a number is metres.
pub(super) fn magnitude(word: &str, attached: bool) -> Option<usize> {
    match word {
        "k" | "K" if attached => Some(3),
        "M" | "mn" | "mio" if attached => Some(6),
        "B" | "bn" if attached => Some(9),
        "bn" => Some(9),
        _ if word.len() > 9 => None,
        _ => match word.to_lowercase().as_str() {
            "thousand" => Some(3),
            "million" => Some(6),
            "billion" => Some(9),
            "trillion" => Some(12),
            _ => None,
        },
    }
}
