//! Short mails: their wording is in `english` and `german`.

mod english;
mod german;

use super::{
    Language, Mail,
    links::Links,
    wording::{moment, one_line},
};

/// A short mail: some paragraphs and one thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub subject: String,
    pub greeting: String,
    pub paragraphs: Vec<String>,
    pub action: Option<Action>,
    pub signature: &'static str,
}

/// A link and what following it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    pub label: &'static str,
    pub url: String,
}

/// The wording of one kind of mail. `{at}`, `{device}`, `{passkey}`, `{organization}`,
/// `{provider}` and `{role}` are filled in.
struct Phrase {
    subject: &'static str,
    paragraphs: [&'static str; 2],
    action: &'static str,
}

/// The wording of all kinds in one language.
struct Phrases {
    verify_email: Phrase,
    password_reset: Phrase,
    email_change: Phrase,
    email_changed: Phrase,
    account_exists: Phrase,
    password_changed: Phrase,
    second_factor_added: Phrase,
    second_factor_removed: Phrase,
    confirm_login: Phrase,
    login_linked: Phrase,
    login_unlinked: Phrase,
    passkey_added: Phrase,
    passkey_removed: Phrase,
    passkey_copied: Phrase,
    new_session: Phrase,
    refresh_token_reused: Phrase,
    invitation: Phrase,
    data_export_ready: Phrase,
}

impl Note {
    /// The wording of a mail; nothing for an order confirmation, which is no note.
    pub(super) fn of(
        mail: &Mail,
        language: Language,
        name: Option<&str>,
        links: &Links,
    ) -> Option<Self> {
        let phrases = match language {
            Language::English => &english::PHRASES,
            Language::German => &german::PHRASES,
        };
        let phrase = phrases.of(mail)?;
        let values = Values::of(mail, language);
        let paragraphs = phrase.paragraphs.iter().map(|text| values.fill(text)).collect();
        Some(Self {
            subject: values.fill(phrase.subject),
            greeting: greeting(name, language),
            paragraphs,
            action: Some(Action { label: phrase.action, url: url(mail, links)? }),
            signature: signature(language),
        })
    }
}

impl Phrases {
    const fn of(&self, mail: &Mail) -> Option<&Phrase> {
        Some(match mail {
            Mail::OrderConfirmation { .. } => return None,
            Mail::VerifyEmail { .. } => &self.verify_email,
            Mail::PasswordReset { .. } => &self.password_reset,
            Mail::EmailChange { .. } => &self.email_change,
            Mail::EmailChanged { .. } => &self.email_changed,
            Mail::AccountExists {} => &self.account_exists,
            Mail::PasswordChanged { .. } => &self.password_changed,
            Mail::SecondFactorChanged { enabled: true, .. } => &self.second_factor_added,
            Mail::SecondFactorChanged { enabled: false, .. } => &self.second_factor_removed,
            Mail::ConfirmLogin { .. } => &self.confirm_login,
            Mail::LoginLinksChanged { linked: true, .. } => &self.login_linked,
            Mail::LoginLinksChanged { linked: false, .. } => &self.login_unlinked,
            Mail::PasskeyAdded { .. } => &self.passkey_added,
            Mail::PasskeyRemoved { .. } => &self.passkey_removed,
            Mail::PasskeyCopied { .. } => &self.passkey_copied,
            Mail::NewSession { .. } => &self.new_session,
            Mail::RefreshTokenReused { .. } => &self.refresh_token_reused,
            Mail::Invitation { .. } => &self.invitation,
            Mail::DataExportReady { .. } => &self.data_export_ready,
        })
    }
}

/// What is filled in, each on one line.
#[derive(Default)]
struct Values {
    at: String,
    device: String,
    passkey: String,
    organization: String,
    provider: String,
    role: String,
}

impl Values {
    fn of(mail: &Mail, language: Language) -> Self {
        match mail {
            Mail::EmailChanged { at }
            | Mail::PasswordChanged { at }
            | Mail::SecondFactorChanged { at, .. } => {
                Self { at: moment(*at, language), ..Self::default() }
            }
            Mail::NewSession { device, at } | Mail::RefreshTokenReused { device, at } => {
                let (at, device) = (moment(*at, language), one_line(device));
                Self { at, device, ..Self::default() }
            }
            Mail::ConfirmLogin { provider, .. } => {
                Self { provider: one_line(provider), ..Self::default() }
            }
            Mail::LoginLinksChanged { provider, at, .. } => {
                let (at, provider) = (moment(*at, language), one_line(provider));
                Self { at, provider, ..Self::default() }
            }
            Mail::PasskeyAdded { name, at }
            | Mail::PasskeyRemoved { name, at }
            | Mail::PasskeyCopied { name, at } => {
                let (at, passkey) = (moment(*at, language), one_line(name));
                Self { at, passkey, ..Self::default() }
            }
            Mail::Invitation { organization_name, role, .. } => Self {
                organization: one_line(organization_name),
                role: one_line(role).replace('_', " "),
                ..Self::default()
            },
            Mail::OrderConfirmation { .. }
            | Mail::VerifyEmail { .. }
            | Mail::PasswordReset { .. }
            | Mail::EmailChange { .. }
            | Mail::AccountExists {}
            | Mail::DataExportReady { .. } => Self::default(),
        }
    }

