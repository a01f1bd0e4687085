//! An address someone claims, and the person behind it.

use shared::{http::FieldError, id::PersonId};

use crate::{identity::IdentityState, vault::Contact};

/// An e-mail address as it was given, with the person it stands for.
pub struct Address {
    pub person: PersonId,
    contact: Contact,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// The fault of the field at `pointer`.
    pub fn parse(
        state: &IdentityState,
        pointer: &'static str,
        email: &str,
    ) -> Result<Self, FieldError> {
        let contact = Contact { email: email.trim().to_owned(), name: None };
        if !contact.faults().is_empty() {
            return Err(FieldError::new(pointer, "email", "This is not an e-mail address."));
        }
        let person = state.person_key.person(&contact.normalised_email());
        Ok(Self { person, contact })
    }

    /// How the person is reached, called this.
    pub fn contact(&self, name: Option<String>) -> Contact {
        Contact { name, ..self.contact.clone() }
    }

    /// What someone who guesses a password would try first.
    pub fn guesses(&self) -> Vec<&str> {
        let email = self.contact.email.as_str();
        email.split_once('@').map_or_else(|| vec![email], |(local, domain)| vec![local, domain])
    }
}
