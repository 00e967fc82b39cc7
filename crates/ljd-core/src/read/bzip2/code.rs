//! The prefix codes that a block's symbols are written in.

use super::reader::BitReader;

/// No code is longer, in bits.
const LONGEST: u32 = 20;
/// Codes of up to as many bits are looked up in one step.
const SHORT: u32 = 10;
/// The bytes, the second digit of a run's length, and the end of the block.
pub(super) const MOST_SYMBOLS: usize = 258;

/// A canonical prefix code: shorter codes before longer ones, those of one length in the order of their symbols.
#[derive(Debug)]
pub(super) struct Code {
    /// By the next `SHORT` bits, the symbol that they begin with and the length of its code, 0 where that is longer.
    short: [(u16, u8); 1 << SHORT],
    /// By length, the first number of `LONGEST` bits that no code of this length or a shorter one begins.
    ends: [u32; LONGEST as usize + 1],
    /// By length, what has to be added to a code for its place among the symbols.
    offsets: [u32; LONGEST as usize + 1],
    /// The symbols by their codes.
    symbols: [u16; MOST_SYMBOLS],
}

impl Code {
    pub(super) fn new() -> Self {
        Self {
            short: [(0, 0); 1 << SHORT],
            ends: [0; LONGEST as usize + 1],
            offsets: [0; LONGEST as usize + 1],
            symbols: [0; MOST_SYMBOLS],
        }
    }

    /// Reads how long the code of each symbol is, which says what the codes are.
    ///
    /// Returns `None` where there is no prefix code of these lengths.
    pub(super) fn read(&mut self, n_symbols: usize, bits: &mut BitReader<'_>) -> Option<()> {
        let mut lengths = [0; MOST_SYMBOLS];
        let lengths = lengths.get_mut(..n_symbols)?;
        let mut length = bits.number(5);
        for symbol in &mut *lengths {
            while (1..=LONGEST).contains(&length) && bits.bit() {
                length = if bits.bit() { length - 1 } else { length + 1 };
            }
            *symbol = Some(length).filter(|length| (1..=LONGEST).contains(length))?;
        }
        self.set(lengths)
    }

    fn set(&mut self, lengths: &[u32]) -> Option<()> {
        self.short.fill((0, 0));
        let (mut next_code, mut next_place) = (0_u32, 0_u32);
        for length in 1..=LONGEST {
            next_code <<= 1;
            *self.offsets.get_mut(length as usize)? = next_place.wrapping_sub(next_code);
            for (symbol, _) in lengths.iter().enumerate().filter(|(_, other)| **other == length) {
                let symbol = u16::try_from(symbol).ok()?;
                *self.symbols.get_mut(next_place as usize)? = symbol;
                if let Some(n_free) = SHORT.checked_sub(length) {
                    let first = (next_code as usize) << n_free;
                    let short = self.short.get_mut(first..first + (1 << n_free))?;
                    short.fill((symbol, u8::try_from(length).ok()?));
                }
                next_code += 1;
                next_place += 1;
            }
            if next_code > 1 << length {
                return None;
            }
            *self.ends.get_mut(length as usize)? = next_code << (LONGEST - length);
        }
        Some(())
    }

    /// The next symbol; `None` where no code stands.
    #[inline]
    pub(super) fn symbol(&self, bits: &mut BitReader<'_>) -> Option<u16> {
        let (symbol, length) = *self.short.get(bits.peek(SHORT) as usize)?;
        if length == 0 {
            return self.long_symbol(bits);
        }
        bits.skip(u32::from(length));
        Some(symbol)
    }

    #[cold]
    fn long_symbol(&self, bits: &mut BitReader<'_>) -> Option<u16> {
        let next = bits.peek(LONGEST);
        let is_of = |length: &u32| self.ends.get(*length as usize).is_some_and(|end| next < *end);
        let length = (SHORT + 1..=LONGEST).find(is_of)?;
        let code = bits.number(length);
        let place = code.wrapping_add(*self.offsets.get(length as usize)?);
        self.symbols.get(place as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(lengths: &[u32]) -> Option<Code> {
        let mut code = Code::new();
        code.set(lengths)?;
        Some(code)
    }

    /// The symbols that 32 bits are, as far as codes stand.
    fn symbols(code: &Code, bits: u32) -> Vec<u16> {
        let bytes = bits.to_be_bytes();
        let mut reader = BitReader::new(&bytes);
        let mut symbols = Vec::new();
        while reader.n_read() < 32 {
            let Some(symbol) = code.symbol(&mut reader) else { break };
            symbols.push(symbol);
        }
        symbols
    }

    #[test]
    fn shorter_codes_stand_before_longer_ones() {
        // 1: 0, 0: 10, 2: 110, 3: 111.
        let code = code(&[2, 1, 3, 3]).unwrap();
        assert_eq!(symbols(&code, 0b0101_1011_1000_0000 << 16)[..5], [1, 0, 2, 3, 1]);
    }

    /// Ten bits are looked up, eleven are counted: both sides of the bound, and the longest.
    #[test]
    fn long_codes_are_read() {
        let lengths: Vec<u32> = (1..=20).chain([20]).collect();
        let code = code(&lengths).unwrap();
        for (symbol, length) in lengths.iter().enumerate() {
            // All ones but the last bit, of the last symbol all ones.
            let ones = (u32::MAX << (32 - length)) & !(u32::from(symbol < 20) << (32 - length));
            assert_eq!(symbols(&code, ones)[0], u16::try_from(symbol).unwrap(), "{length} bits");
        }
    }

    #[test]
    fn lengths_of_no_prefix_code_are_refused() {
        assert!(code(&[1, 1]).is_some());
        assert!(code(&[1, 1, 2]).is_none());
        assert!(code(&[2, 2, 2, 2, 20]).is_none());
        // A code may leave numbers unused, which are no symbols then.
        let code = code(&[2, 2, 2]).unwrap();
        assert_eq!(symbols(&code, 0b0001_1011 << 24), [0, 1, 2]);
    }

    #[test]
    fn lengths_are_written_as_differences() {
        let mut code = Code::new();
        // 2; the same; one less: 1; one more, twice: 3.
        let bytes = 0b0_0010_0110_1010_0000_0000_0000_0000_u32.rotate_left(3).to_be_bytes();
        assert!(code.read(3, &mut BitReader::new(&bytes)).is_some());
        assert!(code.read(MOST_SYMBOLS + 1, &mut BitReader::new(&[0x10; 200])).is_none());
        // Lengths of 0 and of 21.
        assert!(code.read(2, &mut BitReader::new(&[0; 8])).is_none());
        assert!(code.read(2, &mut BitReader::new(&[0b1010_0100, 0, 0])).is_none());
    }
}
