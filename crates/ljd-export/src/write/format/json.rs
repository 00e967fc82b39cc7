//! A row as JSON, as `serde_json` writes it, in a quarter of its time.
//!
//! Names, colons and commas are one piece of text from value to value, a text is looked through for what
//! must be escaped many bytes at a time, and what most rows share with one of the two before them is
//! copied from there.

use crate::write::rows::{List, Provenance, Row};

/// Writes rows of all columns.
#[derive(Default)]
pub(super) struct Objects<'a> {
    /// The provenance of rows before, and what it was written as: translations take turns.
    known: [Option<(Provenance<'a>, Vec<u8>)>; 2],
    /// Which of them was used last.
    last: usize,
}

impl<'a> Objects<'a> {
    pub(super) fn push(&mut self, row: &Row<'a>, out: &mut Vec<u8>) {
        push_member(b"{\"id\":", row.id, out);
        push_member(b",\"instruction\":", row.instruction, out);
        push_member(b",\"input\":", row.input, out);
        push_member(b",\"output\":", row.output, out);
        out.extend_from_slice(b",\"history\":[");
        for (i, (role, content)) in row.history.turns().enumerate() {
            out.extend_from_slice(if i == 0 { b"" } else { b"," });
            push_member(b"{\"role\":", role.as_str(), out);
            push_member(b",\"content\":", content, out);
            out.push(b'}');
        }
        push_list(b"],\"choices\":[", row.choices, out);
        push_list(b"],\"answers\":[", row.answers, out);
        out.extend_from_slice(b"],\"score\":");
        match row.score {
            // Numbers like this one are written by serde_json too, and cannot fail.
            Some(score) => drop(serde_json::to_writer(&mut *out, &score)),
            None => out.extend_from_slice(b"null"),
        }
        self.push_provenance(&row.provenance, out);
    }

    fn push_provenance(&mut self, provenance: &Provenance<'a>, out: &mut Vec<u8>) {
        for i in [1 - self.last, self.last] {
            if let Some(Some((known, written))) = self.known.get(i)
                && known == provenance
            {
                self.last = i;
                out.extend_from_slice(written);
                return;
            }
        }
        let start = out.len();
        write_provenance(provenance, out);
        self.last = 1 - self.last;
        if let Some(place) = self.known.get_mut(self.last) {
            *place = Some((*provenance, out.get(start..).unwrap_or_default().to_vec()));
        }
    }
}

fn write_provenance(provenance: &Provenance<'_>, out: &mut Vec<u8>) {
    push_member(b",\"task\":", provenance.task, out);
    push_member(b",\"source\":", provenance.source, out);
    push_member(b",\"source_language\":", provenance.source_language, out);
    push_member(b",\"target_language\":", provenance.target_language, out);
    push_member(b",\"split\":", provenance.split, out);
    push_maybe(b",\"category\":", provenance.category, out);
    push_member(b",\"license\":", provenance.license, out);
    push_member(b",\"attribution\":", provenance.attribution, out);
    push_maybe(b",\"url\":", provenance.url, out);
    out.push(b'}');
}

fn push_list(start: &[u8], list: List<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(start);
    for (i, text) in list.texts().enumerate() {
        push_member(if i == 0 { b"" } else { b"," }, text, out);
    }
}

fn push_maybe(name: &[u8], text: Option<&str>, out: &mut Vec<u8>) {
    let Some(text) = text else {
        out.extend_from_slice(name);
        return out.extend_from_slice(b"null");
    };
    push_member(name, text, out);
}

fn push_member(name: &[u8], text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    out.push(b'"');
    push_text(text.as_bytes(), out);
    out.push(b'"');
}

fn push_text(text: &[u8], out: &mut Vec<u8>) {
    /// So many bytes are looked at together: few enough that one line end in a text costs little.
    const BLOCK: usize = 64;
    for block in text.chunks(BLOCK) {
        // Without an early end, which would have it look at one byte after the other.
        let is_plain = block.iter().fold(true, |is_plain, byte| is_plain & is_plain_byte(*byte));
        if is_plain {
            out.extend_from_slice(block);
        } else {
            for byte in block {
                push_byte(*byte, out);
            }
        }
    }
}

const fn is_plain_byte(byte: u8) -> bool {
    !matches!(byte, 0..0x20 | b'"' | b'\\')
}

fn push_byte(byte: u8, out: &mut Vec<u8>) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        0..0x20 => {
            let [high, low] = [byte >> 4, byte & 0xf]
                .map(|digit| HEX.get(usize::from(digit)).copied().unwrap_or_default());
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            return;
        }
        _ => return out.push(byte),
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_serde_json_writes_them() {
        let every: String = (0..0x3000).filter_map(char::from_u32).collect();
        for text in ["", "橋", "a\"b\\c", &"\n".repeat(200), &every] {
            let mut ours = Vec::new();
            push_member(b"", text, &mut ours);
            assert_eq!(String::from_utf8(ours).unwrap(), serde_json::to_string(text).unwrap());
        }
    }
}
