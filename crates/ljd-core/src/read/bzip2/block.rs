//! Decodes a block: which bytes it has, the codes of its symbols, and the symbols, which say the rows of the
//! Burrows-Wheeler transform by how recently their bytes stood.
//!
//! There is no other description of the format than programs that read it. This one reads what they write today; what it refuses, damaged blocks and those of the first
//! versions, is left to the library.

use std::array;

use super::bits::{Bits, MAGIC_BITS};
use super::code::Code;
use super::reader::BitReader;
use super::rows::{MOST_ROWS, Rows};
use super::runs;

/// So many symbols are written in one code, then another may follow.
const GROUP: usize = 50;
/// As many groups, of more than one row each, a block has at most.
const MOST_GROUPS: usize = 18_002;
const MOST_CODES: usize = 6;
/// The symbols that are digits of a run's length.
const DIGITS: u16 = 2;

/// Decodes blocks, with the same tables for all of them.
#[derive(Debug)]
pub(super) struct Blocks {
    codes: [Code; MOST_CODES],
    /// By group, the code that its symbols are written in.
    selectors: Vec<u8>,
    rows: Rows,
    /// The text of a block before runs are lengthened.
    shortened: Vec<u8>,
}

impl Blocks {
    pub(super) fn new() -> Self {
        Self {
            codes: array::from_fn(|_| Code::new()),
            selectors: Vec::new(),
            rows: Rows::new(),
            shortened: Vec::new(),
        }
    }

    /// Adds the text of a block, which begins with its magic number, to `text`.
    ///
    /// Returns `None` where the bits are no block, go on behind it, or differ from its check sum.
    pub(super) fn text(&mut self, block: &Bits, text: &mut Vec<u8>) -> Option<()> {
        let mut bits = BitReader::new(block.bytes().get(MAGIC_BITS / 8..)?);
        let sum = bits.number(32);
        // The first versions mixed up the bytes of texts that took long to sort.
        let is_mixed = bits.bit();
        let first = usize::try_from(bits.number(24)).ok()?;
        let mut recent = Recent::read(&mut bits)?;
        let n_codes = self.read_codes(recent.n_bytes + usize::from(DIGITS), &mut bits)?;
        self.read_rows(n_codes, &mut recent, &mut bits)?;
        if is_mixed || MAGIC_BITS + bits.n_read() != block.len() {
            return None;
        }
        self.shortened.clear();
        self.rows.text(first, &mut self.shortened)?;
        let start = text.len();
        runs::lengthen(&self.shortened, text);
        (runs::sum(text.get(start..)?) == sum).then_some(())
    }

    /// Reads the codes, and which of them each group is written in; returns how many codes there are.
    fn read_codes(&mut self, n_symbols: usize, bits: &mut BitReader<'_>) -> Option<usize> {
        let n_codes = usize::try_from(bits.number(3)).ok()?;
        let n_groups = usize::try_from(bits.number(15)).ok()?;
        if !(2..=MOST_CODES).contains(&n_codes) || MOST_GROUPS < n_groups {
            return None;
        }
        self.selectors.clear();
        let mut recent: [u8; MOST_CODES] = [0, 1, 2, 3, 4, 5];
        for _ in 0..n_groups {
            let place = (0..n_codes).find(|_| !bits.bit())?;
            let codes = recent.get_mut(..=place)?;
            codes.rotate_right(1);
            self.selectors.extend(codes.first());
        }
        let codes = self.codes.get_mut(..n_codes)?;
        codes.iter_mut().try_for_each(|code| code.read(n_symbols, bits))?;
        Some(n_codes)
    }

    fn read_rows(
        &mut self,
        n_codes: usize,
        recent: &mut Recent,
        bits: &mut BitReader<'_>,
    ) -> Option<()> {
        let codes = self.codes.get(..n_codes)?;
        let end = u16::try_from(recent.n_bytes).ok()? + 1;
        // A run's length has the digits 1 and 2, the lowest of them first.
        let (mut run, mut place) = (0_usize, 1);
        self.rows.clear();
        for selector in &self.selectors {
            let code = codes.get(usize::from(*selector))?;
            for _ in 0..GROUP {
                let symbol = code.symbol(bits)?;
                if symbol < DIGITS {
                    run = run.saturating_add(place << symbol);
                    place = (2 * place).min(MOST_ROWS.next_power_of_two());
                    continue;
                }
                if 0 < run {
                    self.rows.push(recent.first(), run)?;
                    (run, place) = (0, 1);
                }
                if symbol == end {
                    return Some(());
                }
                self.rows.push(recent.take(usize::from(symbol) - 1)?, 1)?;
            }
        }
        None
    }
}

/// The bytes of a block, those first that stood last.
struct Recent {
    bytes: [u8; 256],
    n_bytes: usize,
}

impl Recent {
    /// Bytes up to this place are moved within one number.
    const NEAR: usize = 16;

