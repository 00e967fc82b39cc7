//! A model as bytes: lists of numbers of 32 bits, each behind its length.

/// Takes numbers.
#[derive(Debug, Default)]
pub(super) struct Put(pub(super) Vec<u8>);

/// Gives them back.
#[derive(Debug)]
pub(super) struct Take<'a>(pub(super) &'a [u8]);

impl Put {
    pub(super) fn put(&mut self, numbers: impl ExactSizeIterator<Item = u32>) {
        self.0.extend_from_slice(&(numbers.len() as u64).to_le_bytes());
        numbers.for_each(|number| self.0.extend_from_slice(&number.to_le_bytes()));
    }
}

impl Take<'_> {
    pub(super) fn take(&mut self) -> Option<Vec<u32>> {
        let (n, rest) = self.0.split_at_checked(8)?;
        let n = usize::try_from(u64::from_le_bytes(n.try_into().ok()?)).ok()?;
        let (numbers, rest) = rest.split_at_checked(n.checked_mul(4)?)?;
        self.0 = rest;
        let numbers = numbers.chunks_exact(4).filter_map(|bytes| bytes.try_into().ok());
        Some(numbers.map(u32::from_le_bytes).collect())
    }
}
