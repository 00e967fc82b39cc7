//! Decompresses single blocks with the `bzip2` crate, as if each were the first of a stream.

use bzip2::{Decompress, Error, Status};

use super::bits::{BLOCK, Bits, MAGIC_BITS};

/// What a stream begins with, but for the digit behind it.
pub(super) const HEADER: u64 = 0x0042_5a68;
/// The bits of that, with the digit.
pub(super) const HEADER_BITS: usize = 32;
/// Room for the text of a block: 900,000 bytes, and what was shortened where bytes are repeated.
const BLOCK_BYTES: usize = 1 << 20;

/// Adds the text of a block, whose check sum is right, to `text`.
///
/// # Errors
///
/// Where the bits, the first of them a magic number's, are no block, or go on behind it.
pub(super) fn block(block: &Bits, text: &mut Vec<u8>) -> Result<(), Error> {
    let mut stream = begun(block);
    // The next block begins where this one has to end.
    stream.push(&Bits::of_number(BLOCK, MAGIC_BITS));
    let n_bytes = stream.len() / 8;
    let before = text.len();
    decompress(stream.bytes().get(..n_bytes).unwrap_or_default(), text)?;
    if text.len() == before { Err(Error::Data) } else { Ok(()) }
}

/// Adds the text of a block that may break off, as far as it goes, to `text`.
///
/// # Errors
///
/// Where the bits are none of a block.
pub(super) fn last_block(block: &Bits, text: &mut Vec<u8>) -> Result<(), Error> {
    decompress(begun(block).bytes(), text)
}

/// A stream that begins with a block.
fn begun(block: &Bits) -> Bits {
    let mut stream = Bits::of_number(HEADER << 8 | u64::from(b'9'), HEADER_BITS);
    stream.push(block);
    stream
}

fn decompress(mut stream: &[u8], text: &mut Vec<u8>) -> Result<(), Error> {
    let mut decompress = Decompress::new(false);
    text.reserve(BLOCK_BYTES);
    loop {
        let (before, before_text) = (decompress.total_in(), text.len());
        let status = decompress.decompress_vec(stream, text)?;
        let n_read = usize::try_from(decompress.total_in() - before).unwrap_or(usize::MAX);
        stream = stream.get(n_read..).unwrap_or_default();
        let is_full = text.len() == text.capacity();
        if stream.is_empty() && !is_full {
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
