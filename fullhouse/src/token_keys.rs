//! `fullhouse token-keys`

use std::process::ExitCode;

use clap::Args;
use shared::config::TokenKeyArgs;

use crate::print;

/// Prints the public halves of the keys that sign session tokens, as the projection service takes
/// them.
#[derive(Debug, Args)]
pub struct PrintTokenKeys {
    #[command(flatten)]
    keys: TokenKeyArgs,
}

impl PrintTokenKeys {
    pub fn run(&self) -> ExitCode {
        print::line(&self.keys.token_keys.public().to_string());
        ExitCode::SUCCESS
    }
}
