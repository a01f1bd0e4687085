//! Form-encoded parameters with Stripe's names (`metadata[event_id]`, `created[gte]`).

use std::collections::BTreeMap;

use crate::error::ApiError;

/// The parameters of one request. Each is taken out once; whatever is left at the end is an error.
#[derive(Clone, Debug, Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Reads a query or a form body and adds it.
    pub fn add(&mut self, encoded: &[u8]) {
        self.pairs.extend(url::form_urlencoded::parse(encoded).into_owned());
    }

    /// Equal for equal parameters, whatever their order.
    pub fn fingerprint(&self) -> String {
        let mut pairs = self.pairs.clone();
        pairs.sort();
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// Takes one parameter out.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let place = self.pairs.iter().position(|(known, _)| known == name)?;
        Some(self.pairs.swap_remove(place).1)
    }

    /// Takes one parameter out.
    ///
    /// # Errors
    ///
    /// `parameter_missing`.
    pub fn required(&mut self, name: &str) -> Result<String, ApiError> {
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(|| {
            ApiError::invalid("parameter_missing", name, format!("Missing required param: {name}."))
        })
    }

    /// Takes a whole number out.
    ///
    /// # Errors
    ///
    /// `parameter_invalid_integer`.
    pub fn integer(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        self.text(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    let message = format!("Invalid integer: {text}");
                    ApiError::invalid("parameter_invalid_integer", name, message)
                })
            })
            .transpose()
    }

    /// Takes all of `name[…]` out.
    pub fn map(&mut self, name: &str) -> BTreeMap<String, String> {
        let mut taken = BTreeMap::new();
        self.pairs.retain(|(known, value)| {
            let key = known
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('['))
                .and_then(|rest| rest.strip_suffix(']'));
            key.is_none_or(|key| {
                taken.insert(key.to_owned(), value.clone());
                false
            })
        });
        taken
    }

    /// Nothing may be left.
    ///
    /// # Errors
    ///
    /// `parameter_unknown`.
    pub fn finish(&self) -> Result<(), ApiError> {
        self.pairs.first().map_or(Ok(()), |(name, _)| {
            let message = format!("Received unknown parameter: {name}");
            Err(ApiError::invalid("parameter_unknown", name, message))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(encoded: &str) -> Params {
        let mut params = Params::default();
        params.add(encoded.as_bytes());
        params
    }

    #[test]
    fn takes_maps_apart_from_single_values() {
        let mut params = params("amount=12&metadata[a]=1&metadata%5Bb%5D=2");
        assert_eq!(params.integer("amount").unwrap(), Some(12));
        let metadata = params.map("metadata");
        assert_eq!(
            metadata.into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]
        );
        params.finish().unwrap();
    }

    #[test]
    fn refuses_what_nobody_took() {
        assert!(params("amuont=12").finish().is_err());
    }

    #[test]
    fn has_one_fingerprint_for_every_order() {
        assert_eq!(params("a=1&b=2").fingerprint(), params("b=2&a=1").fingerprint());
        assert_ne!(params("a=1&b=2").fingerprint(), params("a=1&b=3").fingerprint());
    }
}
