//! What stands behind the other steps: runs of a byte that were shortened, and the check sum.

/// As many equal bytes are followed by the number of those left out, one byte.
const RUN: usize = 4;
/// Runs are looked for in as many bytes at once.
const STEP: usize = 32;

/// The tables of the check sum: by a byte, what it makes of the sum with 0 to 7 bytes behind it.
static SUMS: [[u32; 256]; 8] = sums();

/// Adds a text to `to`, with the bytes that were left out of it.
pub(super) fn lengthen(mut shortened: &[u8], to: &mut Vec<u8>) {
    while let Some(end) = end_of_run(shortened) {
        let (plain, rest) = shortened.split_at(end);
        to.extend_from_slice(plain);
        let (Some(byte), Some((n_more, rest))) = (plain.last(), rest.split_first()) else { return };
        to.resize(to.len() + usize::from(*n_more), *byte);
        shortened = rest;
    }
    to.extend_from_slice(shortened);
}

/// The end of the first run.
fn end_of_run(text: &[u8]) -> Option<usize> {
    let n_without =
        text.windows(STEP + RUN - 1).step_by(STEP).take_while(|part| !has_run(part)).count();
    let start = STEP * n_without;
    let rest = text.get(start..)?;
    let run = rest.windows(RUN).position(|run| run.iter().all(|byte| run.first() == Some(byte)))?;
    Some(start + run + RUN)
}

/// Whether a run begins in the first `STEP` bytes. The compiler makes a few wide instructions of it.
fn has_run(part: &[u8]) -> bool {
    let Some(part) = part.first_chunk::<{ STEP + RUN - 1 }>() else { return true };
    let [_, b @ ..] = part;
    let [_, c @ ..] = b;
    let [_, d @ ..] = c;
    let runs = part.iter().zip(b).zip(c).zip(d);
    runs.fold(0, |any, (((a, b), c), d)| any | u8::from((a ^ b) | (b ^ c) | (c ^ d) == 0)) != 0
}

/// The check sum of a text: CRC-32 with the highest bit first.
pub(super) fn sum(text: &[u8]) -> u32 {
    let (words, rest) = text.as_chunks::<8>();
    let behind = |n: usize, byte: u8| {
        SUMS.get(n).and_then(|sums| sums.get(usize::from(byte))).copied().unwrap_or_default()
    };
    let mut sum = u32::MAX;
    for [a, b, c, d, e, f, g, h] in words {
        let [i, j, k, l] = (sum ^ u32::from_be_bytes([*a, *b, *c, *d])).to_be_bytes();
        sum = behind(7, i) ^ behind(6, j) ^ behind(5, k) ^ behind(4, l);
        sum ^= behind(3, *e) ^ behind(2, *f) ^ behind(1, *g) ^ behind(0, *h);
    }
    for byte in rest {
        let [first, ..] = sum.to_be_bytes();
        sum = sum << 8 ^ behind(0, first ^ byte);
    }
    !sum
}

#[expect(clippy::indexing_slicing, reason = "a constant: the compiler has checked it")]
const fn sums() -> [[u32; 256]; 8] {
    let mut sums = [[0; 256]; 8];
    let mut byte = 0_u32;
    while byte < 256 {
        let mut sum = byte << 24;
        let mut n_behind = 0;
        while n_behind < 8 {
            let mut bit = 0;
            while bit < 8 {
                sum = if sum >> 31 == 1 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 };
                bit += 1;
            }
            sums[n_behind][byte as usize] = sum;
            n_behind += 1;
        }
        byte += 1;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengthened(text: &[u8]) -> Vec<u8> {
        let mut to = Vec::new();
        lengthen(text, &mut to);
        to
    }

    #[test]
    fn a_number_stands_behind_four_equal_bytes() {
        assert_eq!(lengthened(b"aaab"), b"aaab");
        assert_eq!(lengthened(b"aaaa\0b"), b"aaaab");
        assert_eq!(lengthened(b"aaaa\x02aab"), b"aaaaaaaab");
        assert_eq!(lengthened(b"aaaaaaaa"), [b'a'; 4 + 97 + 3]);
        assert_eq!(lengthened(b"\x04\x04\x04\x04\x04\x04"), [4; 9]);
        assert_eq!(lengthened(b"aaaa"), b"aaaa");
    }

    /// Wherever it begins, across the bounds of what is looked at in one step.
    #[test]
    fn a_run_is_found_anywhere() {
        for n in 0..150_u8 {
            let before: Vec<u8> = (0..n).map(|i| i % 7).collect();
            for behind in [&b""[..], b"-", b"---"] {
                let text = [&before[..], b"aaaa\x03", behind].concat();
                let whole = [&before[..], b"aaaaaaa", behind].concat();
                assert_eq!(lengthened(&text), whole);
                assert_eq!(end_of_run(&text), Some(usize::from(n) + 4));
                assert_eq!(end_of_run(&before), None);
            }
        }
    }

    /// The value that the standard's description gives for these digits.
    #[test]
    fn the_sum_is_bzip2s() {
        assert_eq!(sum(b""), 0);
        assert_eq!(sum(b"123456789"), 0xfc89_1918);
        assert_eq!(sum(b"1234567"), {
            let bit = |sum: u32, bit: u32| (sum << 1) ^ (0x04c1_1db7 * (sum >> 31 ^ bit));
            let bits = b"1234567"
                .iter()
                .flat_map(|byte| (0..8).rev().map(move |i| u32::from(byte >> i & 1)));
            !bits.fold(u32::MAX, bit)
        });
    }
}
