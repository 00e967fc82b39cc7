//! Strings of bits, and the two numbers that structure a bzip2 file.

use std::ops::Range;
use std::sync::LazyLock;

/// What every block begins with: the digits of π.
pub(super) const BLOCK: u64 = 0x3141_5926_5359;
/// What stands behind the last block of a stream: the digits of √π.
pub(super) const END: u64 = 0x1772_4538_5090;
/// The bits of either of them.
pub(super) const MAGIC_BITS: usize = 48;

const MASK: u64 = (1 << MAGIC_BITS) - 1;

/// By the last byte but one of a window, the numbers of bits behind which a magic number may end in it.
static SHIFTS: LazyLock<[u8; 256]> = LazyLock::new(|| {
    let may_end = |byte: usize, shift: u64| {
        [BLOCK, END].iter().any(|magic| (magic << shift >> 8) & 0xff == byte as u64)
    };
    std::array::from_fn(|byte| (0..8).filter(|shift| may_end(byte, *shift)).map(|s| 1 << s).sum())
});

/// The first bit, from `from` on, at which a magic number begins.
pub(super) fn find_magic(bytes: &[u8], from: usize) -> Option<usize> {
    let shifts: &[u8; 256] = &SHIFTS;
    let mut window = 0_u64;
    for (i, byte) in bytes.iter().enumerate().skip(from / 8) {
        window = window << 8 | u64::from(*byte);
        let [.., near, _last] = window.to_be_bytes();
        let may_end = shifts.get(usize::from(near)).copied().unwrap_or_default();
        if may_end == 0 {
            continue;
        }
        for shift in (0..8).rev().filter(|shift| may_end >> shift & 1 == 1) {
            let end = 8 * (i + 1) - shift;
            let is_magic = matches!(window >> shift & MASK, BLOCK | END);
            if is_magic && from + MAGIC_BITS <= end {
                return Some(end - MAGIC_BITS);
            }
        }
    }
    None
}

/// A string of bits; what its last byte has beyond them is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    len: usize,
}

impl Bits {
    /// Some bits out of bytes.
    pub(super) fn of(bytes: &[u8], range: Range<usize>) -> Self {
        let shift = range.start % 8;
        let bytes = bytes.get(range.start / 8..range.end.div_ceil(8)).unwrap_or_default();
        let next = bytes.iter().skip(1).chain([&0]);
        let shifted = bytes.iter().zip(next).map(|(byte, next)| match shift {
            0 => *byte,
            _ => byte << shift | next >> (8 - shift),
        });
        let mut bits = Self { bytes: shifted.collect(), len: range.len() };
        bits.cut();
        bits
    }

    /// The lowest bits of a number.
    pub(super) fn of_number(number: u64, len: usize) -> Self {
        Self::of(&number.to_be_bytes(), 64 - len..64)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Up to 64 of the bits as a number; `None` where there are not as many.
    pub(super) fn number(&self, range: Range<usize>) -> Option<u64> {
        if self.len < range.end {
            return None;
        }
        let bits = Self::of(&self.bytes, range);
        let number = bits.bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Some(number >> (8 * bits.bytes.len() - bits.len))
    }

    /// Puts other bits behind these.
    pub(super) fn push(&mut self, other: &Self) {
        let shift = self.len % 8;
        self.len += other.len;
        if shift == 0 {
            self.bytes.extend_from_slice(&other.bytes);
            return;
        }
        let mut open = self.bytes.pop().unwrap_or_default();
        self.bytes.reserve(other.bytes.len() + 1);
        self.bytes.extend(other.bytes.iter().map(|byte| {
            let whole = open | byte >> shift;
            open = byte << (8 - shift);
            whole
        }));
        self.bytes.push(open);
        self.cut();
    }

    fn cut(&mut self) {
        self.bytes.truncate(self.len.div_ceil(8));
        let n_beyond = 8 * self.bytes.len() - self.len;
        if let Some(last) = self.bytes.last_mut() {
            *last = *last >> n_beyond << n_beyond;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` zeros, a magic number, seven ones.
    fn around(magic: u64, n: usize) -> Bits {
        let mut bits = Bits::of(&[0; 16], 0..n);
        bits.push(&Bits::of_number(magic, MAGIC_BITS));
        bits.push(&Bits::of_number(0x7f, 7));
        bits
    }

    #[test]
    fn a_magic_number_is_found_at_any_bit() {
        for n in 0..70 {
            for magic in [BLOCK, END] {
                let bits = around(magic, n);
                assert_eq!(find_magic(bits.bytes(), 0), Some(n));
                assert_eq!(find_magic(bits.bytes(), n), Some(n));
                assert_eq!(find_magic(bits.bytes(), n + 1), None);
                assert_eq!(bits.number(n..n + MAGIC_BITS), Some(magic));
                assert_eq!(bits.number(n + MAGIC_BITS..bits.len() + 1), None);
            }
        }
    }

    #[test]
    fn bits_are_joined_where_they_were_cut() {
        let bytes: Vec<u8> = (0..20_u8).map(|i| i.wrapping_mul(37)).collect();
        for start in 0..20 {
            for middle in start..60 {
                let mut bits = Bits::of(&bytes, start..middle);
                bits.push(&Bits::of(&bytes, middle..150));
                assert_eq!(bits, Bits::of(&bytes, start..150));
            }
        }
    }
}
