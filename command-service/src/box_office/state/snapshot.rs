//! How parts of the state are written into snapshots, so that they are read back fast.

/// Sorted collections as plain sequences: read back, they are built in bulk and not entry by entry.
pub(super) mod sorted {
    use std::{fmt, marker::PhantomData};

    use serde::{
        Deserialize, Deserializer, Serialize, Serializer,
        de::{SeqAccess, Visitor},
    };

    /// Room is made for this many at once at most, whatever a damaged snapshot claims to hold.
    const BELIEVED: usize = 4_000_000;

    pub fn serialize<'a, C, S>(collection: &'a C, serializer: S) -> Result<S::Ok, S::Error>
    where
        &'a C: IntoIterator<Item: Serialize>,
        S: Serializer,
    {
        serializer.collect_seq(collection)
    }

    pub fn deserialize<'de, C, T, D>(deserializer: D) -> Result<C, D::Error>
    where
        C: IntoIterator<Item = T> + FromIterator<T>,
        T: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(items(deserializer)?.into_iter().collect())
    }

    /// Reads a sequence into room that is made once, not by doubling it again and again.
    pub fn items<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        T: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        deserializer.deserialize_seq(Items(PhantomData))
    }

    struct Items<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a sequence")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut read: A) -> Result<Self::Value, A::Error> {
            let mut items = Vec::with_capacity(read.size_hint().unwrap_or(0).min(BELIEVED));
            while let Some(item) = read.next_element()? {
                items.push(item);
            }
            Ok(items)
        }
    }
}

/// Payload types as JSON text: they leave out absent fields, which compact formats can't read.
pub(super) mod json {
    use serde::{
        Deserialize, Deserializer, Serialize, Serializer,
        de::{DeserializeOwned, Error as _},
        ser::Error as _,
    };

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = serde_json::to_string(value).map_err(S::Error::custom)?;
        serializer.serialize_str(&text)
    }

    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: DeserializeOwned,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}
