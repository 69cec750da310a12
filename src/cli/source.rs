//! `--config FILE`, and `--data DIR` where a command works without a file.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, ConfigError};

/// Which configuration.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// The configuration file
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_CONFIG",
        default_value = "frontdesk.toml"
    )]
    pub config: PathBuf,
}

impl ConfigFile {
    /// Reads it.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.config)
    }
}

/// A configuration, or a folder with the data of a desk that has none.
#[derive(Debug, Args)]
pub struct ConfigOrData {
    #[command(flatten)]
    file: ConfigFile,
    /// A folder with the data of a desk that has no configuration file
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    data: Option<PathBuf>,
}

impl ConfigOrData {
    /// Reads the file, or takes the defaults for the folder.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load(&self) -> Result<Config, ConfigError> {
        match &self.data {
            Some(folder) => Config::in_folder(folder),
            None => self.file.load(),
        }
    }
}
