//! Lists, newest first, page by page.

use serde_json::{Value, json};

use crate::{error::ApiError, params::Params};

/// Which page of which list.
#[derive(Debug)]
pub struct PageQuery {
    limit: usize,
    starting_after: Option<String>,
    created_from: i64,
    created_before: i64,
}

impl PageQuery {
    /// Takes `limit`, `starting_after` and `created[…]` out of the parameters.
    ///
    /// # Errors
    ///
    /// `parameter_invalid_integer`.
    pub fn take(params: &mut Params) -> Result<Self, ApiError> {
        let limit = params.integer("limit")?.unwrap_or(10);
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=100).contains(limit));
        let from = params.integer("created[gte]")?;
        let after = params.integer("created[gt]")?.map(|after| after.saturating_add(1));
        let before = params.integer("created[lt]")?;
        let until = params.integer("created[lte]")?.map(|until| until.saturating_add(1));
        Ok(Self {
            limit: limit.ok_or_else(|| {
                let message = "Invalid integer: limit must be from 1 to 100";
                ApiError::invalid("parameter_invalid_integer", "limit", message)
            })?,
            starting_after: params.text("starting_after"),
            created_from: from.max(after).unwrap_or(i64::MIN),
            created_before: before.into_iter().chain(until).min().unwrap_or(i64::MAX),
        })
    }

    /// The page out of things in the order of the list, each with its id and time of creation.
    pub fn cut<T>(
        &self,
        url: &str,
        things: impl Iterator<Item = T>,
        id_and_created: impl Fn(&T) -> (&str, i64),
        to_json: impl Fn(&T) -> Value,
    ) -> Value {
        let mut matching = things.filter(|thing| {
            let (id, created) = id_and_created(thing);
            let after_cursor = self.starting_after.as_deref().is_none_or(|cursor| id < cursor);
            after_cursor && (self.created_from..self.created_before).contains(&created)
        });
        let data: Vec<Value> =
            matching.by_ref().take(self.limit).map(|thing| to_json(&thing)).collect();
        json!({ "object": "list", "url": url, "has_more": matching.next().is_some(), "data": data })
    }
}
