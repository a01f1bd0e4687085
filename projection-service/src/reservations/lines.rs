//! The lines of a hold as its row keeps them: `[[ticket type, quantity, unit price], …]`.

use std::fmt::Write;

use shared::{events::box_office::Line, id::TicketTypeId};

use crate::unreadable::Unreadable;

/// The stored form.
pub fn to_json(lines: &[Line]) -> String {
    let mut json = String::with_capacity(2 + lines.len() * 64);
    json.push('[');
    for (line, number) in lines.iter().zip(0..) {
        let comma = if number == 0 { "" } else { "," };
        let Line { ticket_type_id, quantity, unit_price_minor } = line;
        // Writing to a string can't fail.
        let _ = write!(json, "{comma}[\"{ticket_type_id}\",{quantity},{unit_price_minor}]");
    }
    json.push(']');
    json
}

/// Reads the stored form.
///
/// # Errors
///
/// [`Unreadable`] if it is something else.
pub fn from_json(json: &str) -> Result<Vec<Line>, Unreadable> {
    let stored: Vec<(TicketTypeId, u32, i64)> =
        serde_json::from_str(json).map_err(|_| Unreadable::new("lines", json))?;
    Ok(stored
        .into_iter()
        .map(|(ticket_type_id, quantity, unit_price_minor)| Line {
            ticket_type_id,
            quantity,
            unit_price_minor,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn reads_what_it_writes() {
        let lines = [samples::lines(3), samples::lines(4)].concat();
        let id = samples::type_id(1);
        let json = to_json(&lines);
        assert_eq!(json, format!("[[\"{id}\",3,2500],[\"{id}\",4,2500]]"));
        assert_eq!(from_json(&json).unwrap(), lines);
    }
}
