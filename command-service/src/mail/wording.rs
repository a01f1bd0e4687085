//! Amounts and times as people read them.

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use shared::{clock::Timestamp, money::Money};

use super::Language;

const WEEKDAYS: [[&str; 7]; 2] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
];
const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
];

/// `EUR 1,234.50` or `1.234,50 EUR`.
pub(super) fn amount(money: Money, language: Language) -> String {
    let digits = usize::from(money.currency.exponent());
    let (group, point) = match language {
        Language::English => (',', '.'),
        Language::German => ('.', ','),
    };
    let plain = format!("{:0width$}", money.amount.unsigned_abs(), width = digits + 1);
    let (whole, minor) = plain.split_at(plain.len() - digits);
    let mut text = String::from(if money.amount < 0 { "-" } else { "" });
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(group);
        }
        text.push(digit);
    }
    if digits > 0 {
        text.push(point);
        text.push_str(minor);
    }
    match language {
        Language::English => format!("{} {text}", money.currency),
        Language::German => format!("{text} {}", money.currency),
    }
}

/// A date and time on the clocks of a place.
pub(super) fn local_time(at: Timestamp, zone: Tz, language: Language) -> String {
    let local = at.with_timezone(&zone);
    let index = usize::from(language == Language::German);
    let name = |names: &[&'static str], number: u32| {
        usize::try_from(number).ok().and_then(|number| names.get(number).copied())
    };
    let weekday = name(&WEEKDAYS[index], local.weekday().num_days_from_monday());
    let month = name(&MONTHS[index], local.month0());
    let (weekday, month) = (weekday.unwrap_or_default(), month.unwrap_or_default());
    let (day, year) = (local.day(), local.year());
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    match language {
        Language::English => format!("{weekday}, {day} {month} {year}, {clock}"),
        Language::German => format!("{weekday}, {day}. {month} {year}, {clock} Uhr"),
    }
}

/// A moment, for mails about security.
pub(super) fn moment(at: Timestamp, language: Language) -> String {
    format!("{} (UTC)", local_time(at, Tz::UTC, language))
}

/// A text as a header or a line of a mail can carry it: on one line, without control characters.
pub(super) fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    // Direction marks could show a text other than it is.
    let plain = spaced.filter(|c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'));
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use shared::money::Currency;

    use super::*;

    #[test]
    fn amounts_are_written_as_the_language_has_it() {
        let euro = |amount| Money::new(amount, Currency::EUR);
        let yen = Money::new(1_234_567, Currency::parse("JPY").unwrap());
        for (money, english, german) in [
            (euro(0), "EUR 0.00", "0,00 EUR"),
            (euro(7), "EUR 0.07", "0,07 EUR"),
            (euro(123_450), "EUR 1,234.50", "1.234,50 EUR"),
            (euro(-99_999), "EUR -999.99", "-999,99 EUR"),
            (yen, "JPY 1,234,567", "1.234.567 JPY"),
        ] {
            assert_eq!(amount(money, Language::English), english);
            assert_eq!(amount(money, Language::German), german);
        }
    }

    #[test]
    fn times_are_those_of_the_place() {
        let at: Timestamp = "2031-03-02T18:30:00Z".parse().unwrap();
        let berlin = Tz::Europe__Berlin;
        assert_eq!(local_time(at, berlin, Language::English), "Sunday, 2 March 2031, 19:30");
        assert_eq!(local_time(at, berlin, Language::German), "Sonntag, 2. März 2031, 19:30 Uhr");
    }

    #[test]
    fn a_header_gets_no_second_line() {
        assert_eq!(one_line("Night\r\nBcc: a@b.example \u{202E}x"), "Night Bcc: a@b.example x");
    }
}
