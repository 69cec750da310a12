//! Values that must not be seen, and the places where they are kept.

use std::fmt;
use std::path::Path;

/// A value that is never shown: not in logs, not in errors, not by `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    #[must_use]
    pub const fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself, to be handed to what needs it and to nothing that prints.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where `${NAME}` and `${file:PATH}` are looked up.
pub(super) struct Sources<'a> {
    /// The environment.
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    /// The folder from which relative paths count.
    pub(super) folder: &'a Path,
}

/// Why a text could not be expanded: what is wrong, and what to do.
pub(super) type Trouble = (String, String);

impl Sources<'_> {
    /// Replaces each `${NAME}` and `${file:PATH}` of the text.
    pub(super) fn expand(&self, text: &str) -> Result<String, Trouble> {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, tail)) = after.split_once('}') else {
                return Err((
                    "opens ${ and does not close it".to_owned(),
                    "write ${NAME} or ${file:PATH}".to_owned(),
                ));
            };
            done.push_str(before);
            done.push_str(&self.look_up(name)?);
            rest = tail;
        }
        done.push_str(rest);
        Ok(done)
    }

    fn look_up(&self, name: &str) -> Result<String, Trouble> {
        match name.strip_prefix("file:") {
            Some(path) => self.read(path),
            None => self.variable(name),
        }
    }

    fn variable(&self, name: &str) -> Result<String, Trouble> {
        match (self.env)(name) {
            Some(value) if !value.trim().is_empty() => Ok(value),
            Some(_) => Err((
                format!("the environment variable {name} is empty"),
                format!("give {name} its value before starting, or use ${{file:PATH}}"),
            )),
            None => Err((
                format!("the environment has no variable {name}"),
                format!("set {name} before starting, or use ${{file:PATH}}"),
            )),
        }
    }

    fn read(&self, path: &str) -> Result<String, Trouble> {
        let path = self.folder.join(path);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            (
                format!("{} cannot be read: {error}", path.display()),
                "create the file, readable by the user that runs frontdesk".to_owned(),
            )
        })?;
        let value = text.trim_end_matches(['\r', '\n']);
        if value.trim().is_empty() {
            return Err((
                format!("{} is empty", path.display()),
                "write the secret into it, on one line".to_owned(),
            ));
        }
        Ok(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "from-file\n").unwrap();
        std::fs::write(folder.path().join("blank"), "\n").unwrap();
        let env = |name: &str| match name {
            "A" => Some("one".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let sources = Sources {
            env: &env,
            folder: folder.path(),
        };
        sources.expand(text).map_err(|(what, _)| what)
    }

    #[test]
    fn secrets_come_from_the_environment_and_from_files() {
        assert_eq!(expand("plain $5").unwrap(), "plain $5");
        assert_eq!(expand("${A}").unwrap(), "one");
        assert_eq!(expand("x-${A}-${file:token}!").unwrap(), "x-one-from-file!");
    }

    #[test]
    fn what_is_missing_or_empty_is_named() {
        assert_eq!(
            expand("${B}").unwrap_err(),
            "the environment has no variable B"
        );
        assert_eq!(
            expand("${EMPTY}").unwrap_err(),
            "the environment variable EMPTY is empty"
        );
        assert_eq!(expand("${A").unwrap_err(), "opens ${ and does not close it");
        assert!(
            expand("${file:none}")
                .unwrap_err()
                .contains("none cannot be read")
        );
        assert!(
            expand("${file:blank}")
                .unwrap_err()
                .ends_with("blank is empty")
        );
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(
            format!("{:?}", Secret::new("hidden".to_owned())),
            "Secret(…)"
        );
    }
}
