//! The command line: one file per verb.
//!
//! Exit codes: 0 fine, 1 the work failed, 2 wrong usage or an unusable configuration.

pub mod agent;
pub mod chat;
pub mod check;
pub mod demo;
pub mod doctor;
pub mod init;
pub mod kb;
pub mod migrate;
pub mod model;
mod out;
pub mod read_pdf;
pub mod rehearse;
pub mod serve;
pub mod source;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::ConfigError;

/// A customer-service desk: a bot that answers from your knowledge base, and your team behind it.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, about, long_about = None, arg_required_else_help = true)]
#[command(after_help = "A first look:
  frontdesk demo                            a shop with the chat and the team room, on this machine

A first desk:
  frontdesk init                            asks a few questions and writes frontdesk.toml
  frontdesk check --config frontdesk.toml   says what is wrong with it, all at once
  frontdesk serve --config frontdesk.toml   runs the desk

FRONTDESK_LOG=debug shows more of what happens.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows everything on this machine: a shop with the chat, and the team room
    Demo(demo::DemoArgs),
    /// Asks a few questions and writes a configuration
    Init(init::InitArgs),
    /// Says everything that is wrong with a configuration
    Check(check::CheckArgs),
    /// Tries everything that the desk needs, by real calls
    Doctor(doctor::DoctorArgs),
    /// Runs the desk
    Serve(serve::ServeArgs),
    /// Talks to a running desk as a customer
    Chat(chat::ChatArgs),
    /// Imports, asks and measures the knowledge base
    Kb(kb::KbArgs),
    /// Asks past messages again, without sending anything: what the bot would have done
    Rehearse(rehearse::RehearseArgs),
    /// Installs or removes the model with which the bot goes by the meaning too
    Model(model::ModelArgs),
    /// Adds and lists the members of the team
    Agent(agent::AgentArgs),
    /// Brings the tables of the database up to date
    Migrate(migrate::MigrateArgs),
    /// Prints the text of a PDF file: what an import has done by a process of its own
    #[command(hide = true)]
    ReadPdf(read_pdf::ReadPdfArgs),
}

/// Why a command did not succeed; decides the exit code.
#[derive(Debug)]
pub enum Failure {
    /// The work failed: exit code 1.
    Work(anyhow::Error),
    /// Wrong usage or an unusable configuration: exit code 2.
    Usage(anyhow::Error),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.into())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Work(error)
    }
}

impl Failure {
    /// Tells the user, and gives the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        let (error, code) = match self {
            Self::Work(error) => (error, 1),
            Self::Usage(error) => (error, 2),
        };
        eprintln!("{error:#}");
        ExitCode::from(code)
    }
}

/// Runs the process: TLS provider, arguments, the verb, the exit code.
#[must_use]
pub fn main() -> ExitCode {
    // An error means that a provider is installed already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let outcome = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Chat(args) => chat::run(&args),
        Command::Kb(args) => kb::run(&args),
        Command::Rehearse(args) => rehearse::run(&args),
        Command::Model(args) => model::run(&args),
        Command::Agent(args) => agent::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::ReadPdf(args) => read_pdf::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_verb_says_what_it_does() {
        for verb in Cli::command().get_subcommands() {
            assert!(verb.get_about().is_some(), "{}", verb.get_name());
            assert!(
                verb.get_after_help().is_some(),
                "{} has no example",
                verb.get_name()
            );
        }
    }
}
