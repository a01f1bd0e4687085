//! Which of the front end's languages a reader prefers, as far as the browser says.

use http::{HeaderMap, header};

/// A language that the front end has words in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Also of those who prefer none of the others.
    #[default]
    English,
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// What `Accept-Language` says, as `preferredLanguage` of the front end reads the same list.
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_LANGUAGE).into_iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        let known = texts.flat_map(|text| text.split(',')).filter_map(|one| {
            let mut parts = one.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            Some((Self::named(tag)?, weight(parts)))
        });
        // Of equals the first one counts.
        let best =
            known.fold((Self::default(), 0), |best, one| if one.1 > best.1 { one } else { best });
        best.0
    }

    /// As it is named in addresses of files and in `lang`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// `de-AT` is German.
    fn named(tag: &str) -> Option<Self> {
        let name = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| name.eq_ignore_ascii_case(language.code()))
    }
}

/// In thousandths. What is no weight is none.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    let Some(q) = parameters.find_map(|one| one.trim().strip_prefix("q=")) else {
        return 1000;
    };
    let (whole, fraction) = q.split_once('.').unwrap_or((q, ""));
    format!("{whole}{fraction:0<3.3}").parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_language_is_the_one_preferred_most() {
        for (accepted, language) in [
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("DE-ch", Language::German),
            ("fr-FR, fr;q=0.9, de;q=0.8, en;q=0.7", Language::German),
            ("en;q=0.7, de;q=0.85", Language::German),
            ("en-GB,en;q=0.9,de;q=0.8", Language::English),
            ("en,de", Language::English),
            ("de;q=0", Language::English),
            ("de;q=x", Language::English),
            ("den", Language::English),
            ("fr", Language::English),
            ("*", Language::English),
            ("", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            assert_eq!(Language::of(&headers), language, "{accepted}");
        }
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
    }
}
