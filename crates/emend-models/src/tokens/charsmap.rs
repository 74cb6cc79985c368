//! SentencePiece's character map: which characters become which before the search for pieces.
//!
//! A map is a little-endian u32, that many bytes of a double-array trie (darts-clone's: u32 units, bytes of UTF-8
//! as labels), and the replacements, each ended by a zero byte; the trie's values are where in them one begins.
//! The library follows a map without checking it, so that a damaged one would panic or make gigabytes of a few
//! characters. Every step that a map can ask for is checked here, before the library gets it.

use tokenizers::normalizers::precompiled::Precompiled;

/// Longest map, in bytes; the largest of SentencePiece's own take 250,000.
const MAX_MAP: usize = 4 << 20;

/// Longest replacement, in bytes. The longest in Unicode's compatibility forms has 33, U+FDFA.
const MAX_REPLACEMENT: usize = 64;

/// Units are stored in blocks of as many as a byte has values: going from one unit to the next by a byte stays
/// within a block.
const BLOCK: usize = 256;

/// Checks a map as `tokenizer.json` spells it, in base64, and hands it to the library. Fails with what is wrong.
pub(super) fn read(base64: &str) -> Result<Precompiled, &'static str> {
    if base64.len() / 4 * 3 > MAX_MAP {
        return Err("a map of more than 4 MB");
    }
    let map = decode(base64).ok_or("something that is not base64")?;
    let (size, rest) = map.split_first_chunk::<4>().ok_or("no trie")?;
    let (trie, replacements) =
        rest.split_at_checked(u32::from_le_bytes(*size) as usize).ok_or("a trie that is cut off")?;
    let replacements = std::str::from_utf8(replacements).map_err(|_| "replacements that are not UTF-8")?;
    let (units, odd) = trie.as_chunks::<4>();
    let units: Vec<u32> = units.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
    if units.is_empty() || !odd.is_empty() || !units.len().is_multiple_of(BLOCK) {
        return Err("a trie that is not made of blocks");
    }
    for (at, &unit) in units.iter().enumerate() {
        // The highest bit marks values. The first unit is where each search begins, whatever its bits.
        if at > 0 && unit >> 31 == 1 {
            continue;
        }
        let offset = (unit >> 10) << ((unit & (1 << 9)) >> 6);
        let &value = units.get(at ^ offset as usize).ok_or("a trie that leads out of itself")?;
        let has_value = (unit >> 8) & 1 == 1;
        if has_value && !is_replacement(replacements, (value & !(1 << 31)) as usize) {
            return Err("a trie with a value that is no replacement");
        }
    }
    Precompiled::from(&map).map_err(|_| "a map that the library refuses")
}

/// Whether a replacement of at most [`MAX_REPLACEMENT`] bytes begins at byte `at`.
fn is_replacement(replacements: &str, at: usize) -> bool {
    replacements.get(at..).is_some_and(|rest| {
        rest.len() <= MAX_REPLACEMENT || rest.bytes().take(MAX_REPLACEMENT + 1).any(|byte| byte == 0)
    })
}

/// The bytes of a text in base64 (RFC 4648, section 4: with padding).
fn decode(base64: &str) -> Option<Vec<u8>> {
    let digits = base64.trim_end_matches('=');
    if !base64.len().is_multiple_of(4) || base64.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.as_bytes().chunks(4) {
        let mut bits = 0;
        for digit in group {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend(bits.to_be_bytes().get(1..group.len())?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn encode(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for group in bytes.chunks(3) {
            let mut word = [0; 4];
            word[1..=group.len()].copy_from_slice(group);
            let bits = u32::from_be_bytes(word);
            text.extend((0..=group.len()).map(|n| DIGITS[(bits >> (18 - 6 * n)) as usize & 63] as char));
            text.extend((group.len()..3).map(|_| '='));
        }
        text
    }

    /// A map of one block that makes `replacement` of "a".
    fn map(replacement: &[u8]) -> Vec<u8> {
        let mut units = [0_u32; BLOCK];
        units[0] = 1 << 10; // The root's children are at 1 ^ byte.
        let child = 1 ^ usize::from(b'a');
        units[child] = 2 << 10 | 1 << 8 | u32::from(b'a');
        units[child ^ 2] = 1 << 31; // Value 0.
        let mut map = (4 * BLOCK as u32).to_le_bytes().to_vec();
        map.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        map.extend(replacement);
        map
    }

    #[test]
    fn base64_is_decoded() {
        for (text, bytes) in
            [("", &b""[..]), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9v", b"foo"), ("+/+/", &[251, 255, 191])]
        {
            assert_eq!(decode(text).unwrap(), bytes);
            assert_eq!(encode(bytes), text);
        }
        for text in ["Z", "Zg", "Zg=", "Z===", "=Zg=", "Zm9v====", "Zm 9", "Zm9é"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_map_replaces() {
        assert_eq!(read(&encode(&map(b"oo\0"))).unwrap().normalize_string("bad\u{e1}"), "bood\u{e1}");
        assert_eq!(read(&encode(&map(b"\0"))).unwrap().normalize_string("bad"), "bd");
    }

    #[test]
    fn damaged_maps_are_refused() {
        let good = map(b"oo\0");
        let child = 4 + 4 * (1 ^ usize::from(b'a'));
        let with = |at: usize, bytes: &[u8]| {
            let mut map = good.clone();
            map[at..at + bytes.len()].copy_from_slice(bytes);
            map
        };
        for (map, found) in [
            (Vec::new(), "no trie"),
            (vec![0; 4], "blocks"),
            (vec![0xff; 4], "cut off"),
            (good[..good.len() - 4].to_vec(), "cut off"),
            (with(0, &1020_u32.to_le_bytes()), "blocks"),
            (with(0, &1022_u32.to_le_bytes()), "blocks"),
            (with(4, &(1_u32 << 31 | 256 << 10).to_le_bytes()), "out of itself"),
            (with(child, &(1_u32 << 9 | 1 << 10).to_le_bytes()), "out of itself"),
            (with(4 + 4 * (2 ^ 1 ^ usize::from(b'a')), &4_u32.to_le_bytes()), "no replacement"),
            (
                self::map("é\0".as_bytes()).iter().map(|b| if *b == 0xc3 { 0xff } else { *b }).collect(),
                "UTF-8",
            ),
            (self::map(&[b'o'; MAX_REPLACEMENT + 1]), "no replacement"),
            (vec![0; MAX_MAP + 1], "4 MB"),
        ] {
            let error = read(&encode(&map)).err().unwrap_or_default();
            assert!(error.contains(found), "{error:?} is not {found:?}");
        }
        assert!(read(&encode(&self::map(&[b'o'; MAX_REPLACEMENT]))).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_safe_to_use(
            damage in prop::collection::vec((0..1027_usize, any::<u8>()), 1..20),
            text in "\\PC{0,20}a",
        ) {
            let mut map = map(b"oo\0");
            for (at, byte) in damage {
                map[at] = byte;
            }
            if let Ok(map) = read(&encode(&map)) {
                prop_assert!(map.normalize_string(&text).len() <= text.len() * MAX_REPLACEMENT);
            }
        }
    }
}
