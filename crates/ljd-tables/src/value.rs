//! A value of a row, borrowed from its text where it can be.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a column of a row holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Self::Object(members) => {
                members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The value as text; lists and objects have none.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Signed(number) => Cow::Owned(number.to_string()),
            Self::Unsigned(number) => Cow::Owned(number.to_string()),
            // As JSON writes it: 3.0 keeps its decimal.
            Self::Float(number) => Cow::Owned(format!("{number:?}")),
            Self::Text(text) => Cow::Borrowed(text),
            Self::List(_) | Self::Object(_) => return None,
        })
    }

    /// Whether it is the value that a manifest writes so: `null` is what is empty too.
    pub(crate) fn is(&self, written: &serde_json::Value) -> bool {
        use serde_json::Value as Json;

        match (self, written) {
            (Self::Null, Json::Null) => true,
            (Self::Text(text), Json::Null) => text.is_empty(),
            (Self::Text(text), Json::String(written)) => text == written,
            // A table has text only.
            (Self::Text(text), Json::Number(written)) => *text == written.to_string(),
            (Self::Text(text), Json::Bool(written)) => *text == written.to_string(),
            (Self::Bool(value), Json::Bool(written)) => value == written,
            (Self::Signed(_) | Self::Unsigned(_) | Self::Float(_), Json::Number(written)) => {
                self.number() == written.as_f64()
            }
            _ => false,
        }
    }

    /// The value as a number, where it is one.
    #[expect(clippy::cast_precision_loss, reason = "both sides of a comparison lose the same")]
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Signed(number) => Some(*number as f64),
            Self::Unsigned(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Signed(number) => serializer.serialize_i64(*number),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(values) => serializer.collect_seq(values),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Signed(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Unsigned(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            members.push((name, map.next_value()?));
        }
        Ok(Value::Object(members))
    }
}

/// A name that is borrowed unless it has escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Reads an object, of which only the members of these names are kept, each at the place of its name.
pub(crate) struct Wanted<'w>(pub(crate) &'w [Box<str>]);

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = Vec<Option<Value<'de>>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Vec<Option<Value<'de>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values: Self::Value = self.0.iter().map(|_| None).collect();
        while let Some(Name(name)) = map.next_key()? {
            let slot = self.0.iter().position(|wanted| **wanted == *name);
            let Some(value) = slot.and_then(|slot| values.get_mut(slot)) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if value.replace(map.next_value()?).is_some() {
                return Err(de::Error::custom(format!("duplicate field `{name}`")));
            }
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Value<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn values_are_written_as_json_writes_them() {
        for (json, text) in
            [("null", ""), ("true", "true"), ("-3", "-3"), ("3.0", "3.0"), ("3.4", "3.4")]
        {
            assert_eq!(parse(json).text().unwrap(), text);
        }
        assert_eq!(parse("18446744073709551615").text().unwrap(), "18446744073709551615");
        assert_eq!(parse(r#""\u96e8""#).text().unwrap(), "雨");
        assert!(matches!(parse(r#""雨""#), Value::Text(Cow::Borrowed("雨"))));
        assert_eq!(parse("[1]").text(), None);
    }

    #[test]
    fn a_value_is_what_the_manifest_writes() {
        let is = |json: &str, written: serde_json::Value| parse(json).is(&written);
        assert!(is("1", 1.into()) && is("1.0", 1.into()) && is(r#""1""#, 1.into()));
        assert!(is("true", true.into()) && is(r#""true""#, true.into()));
        assert!(is("null", ().into()) && is(r#""""#, ().into()) && !is("0", ().into()));
        assert!(is(r#""draft""#, "draft".into()) && !is("1", "1".into()));
    }

    #[test]
    fn only_what_is_wanted_is_kept() {
        let names = ["b".into(), "c".into()];
        let read = |json: &'static str| {
            Wanted(&names).deserialize(&mut serde_json::Deserializer::from_str(json))
        };
        let values = read(r#"{"a": {"b": 1}, "b": [2]}"#).unwrap();
        assert_eq!(values, [Some(Value::List(vec![Value::Unsigned(2)])), None]);
        assert!(read(r#"{"b": 1, "b": 2}"#).unwrap_err().to_string().starts_with("duplicate"));
        assert!(read("[1]").is_err() && read(r#"{"b": 1"#).is_err());
    }
}
