//! A hash of few numbers that is the same everywhere.

/// The hash of some numbers; `name` keeps it apart from that of the same numbers elsewhere.
pub(super) fn digest(name: u64, numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers.into_iter().fold(name, |digest, number| {
        let product = (digest ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ product >> 32
    })
}
