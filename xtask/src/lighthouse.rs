//! `cargo xtask lighthouse`: how fast pages are there, on a slow phone.

use clap::Args;

use crate::{
    browser::{self, Suite},
    build::Build,
    console::Console,
    web::Web,
    workspace::Workspace,
};

/// Measures pages in Chromium with Lighthouse, and how soon a ticket is added; fails if a budget is
/// missed.
#[derive(Args)]
pub struct Lighthouse {
    /// How to build first.
    #[arg(long, value_enum, default_value_t = Build::Release)]
    build: Build,
}

impl Lighthouse {
    /// Builds, starts everything with a database of its own, and measures.
    ///
    /// # Errors
    ///
    /// If something doesn't start, or a page is slower than it may be.
    pub async fn run(self) -> anyhow::Result<()> {
        let console = Console::new();
        let workspace = Workspace::find()?;
        let web = Web::new(&workspace, console);
        web.ensure_tools().await?;
        web.build().await?;
        let programs = self.build.run(&workspace, console).await?;
        browser::run_suite(Suite::Lighthouse, &workspace, console, &programs).await
    }
}
