//! Values as bytes, for files that this program alone reads: what was made of a chunk, until its dataset is written.
//!
//! Lengths and numbers are variable in size, as in LEB128. Bytes that are no such value give `None`, never a panic.

use std::collections::BTreeMap;

/// A value that has a form in bytes.
pub(crate) trait Code: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);

    /// Takes the value off the front; `None` where it is none.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

/// Lets a struct be coded field by field.
macro_rules! code {
    ($name:ty { $($field:ident),* $(,)? }) => {
        impl $crate::write::code::Code for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $($crate::write::code::Code::put(&self.$field, out);)*
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::write::code::Code::take(from)?,)* })
            }
        }
    };
}

/// Lets a type be coded by its name.
macro_rules! code_names {
    ($($name:ty),*) => {
        $(impl $crate::write::code::Code for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $crate::write::code::put_text(self.as_str(), out);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Self::parse($crate::write::code::take_text(from)?).ok()
            }
        })*
    };
}

pub(crate) use {code, code_names};

/// Takes so many bytes off the front.
fn take_bytes<'b>(from: &mut &'b [u8], n: usize) -> Option<&'b [u8]> {
    let (bytes, rest) = from.split_at_checked(n)?;
    *from = rest;
    Some(bytes)
}

pub(crate) fn put_text(text: &str, out: &mut Vec<u8>) {
    text.len().put(out);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn take_text<'b>(from: &mut &'b [u8]) -> Option<&'b str> {
    let n = usize::take(from)?;
    std::str::from_utf8(take_bytes(from, n)?).ok()
}

impl Code for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        let mut left = *self;
        loop {
            let [low, ..] = left.to_le_bytes();
            left >>= 7;
            if left == 0 {
                return out.push(low & 0x7f);
            }
            out.push(low | 0x80);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = *take_bytes(from, 1)? else { return None };
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

macro_rules! code_numbers {
    ($($name:ty),*) => {
        $(impl Code for $name {
            fn put(&self, out: &mut Vec<u8>) {
                // No machine has larger ones.
                u64::try_from(*self).unwrap_or(u64::MAX).put(out);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Self::try_from(u64::take(from)?).ok()
            }
        })*
    };
}

code_numbers!(u32, u16, usize);

impl Code for i32 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(Self::from_le_bytes(take_bytes(from, 4)?.try_into().ok()?))
    }
}

impl Code for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        match take_bytes(from, 1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl Code for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        take_text(from).map(str::to_owned)
    }
}

impl<T: Code> Code for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        if bool::take(from)? { T::take(from).map(Some) } else { Some(None) }
    }
}

impl<T: Code> Code for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for value in self {
            value.put(out);
        }
    }

    /// Memory grows with the values that are there, not with the number that the bytes state.
    fn take(from: &mut &[u8]) -> Option<Self> {
        let n = usize::take(from)?;
        let mut values = Self::with_capacity(n.min(from.len()));
        for _ in 0..n {
            values.push(T::take(from)?);
        }
        Some(values)
    }
}

impl<A: Code, B: Code> Code for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?))
    }
}

impl<K: Code + Ord, V: Code> Code for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let n = usize::take(from)?;
        let mut values = Self::new();
        for _ in 0..n {
            values.insert(K::take(from)?, V::take(from)?);
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Everything = (Vec<(u64, i32)>, (Option<String>, BTreeMap<u16, bool>));

    fn everything() -> Everything {
        let numbers = vec![(0, -1), (127, 0), (128, i32::MAX), (u64::MAX, i32::MIN)];
        (numbers, (Some("雨".to_owned()), BTreeMap::from([(3, true), (u16::MAX, false)])))
    }

    #[test]
    fn what_is_put_is_taken() {
        let mut bytes = Vec::new();
        everything().put(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(Everything::take(&mut rest), Some(everything()));
        assert!(rest.is_empty());
    }

    #[test]
    fn broken_bytes_are_no_value() {
        let mut bytes = Vec::new();
        everything().put(&mut bytes);
        for n in 0..bytes.len() {
            assert_eq!(Everything::take(&mut &bytes[..n]), None, "{n} bytes of it");
        }
        assert_eq!(u64::take(&mut [0x80; 11].as_slice()), None, "more than 64 bits");
        assert_eq!(u16::take(&mut [0xff, 0xff, 0x04].as_slice()), None, "more than 16 bits");
        assert_eq!(bool::take(&mut [2].as_slice()), None);
        let mut long = Vec::new();
        u64::MAX.put(&mut long);
        assert_eq!(Vec::<u64>::take(&mut long.as_slice()), None, "fewer than it states");
    }
}