    /// Reads which bytes a block has: which sixteens of them, and of each of these, which bytes.
    fn read(bits: &mut BitReader<'_>) -> Option<Self> {
        let mut recent = Self { bytes: [0; 256], n_bytes: 0 };
        let sixteens = bits.number(16);
        for high in (0..16).filter(|high| sixteens >> (15 - high) & 1 == 1) {
            let bytes = bits.number(16);
            for low in (0..16).filter(|low| bytes >> (15 - low) & 1 == 1) {
                *recent.bytes.get_mut(recent.n_bytes)? = 16 * high + low;
                recent.n_bytes += 1;
            }
        }
        (0 < recent.n_bytes).then_some(recent)
    }

    fn first(&self) -> u8 {
        let [first, ..] = self.bytes;
        first
    }

    /// The byte at this place, which comes first from now on.
    #[inline]
    fn take(&mut self, place: usize) -> Option<u8> {
        let byte = *self.bytes.get(place)?;
        if place < Self::NEAR {
            let near = self.bytes.first_chunk_mut::<{ Self::NEAR }>()?;
            let number = u128::from_le_bytes(*near);
            let moved = u128::MAX >> (8 * (Self::NEAR - 1 - place));
            *near = (number & !moved | number << 8 & moved | u128::from(byte)).to_le_bytes();
        } else {
            self.bytes.copy_within(..place, 1);
            let [first, ..] = &mut self.bytes;
            *first = byte;
        }
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bzip2::Compression;
    use bzip2::write::BzEncoder;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::bits::find_magic;
    use super::*;

    /// The first block of what the library packs.
    fn packed(text: &[u8]) -> Bits {
        let mut encoder = BzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        let file = encoder.finish().unwrap();
        let start = find_magic(&file, 0).unwrap();
        Bits::of(&file, start..find_magic(&file, start + 1).unwrap())
    }

    fn text(block: &Bits) -> Option<Vec<u8>> {
        let mut text = b"before".to_vec();
        Blocks::new().text(block, &mut text)?;
        Some(text.split_off(b"before".len()))
    }

    /// Nothing of what the library writes today is left to the library.
    #[test]
    fn blocks_are_decoded_without_the_library() {
        let repeated = b"ab".repeat(1 << 18);
        let equal = vec![b'a'; 1 << 20];
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for whole in [&b"a"[..], &repeated, &equal, &all, &all.repeat(300)] {
            assert!(text(&packed(whole)).as_deref() == Some(whole));
        }
    }

    #[test]
    fn a_block_ends_where_it_ends() {
        let block = packed(b"abracadabra");
        let mut longer = block.clone();
        longer.push(&Bits::of_number(0, 1));
        assert_eq!(text(&longer), None);
        let shorter = Bits::of(block.bytes(), 0..block.len() - 1);
        assert_eq!(text(&shorter), None);
        assert_eq!(text(&block).unwrap(), b"abracadabra");
    }

    proptest! {
        #[test]
        fn texts_are_decoded_without_the_library(whole in vec(0..9_u8, 1..3000)) {
            prop_assert_eq!(text(&packed(&whole)), Some(whole));
        }

        /// Whichever bit is wrong, the magic number's aside, it is seen.
        #[test]
        fn damage_is_refused(whole in vec(any::<u8>(), 1..300), bit in any::<prop::sample::Index>()) {
            let block = packed(&whole);
            let bit = MAGIC_BITS + bit.index(block.len() - MAGIC_BITS);
            let mut bytes = block.bytes().to_vec();
            bytes[bit / 8] ^= 0x80 >> (bit % 8);
            let damaged = text(&Bits::of(&bytes, 0..block.len()));
            // A code that nothing is written in may have any lengths.
            prop_assert!(damaged.is_none_or(|damaged| damaged == whole));
        }
    }

    #[test]
    fn a_byte_that_is_taken_comes_first() {
        let bytes: [u8; 256] = array::from_fn(|i| u8::try_from(255 - i).unwrap());
        for place in 0..256 {
            let mut recent = Recent { bytes, n_bytes: 256 };
            let mut expected = bytes;
            expected[..=place].rotate_right(1);
            assert_eq!(recent.take(place), Some(bytes[place]));
            assert_eq!((recent.bytes, recent.first()), (expected, bytes[place]), "{place}");
        }
        assert_eq!(Recent { bytes, n_bytes: 256 }.take(256), None);
    }

    #[test]
    fn bytes_are_listed_by_sixteens() {
        let list = [0b0100_0000, 0b0000_0001, 0b1000_0000, 0b0000_0001, 0b0010_0000, 0];
        let recent = Recent::read(&mut BitReader::new(&list)).unwrap();
        assert_eq!(recent.bytes[..recent.n_bytes], [0x10, 0x1f, 0xf2]);
        assert!(Recent::read(&mut BitReader::new(&[0; 8])).is_none());
    }
}
