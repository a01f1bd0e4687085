//! Short mails in English.

use super::{Phrase, Phrases};

const SEE_ACCOUNT: &str = "See your account";
const MY_ADDRESS: &str = "Yes, this is my address";

pub(super) const PHRASES: Phrases = Phrases {
    verify_email: Phrase {
        subject: "Is this your address?",
        paragraphs: [
            "Someone, hopefully you, has registered with this address at Fullhouse.",
            "Follow the link to say that it is yours. If it wasn't you, do nothing.",
        ],
        action: MY_ADDRESS,
    },
    password_reset: Phrase {
        subject: "Choose another password",
        paragraphs: [
            "You wanted to choose another password for Fullhouse. The link works once and for a \
             short time.",
            "If it wasn't you, do nothing: your password stays as it is.",
        ],
        action: "Choose a password",
    },
    email_change: Phrase {
        subject: "Is this your new address?",
        paragraphs: [
            "Your account at Fullhouse is to get this address. Follow the link to say that it is \
             yours.",
            "If it wasn't you, do nothing.",
        ],
        action: MY_ADDRESS,
    },
    email_changed: Phrase {
        subject: "Your account has another address",
        paragraphs: [
            "Your account at Fullhouse got another address: {at}. From now on mail goes there.",
            "If it wasn't you, choose another password at once.",
        ],
        action: SEE_ACCOUNT,
    },
    account_exists: Phrase {
        subject: "You have an account already",
        paragraphs: [
            "Someone wanted to register with this address at Fullhouse. There is an account with \
             it already: log in, or choose another password there.",
            "If it wasn't you, do nothing: nothing was changed.",
        ],
        action: "Log in",
    },
    password_changed: Phrase {
        subject: "Your password was changed",
        paragraphs: [
            "The password of your account at Fullhouse was changed: {at}.",
            "If it wasn't you, choose another one at once.",
        ],
        action: SEE_ACCOUNT,
    },
    second_factor_added: Phrase {
        subject: "A second factor was added",
        paragraphs: [
            "Logging in to your account at Fullhouse takes a second factor from now on: {at}.",
            "If it wasn't you, choose another password at once.",
        ],
        action: SEE_ACCOUNT,
    },
    second_factor_removed: Phrase {
        subject: "A second factor was removed",
        paragraphs: [
            "A second factor of your account at Fullhouse was taken away: {at}.",
            "If it wasn't you, choose another password at once.",
        ],
        action: SEE_ACCOUNT,
    },
    confirm_login: Phrase {
        subject: "Was it you who logged in with {provider}?",
        paragraphs: [
            "Someone, hopefully you, has logged in to Fullhouse with {provider}, under this \
             address. Follow the link in the same browser to say that the address is yours. From \
             then on that log-in opens your account.",
            "If it wasn't you, do nothing: nothing was changed.",
        ],
        action: "Yes, it was me",
    },
    login_linked: Phrase {
        subject: "You can log in with {provider} now",
        paragraphs: [
            "A log-in at {provider} opens your account at Fullhouse from now on: {at}.",
            "If it wasn't you, unlink it in your account and choose another password at once.",
        ],
        action: SEE_ACCOUNT,
    },
    login_unlinked: Phrase {
        subject: "You can't log in with {provider} any more",
        paragraphs: [
            "The log-in at {provider} doesn't open your account at Fullhouse any more: {at}.",
            "If it wasn't you, choose another password at once.",
        ],
        action: SEE_ACCOUNT,
    },
    passkey_added: Phrase {
        subject: "A passkey was added to your account",
        paragraphs: [
            "The passkey “{passkey}” opens your account at Fullhouse from now on: {at}. After your \
             password it is asked for as well.",
            "If it wasn't you, remove it and choose another password at once.",
        ],
        action: SEE_ACCOUNT,
    },
    passkey_removed: Phrase {
        subject: "A passkey was removed from your account",
        paragraphs: [
            "The passkey “{passkey}” opens your account at Fullhouse no more: {at}.",
            "If it wasn't you, choose another password at once.",
        ],
        action: SEE_ACCOUNT,
    },
    passkey_copied: Phrase {
        subject: "We have refused a passkey of yours",
        paragraphs: [
            "Somebody showed the passkey “{passkey}” with a counter that was passed already: {at}. \
             There may be a copy of it. Nobody was let in.",
            "Remove this passkey from your account and add a new one. If you don't know how this \
             came about, look at your open sessions too.",
        ],
        action: SEE_ACCOUNT,
    },
    new_session: Phrase {
        subject: "A new log-in to your account",
        paragraphs: [
            "Device: {device}. Time: {at}.",
            "If it was you, there is nothing to do. If not, end the session and choose another \
             password.",
        ],
        action: SEE_ACCOUNT,
    },
    refresh_token_reused: Phrase {
        subject: "We have ended a session of yours",
        paragraphs: [
            "Device: {device}. Time: {at}.",
            "A key of this session was used twice, so somebody may have copied it. Log in again; \
             if this wasn't your device, choose another password.",
        ],
        action: SEE_ACCOUNT,
    },
    invitation: Phrase {
        subject: "You are invited to {organization}",
        paragraphs: [
            "{organization} invites you to work with them on Fullhouse. Your role: {role}.",
            "If you don't know them, do nothing.",
        ],
        action: "See the invitation",
    },
    data_export_ready: Phrase {
        subject: "Your data can be downloaded",
        paragraphs: [
            "Everything that Fullhouse holds about you is collected.",
            "You can download it for a week, after logging in.",
        ],
        action: "Download",
    },
};
