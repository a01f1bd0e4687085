//! Settings of the command service, read once from flags and the environment.

use clap::Parser;
use shared::{
    config::{
        DatabaseArgs, KeyArgs, ListenArgs, LoadArgs, LogArgs, Secret, SecretKey, TokenKeyArgs,
    },
    event_log::Lanes,
    http::EdgeArgs,
};

/// Decides and records: takes every request that changes something.
#[derive(Debug, Parser)]
#[command(name = "command-service", version)]
pub struct Config {
    #[command(flatten)]
    pub listen: ListenArgs,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub load: LoadArgs,
    #[command(flatten)]
    pub edge: EdgeArgs,
    #[command(flatten)]
    pub keys: KeyArgs,
    #[command(flatten)]
    pub tokens: TokenKeyArgs,
    #[command(flatten)]
    pub log: LogArgs,
    #[command(flatten)]
    pub stripe: StripeArgs,
    #[command(flatten)]
    pub mail: MailArgs,
    /// Where people can log in from elsewhere, as a JSON list:
    /// `[{"preset": "google", "client_id": "…", "client_secret": "…"}]`.
    #[arg(long, env = "FULLHOUSE_LOGIN_PROVIDERS", hide_env_values = true)]
    pub login_providers: Option<Secret>,
    /// Key under which e-mail addresses become person ids, 32 bytes in hex. Never change it: the
    /// per-person caps depend on it.
    #[arg(long, env = "FULLHOUSE_PERSON_KEY", hide_env_values = true)]
    pub person_key: SecretKey,
    /// Transactions of the log written at the same time, 1 to 16; by default as many as there are
    /// processors. With 16 no transaction touches two shards, as a distributed log demands.
    #[arg(long, env = "FULLHOUSE_LOG_LANES")]
    pub log_lanes: Option<Lanes>,
    /// An admin API key that is made at start if it doesn't exist.
    #[arg(long, env = "FULLHOUSE_BOOTSTRAP_ADMIN_KEY", hide_env_values = true)]
    pub bootstrap_admin_key: Option<Secret>,
    /// The address of an account that becomes a platform admin at start, once it has proved it.
    #[arg(long, env = "FULLHOUSE_PLATFORM_ADMIN_EMAIL")]
    pub platform_admin_email: Option<String>,
}

/// How mail leaves, and where its links lead.
#[derive(Clone, Debug, clap::Args)]
pub struct MailArgs {
    /// The mail server, for example `smtps://user:password@mail.example.org` or
    /// `smtp://mail.example.org:587?tls=required`. Without it, mails wait.
    #[arg(long, env = "FULLHOUSE_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<Secret>,
    /// Who mails are from.
    #[arg(
        long,
        env = "FULLHOUSE_MAIL_FROM",
        default_value = "Fullhouse <tickets@fullhouse.localhost>"
    )]
    pub mail_from: String,
    /// The address under which people reach the pages; links in mails lead there.
    #[arg(long, env = "FULLHOUSE_PUBLIC_URL", default_value = "http://localhost:8080")]
    pub public_url: url::Url,
}

/// Where card payments go: Stripe, or the simulator that speaks its protocol.
#[derive(Clone, Debug, clap::Args)]
pub struct StripeArgs {
    #[arg(long, env = "FULLHOUSE_STRIPE_BASE_URL", default_value = "https://api.stripe.com")]
    pub stripe_base_url: url::Url,
    #[arg(long, env = "FULLHOUSE_STRIPE_SECRET_KEY", hide_env_values = true)]
    pub stripe_secret_key: Secret,
    /// Secrets webhooks may be signed with, separated by commas: two while one is being replaced.
    #[arg(
        long,
        env = "FULLHOUSE_STRIPE_WEBHOOK_SECRETS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub stripe_webhook_secrets: Vec<Secret>,
    /// The account that our payments belong to.
    #[arg(long, env = "FULLHOUSE_STRIPE_ACCOUNT")]
    pub stripe_account: String,
}
