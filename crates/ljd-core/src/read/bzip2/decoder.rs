//! Decompresses blocks that were cut out of streams.

use bzip2::{Decompress, Error, Status};

use super::bits::{BLOCK, Bits, MAGIC_BITS};

/// What a stream begins with, but for the digit behind it.
pub(super) const HEADER: u64 = 0x0042_5a68;
/// The bits of that, with the digit.
pub(super) const HEADER_BITS: usize = 32;
/// Room for the text of a block: 900,000 bytes, and what was shortened where bytes are repeated.
const BLOCK_BYTES: usize = 1 << 20;

/// Decompresses blocks as if they were those of one stream that never ends.
///
/// So the tables of the library, of some 4 MB, are made once for all of them: to make them for every block
/// costs a tenth of the time.
pub(super) struct Decoder {
    decompress: Decompress,
    /// What the library was not given yet: whole bytes alone can be.
    bits: Bits,
}

impl Decoder {
    pub(super) fn new() -> Self {
        let mut bits = Bits::of_number(HEADER << 8 | u64::from(b'9'), HEADER_BITS);
        bits.push(&Bits::of_number(BLOCK, MAGIC_BITS));
        Self { decompress: Decompress::new(false), bits }
    }

    /// Adds the text of a block, whose check sum is right, to `text`.
    ///
    /// # Errors
    ///
    /// Where the bits, the first of them a magic number's, are no block, or go on behind it. The decoder is of
    /// no use then.
    pub(super) fn block(&mut self, block: &Bits, text: &mut Vec<u8>) -> Result<(), Error> {
        self.bits.push_behind(block, MAGIC_BITS);
        // The next block begins where this one has to end.
        self.bits.push(&Bits::of_number(BLOCK, MAGIC_BITS));
        let n_bytes = self.bits.len() / 8;
        let before = text.len();
        self.feed(n_bytes, text)?;
        self.bits.remove_bytes(n_bytes);
        if text.len() == before { Err(Error::Data) } else { Ok(()) }
    }

    /// Adds the text of a block that may break off, as far as it goes, to `text`, the first of the decoder's.
    ///
    /// # Errors
    ///
    /// Where the bits are none of a block.
    pub(super) fn last_block(mut self, block: &Bits, text: &mut Vec<u8>) -> Result<(), Error> {
        self.bits.push_behind(block, MAGIC_BITS);
        self.feed(self.bits.bytes().len(), text)
    }

    fn feed(&mut self, n_bytes: usize, text: &mut Vec<u8>) -> Result<(), Error> {
        let mut rest = self.bits.bytes().get(..n_bytes).unwrap_or_default();
        text.reserve(BLOCK_BYTES);
        loop {
            let (before, before_text) = (self.decompress.total_in(), text.len());
            let status = self.decompress.decompress_vec(rest, text)?;
            let n_read = usize::try_from(self.decompress.total_in() - before).unwrap_or(usize::MAX);
            rest = rest.get(n_read..).unwrap_or_default();
            let is_full = text.len() == text.capacity();
            if rest.is_empty() && !is_full {
                return Ok(());
            }
            if status == Status::StreamEnd || n_read == 0 && text.len() == before_text && !is_full {
                return Err(Error::Data);
            }
            if is_full {
                text.reserve(text.len());
            }
        }
    }
}
