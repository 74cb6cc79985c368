//! Text from the bytes of tokens, as far as it is certain.

/// A text that grows token by token.
///
/// A token may hold half a character or half a stop phrase; neither is shown before it is known what it is.
pub(crate) struct Growing<'a> {
    stops: &'a [String],
    text: String,
    /// The beginning of a character.
    pending: Vec<u8>,
    /// Where each token ends in `text`.
    ends: Vec<usize>,
    /// Bytes that were handed out.
    shown: usize,
    stopped: bool,
}

impl<'a> Growing<'a> {
    /// An empty text that will end before the first of `stops`.
    pub(crate) fn new(stops: &'a [String]) -> Self {
        Self { stops, text: String::new(), pending: Vec::new(), ends: Vec::new(), shown: 0, stopped: false }
    }

    /// Adds a token. Returns what can be shown now.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> &str {
        let before = self.text.len();
        self.pending.extend_from_slice(bytes);
        self.take_whole_characters(false);
        self.ends.push(self.text.len());
        self.find_stop(before);
        self.show(self.text.len() - self.held())
    }

    /// Ends the text. Returns what was held back.
    pub(crate) fn finish(&mut self) -> &str {
        if !self.stopped {
            let before = self.text.len();
            self.take_whole_characters(true);
            self.find_stop(before);
        }
        self.show(self.text.len())
    }

    /// True when a stop phrase came; the text ends before it.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    /// The text, and where each token ends in it. Tokens of the stop phrase end where the text does.
    pub(crate) fn into_parts(self) -> (String, Vec<usize>) {
        (self.text, self.ends)
    }

    fn show(&mut self, until: usize) -> &str {
        let from = self.shown;
        self.shown = until.max(from);
        self.text.get(from..self.shown).unwrap_or_default()
    }

    /// Moves whole characters from `pending` to `text`, and U+FFFD for what can never become one.
    fn take_whole_characters(&mut self, last: bool) {
        loop {
            let (valid, broken) = match std::str::from_utf8(&self.pending) {
                Ok(text) => (text.len(), None),
                Err(error) => {
                    let end = last.then_some(self.pending.len() - error.valid_up_to());
                    (error.valid_up_to(), error.error_len().or(end))
                }
            };
            self.text.push_str(&String::from_utf8_lossy(&self.pending[..valid]));
            self.pending.drain(..valid + broken.unwrap_or(0));
            match broken {
                Some(_) => self.text.push(char::REPLACEMENT_CHARACTER),
                None => return,
            }
        }
    }

    /// Looks for a stop phrase that ends behind byte `before`, and cuts the text there.
    fn find_stop(&mut self, before: usize) {
        let longest = self.stops.iter().map(String::len).max().unwrap_or(0);
        let from = self.text.floor_char_boundary(before.saturating_sub(longest));
        let at = self.stops.iter().filter_map(|stop| self.text[from..].find(stop.as_str())).min();
        if let Some(at) = at {
            self.stopped = true;
            self.pending.clear();
            self.text.truncate(from + at);
            for end in &mut self.ends {
                *end = (*end).min(self.text.len());
            }
        }
    }

    /// Bytes at the end that may be the beginning of a stop phrase.
    fn held(&self) -> usize {
        if self.stopped {
            return 0;
        }
        let beginnings = self.stops.iter().flat_map(|stop| {
            (1..stop.len()).filter(|&bytes| stop.get(..bytes).is_some_and(|part| self.text.ends_with(part)))
        });
        beginnings.max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes the tokens and returns what was shown after each, and at the end.
    #[track_caller]
    fn check(stops: &[&str], tokens: &[&[u8]], shown: &[&str], ends: &[usize], stopped: bool) {
        let stops: Vec<String> = stops.iter().map(ToString::to_string).collect();
        let mut text = Growing::new(&stops);
        let mut found: Vec<String> = tokens.iter().map(|token| text.push(token).to_owned()).collect();
        found.push(text.finish().to_owned());
        assert_eq!(found, shown);
        assert_eq!(text.stopped(), stopped);
        assert_eq!(text.into_parts(), (shown.concat(), ends.to_vec()));
    }

    #[test]
    fn a_character_is_shown_when_it_is_whole() {
        check(&[], &[b"na", b"\xc3", b"\xafve"], &["na", "", "\u{ef}ve", ""], &[2, 2, 6], false);
        check(&[], &[b"\xf0\x9f", b"\x8c", b"\xa7"], &["", "", "\u{1f327}", ""], &[0, 0, 4], false);
    }

    #[test]
    fn what_is_no_character_is_marked() {
        check(&[], &[b"a\xff", b"b"], &["a\u{fffd}", "b", ""], &[4, 5], false);
        check(&[], &[b"\xe2\x82", b"b"], &["", "\u{fffd}b", ""], &[0, 4], false);
        check(&[], &[b"a\xe2\x82"], &["a", "\u{fffd}"], &[1], false);
    }

    #[test]
    fn a_stop_phrase_is_never_shown_not_even_its_beginning() {
        check(&["\n\n"], &[b"One.", b"\n", b"\nTwo"], &["One.", "", "", ""], &[4, 4, 4], true);
        check(&["\n\n"], &[b"One.", b"\n", b"Two"], &["One.", "", "\nTwo", ""], &[4, 5, 8], false);
        check(&["END", "EN"], &[b"the E", b"ND"], &["the ", "", ""], &[4, 4], true);
        check(&["END"], &[b"the EN"], &["the ", "EN"], &[6], false);
    }

    #[test]
    fn the_first_stop_phrase_counts() {
        check(&["two", "one"], &[b"zero one two"], &["zero ", ""], &[5], true);
    }
}
