//! `cargo xtask …`: everything that is done to the project rather than by it.

mod api;
mod attack;
mod bench;
mod browser;
mod build;
mod console;
mod database;
mod demo;
mod demo_person;
mod doctor;
mod fullhouse;
mod fuzz_api;
mod http;
mod instant;
mod lighthouse;
mod matrix;
mod openapi;
mod playground;
mod python;
mod run;
mod secrets;
mod stack;
mod supervise;
mod test;
mod tidy;
mod up;
mod web;
mod welcome;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Runs, tests and measures Fullhouse.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Up(up::Up),
    Test(test::Test),
    Tidy(tidy::Tidy),
    Openapi(openapi::Openapi),
    Bench(bench::Bench),
    Fullhouse(fullhouse::Fullhouse),
    FuzzApi(fuzz_api::FuzzApi),
    Lighthouse(lighthouse::Lighthouse),
    Attack(attack::Attack),
    Doctor(doctor::Doctor),
    Matrix(matrix::Matrix),
}

// One thread, which lives as long as the program: the children end when it does.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Up(task) => task.run().await,
        Task::Test(task) => task.run().await,
        Task::Tidy(task) => task.run(),
        Task::Openapi(task) => task.run().await,
        Task::Bench(task) => task.run().await,
        Task::Fullhouse(task) => task.run().await,
        Task::FuzzApi(task) => task.run().await,
        Task::Lighthouse(task) => task.run().await,
        Task::Attack(task) => task.run().await,
        Task::Doctor(doctor::Doctor {}) => doctor::run(),
        Task::Matrix(task) => task.run().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<run::AlreadyTold>() => ExitCode::FAILURE,
        Err(error) => {
            console::Console::new().say("error", &format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