    /// Fills a text in one pass: what was filled in is never looked at again.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, (name, after))) = rest
            .split_once('{')
            .and_then(|(before, inside)| Some((before, inside.split_once('}')?)))
        {
            filled.push_str(before);
            filled.push_str(match name {
                "at" => &self.at,
                "device" => &self.device,
                "passkey" => &self.passkey,
                "organization" => &self.organization,
                "provider" => &self.provider,
                "role" => &self.role,
                _ => "",
            });
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

pub(super) fn greeting(name: Option<&str>, language: Language) -> String {
    let word = match language {
        Language::English => "Hello",
        Language::German => "Hallo",
    };
    let name = name.map(one_line).filter(|name| !name.is_empty());
    name.map_or_else(|| format!("{word},"), |name| format!("{word} {name},"))
}

pub(super) const fn signature(language: Language) -> &'static str {
    match language {
        Language::English => "Fullhouse. Nobody reads answers to this address.",
        Language::German => "Fullhouse. Antworten an diese Adresse liest niemand.",
    }
}

fn url(mail: &Mail, links: &Links) -> Option<String> {
    Some(match mail {
        Mail::OrderConfirmation { .. } => return None,
        Mail::VerifyEmail { token } => links.with_token("/verify", token),
        Mail::PasswordReset { token } => links.with_token("/reset", token),
        Mail::EmailChange { token } => links.with_token("/email-change", token),
        Mail::Invitation { token, .. } => links.with_token("/invitation", token),
        Mail::ConfirmLogin { token, .. } => links.with_token("/login/confirm", token),
        Mail::AccountExists {} => links.page("/login"),
        Mail::EmailChanged { .. }
        | Mail::PasswordChanged { .. }
        | Mail::SecondFactorChanged { .. }
        | Mail::LoginLinksChanged { .. }
        | Mail::PasskeyAdded { .. }
        | Mail::PasskeyRemoved { .. }
        | Mail::PasskeyCopied { .. }
        | Mail::NewSession { .. }
        | Mail::RefreshTokenReused { .. } => links.page("/account"),
        Mail::DataExportReady { export_id } => links.export(*export_id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let values = Values {
            organization: "{role}".to_owned(),
            role: "owner".to_owned(),
            ..Values::default()
        };
        assert_eq!(values.fill("{organization}: {role}."), "{role}: owner.");
        assert_eq!(values.fill("no { end"), "no { end");
    }

    #[test]
    fn every_place_of_the_wording_is_known() {
        for phrases in [&english::PHRASES, &german::PHRASES] {
            for phrase in phrases.all() {
                for text in phrase.paragraphs.iter().chain([&phrase.subject]) {
                    for place in text.split('{').skip(1) {
                        let name = place.split('}').next().unwrap();
                        let known = ["at", "device", "passkey", "organization", "provider", "role"];
                        assert!(known.contains(&name), "{text}");
                    }
                }
            }
        }
    }

    impl Phrases {
        fn all(&self) -> [&Phrase; 18] {
            [
                &self.verify_email,
                &self.password_reset,
                &self.email_change,
                &self.email_changed,
                &self.account_exists,
                &self.password_changed,
                &self.second_factor_added,
                &self.second_factor_removed,
                &self.confirm_login,
                &self.login_linked,
                &self.login_unlinked,
                &self.passkey_added,
                &self.passkey_removed,
                &self.passkey_copied,
                &self.new_session,
                &self.refresh_token_reused,
                &self.invitation,
                &self.data_export_ready,
            ]
        }
    }
}
