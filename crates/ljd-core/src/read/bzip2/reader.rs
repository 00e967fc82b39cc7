//! Reads numbers from a string of bits, from its first bit on.

/// A place in a string of bits. Zeros stand behind its end.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    /// What is not in the buffer yet.
    bytes: &'a [u8],
    /// The next bits, from the highest on. Behind `n_buffered` of them stand bits of the next byte, or zeros.
    buffer: u64,
    n_buffered: u32,
    n_read: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, buffer: 0, n_buffered: 0, n_read: 0 }
    }

    /// The number of bits read so far, those behind the end among them.
    pub(super) fn n_read(&self) -> usize {
        self.n_read
    }

    /// The next `n_bits`, up to 32 of them.
    #[inline]
    pub(super) fn number(&mut self, n_bits: u32) -> u32 {
        let number = self.peek(n_bits);
        self.skip(n_bits);
        number
    }

    /// The next bit.
    #[inline]
    pub(super) fn bit(&mut self) -> bool {
        self.number(1) == 1
    }

    /// The next `n_bits`, up to 32 of them, which stay unread.
    #[inline]
    pub(super) fn peek(&mut self, n_bits: u32) -> u32 {
        if self.n_buffered < 32 {
            self.fill();
        }
        // Two steps, as a shift by all 64 bits would be none.
        u32::try_from(self.buffer >> 1 >> (63 - n_bits)).unwrap_or(u32::MAX)
    }

    /// Passes over bits that were looked at.
    #[inline]
    pub(super) fn skip(&mut self, n_bits: u32) {
        self.buffer <<= n_bits;
        self.n_buffered = self.n_buffered.saturating_sub(n_bits);
        self.n_read += n_bits as usize;
    }

    /// Buffers more than 55 bits.
    #[inline]
    fn fill(&mut self) {
        if let Some(next) = self.bytes.first_chunk() {
            self.buffer |= u64::from_be_bytes(*next) >> self.n_buffered;
            let n_bytes = (63 - self.n_buffered) / 8;
            self.bytes = self.bytes.get(n_bytes as usize..).unwrap_or_default();
            self.n_buffered += 8 * n_bytes;
            return;
        }
        while self.n_buffered <= 56 {
            let (byte, rest) = self.bytes.split_first().unwrap_or((&0, &[]));
            self.buffer |= u64::from(*byte) << (56 - self.n_buffered);
            self.bytes = rest;
            self.n_buffered += 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::bits::Bits;
    use super::*;

    proptest! {
        #[test]
        fn numbers_are_those_of_the_bits(
            bytes in vec(any::<u8>(), 0..40), lengths in vec(0..=32_u32, 0..40),
        ) {
            let zeros = [0; 160];
            let bits = Bits::of(&[bytes.as_slice(), &zeros].concat(), 0..8 * (bytes.len() + zeros.len()));
            let mut reader = BitReader::new(&bytes);
            let mut at = 0;
            for n_bits in lengths {
                let end = at + n_bits as usize;
                let there = if n_bits == 0 { 0 } else { bits.number(at..end).unwrap() };
                prop_assert_eq!(u64::from(reader.peek(n_bits)), there);
                prop_assert_eq!(u64::from(reader.number(n_bits)), there);
                prop_assert_eq!(reader.n_read(), end);
                at = end;
            }
        }
    }
}
