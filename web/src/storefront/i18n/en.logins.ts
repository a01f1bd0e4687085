// English words of log-ins elsewhere.
export const logins = {
  "logins.continue": "Continue with {provider}",
  "logins.returning": "One moment…",
  "logins.failed": "You aren’t logged in",
  "logins.again": "Back to the log-in",
  "logins.checkMail":
    "Before we go on, please show that the address is yours: open the link we have just sent there, in this browser.",
  "logins.confirm.title": "Was it you?",
  "logins.confirm.lead":
    "Confirm that the address is yours. From then on this log-in opens your account.",
  "logins.confirm.submit": "Yes, log me in",
  "logins.linked": "You can log in with it from now on.",
  "logins.proved": "Thank you. What you wanted to do is possible for five minutes.",
  "logins.title": "Log-ins elsewhere",
  "logins.lead": "Accounts you have with others that open this one.",
  "logins.link": "Link {provider}",
  "logins.used": "Last used",
  "logins.since": "Linked",
  "logins.gone": "Logging in with it isn’t offered any more.",
  "logins.unlink": "Unlink",
  "logins.unlink.title": "Unlink {provider}?",
  "logins.unlink.text":
    "{provider} doesn’t open this account any more. If you log in with it again, we have to ask you for a proof of your address. Nothing else changes: your orders and tickets stay.",
  "logins.noPassword":
    "You have none: you log in elsewhere. With one of your own you can unlink that, or change your address.",
  "logins.noPassword.email": "To change your address, choose a password first.",
  "logins.provider-refused": "The log-in was cancelled, there or by you. Nothing was changed here.",
  "logins.provider-told-no-email":
    "We weren’t told an email address. Create an account with your address, then link the log-in in your account.",
  "logins.provider-not-believed":
    "What came back couldn’t be trusted, so nobody was logged in. Please begin anew.",
  "logins.provider-unavailable":
    "The other side can’t be reached right now. Try again in a moment, or log in with your password.",
  "logins.provider-proof-too-old":
    "You weren’t asked for your password there, so this doesn’t count as a fresh proof.",
  "logins.login-attempt-over":
    "This took too long, was used already, or began in another browser. Please begin anew.",
  "logins.login-linked-elsewhere":
    "This log-in opens another account here. Unlink it there first, or log in with it.",
  "logins.provider-linked-already":
    "Another log-in of the same provider opens your account. Unlink that one first.",
  "logins.other-browser":
    "Please open the link in the browser in which you began to log in, or begin anew here.",
  "logins.account-suspended": "This account is suspended. Please write to us.",
  "logins.last-way-in": "Nothing else opens your account. Choose a password first.",
  "logins.link-over": "This link has run out or was used already.",
} as const;
