//! Server-sent events: bytes, cut anywhere, to the data of whole events.
//!
//! Source: WHATWG HTML, section 9.2.6 "Interpreting an event stream". Only `data` matters here; comments, names and
//! retry times are passed over.

/// The part of a stream that is no whole event yet.
#[derive(Debug, Default)]
pub(crate) struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    after_return: bool,
}

impl Events {
    /// Takes the next bytes; the data of each event that is complete with them, in order.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut complete = Vec::new();
        for &byte in bytes {
            // A line ends with "\n", "\r" or "\r\n".
            let second_half = self.after_return && byte == b'\n';
            self.after_return = byte == b'\r';
            match byte {
                b'\n' if second_half => {}
                b'\n' | b'\r' => complete.extend(self.end_line()),
                _ => self.line.push(byte),
            }
        }
        complete
    }

    /// The data of the event that the stream ended in: not every server ends its last event with an empty line.
    pub(crate) fn finish(mut self) -> Option<Vec<u8>> {
        self.end_line().or_else(|| self.end_line())
    }

    /// The data of the event that an empty line completes.
    fn end_line(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then_some(data);
        }
        if let Some(value) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(parts: &[&[u8]]) -> Vec<String> {
        let mut events = Events::default();
        let mut found: Vec<Vec<u8>> = parts.iter().flat_map(|part| events.push(part)).collect();
        found.extend(events.finish());
        found.into_iter().map(|data| String::from_utf8(data).expect("UTF-8")).collect()
    }

    #[test]
    fn data_of_events_and_nothing_else() {
        let stream =
            ": keep-alive\n\nevent: message\ndata: {\"a\":\ndata: 1}\nid: 7\n\n\ndata:b\n\nnothing\n\n";
        assert_eq!(read(&[stream.as_bytes()]), ["{\"a\":\n1}", "b"]);
    }

    #[test]
    fn every_kind_of_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let stream = format!("data: a{end}{end}: x{end}data: b{end}data: c{end}{end}");
            assert_eq!(read(&[stream.as_bytes()]), ["a", "b\nc"], "{end:?}");
        }
        assert_eq!(read(&[b"data: a\r", b"\n\r", b"\ndata: b\r\n\r\n"]), ["a", "b"]);
    }

    #[test]
    fn the_last_event_may_end_with_the_stream() {
        assert_eq!(read(&[b"data: a\n\ndata: b\n"]), ["a", "b"]);
        assert_eq!(read(&[b"data: a\n\ndata: b"]), ["a", "b"]);
        assert_eq!(read(&[b"data: a\n\n: bye"]), ["a"]);
    }

    proptest! {
        #[test]
        fn cuts_do_not_matter(stream in "(data: ?[aé…👋]{0,3}|: x|)(\r\n|\n|\r)|.{0,4}", cuts in prop::collection::vec(0usize..64, 0..6)) {
            let stream = stream.repeat(4);
            let bytes = stream.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut from = 0;
            let mut parts: Vec<&[u8]> = Vec::new();
            for cut in cuts.into_iter().chain([bytes.len()]) {
                parts.push(&bytes[from..cut]);
                from = cut;
            }
            prop_assert_eq!(read(&parts), read(&[bytes]));
        }
    }
}
