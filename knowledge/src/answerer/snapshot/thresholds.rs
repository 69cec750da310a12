//! From which probabilities on articles answer: usual, fitted to a precision, or set.

use std::sync::Arc;

use super::Snapshot;
use crate::answerer::fit::SelfTest;
use crate::answerer::settings::Settings;
use crate::embed::Encoder;
use crate::index::IndexError;

/// From which probabilities an article is the answer, or a choice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// From here on the best article is the answer.
    pub confident_from: f64,
    /// From here on the best articles are offered.
    pub choices_from: f64,
}

impl Default for Thresholds {
    /// On CLINC150's validation part nine of ten automatic answers are right, whatever the size of the
    /// base, and in every second case one of the choices that are offered is.
    fn default() -> Self {
        Self {
            confident_from: 0.55,
            choices_from: 0.25,
        }
    }
}

/// A test of the articles' own phrases, and of which articles.
#[derive(Clone)]
pub(super) struct Tested {
    version: i64,
    by_meaning: bool,
    test: Arc<SelfTest>,
}

impl Snapshot {
    /// The thresholds in force.
    #[must_use]
    pub const fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Answers as an operator has set.
    #[must_use]
    pub fn with_settings(self, settings: Arc<Settings>) -> Self {
        let shown = self.articles.iter().map(|one| settings.shown(&one.content));
        let shown = Arc::new(shown.collect());
        Self {
            settings,
            shown,
            ..self
        }
        .with_thresholds()
    }

    /// Answers by the thresholds of the articles before, until its own phrases are tested.
    #[must_use]
    pub(in crate::answerer) fn after(self, before: &Self) -> Self {
        let tested = before.tested.clone();
        Self { tested, ..self }.with_thresholds()
    }

    /// What was set counts more than what was fitted, and that more than what is usual.
    fn with_thresholds(self) -> Self {
        let settings = &self.settings;
        let fitted = settings.precision.zip(self.tested.as_ref());
        let found = fitted.map(|(precision, tested)| tested.test.thresholds(precision));
        let found = found.unwrap_or_default();
        let confident_from = settings.confident_from.unwrap_or(found.confident_from);
        let choices_from = settings.choices_from.unwrap_or(found.choices_from);
        let thresholds = Thresholds {
            confident_from,
            choices_from: choices_from.min(confident_from),
        };
        Self { thresholds, ..self }
    }

    /// The same articles, with thresholds that are fitted to their phrases; `None` when `go_on` said no.
    ///
    /// # Errors
    /// When an index cannot be built.
    pub fn self_tested(
        &self,
        encoder: Option<&Arc<Encoder>>,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, IndexError> {
        let test = SelfTest::run(&self.articles, &self.ranker, encoder, go_on)?;
        Ok(test.map(|test| {
            let tested = Some(Tested {
                version: self.version,
                by_meaning: self.understands(),
                test: Arc::new(test),
            });
            let same = self.clone();
            Self { tested, ..same }.with_thresholds()
        }))
    }

    /// How it judges its own phrases, if that was looked at.
    #[must_use]
    pub fn tested(&self) -> Option<&SelfTest> {
        self.tested.as_ref().map(|tested| &*tested.test)
    }

    /// Whether its thresholds are still to be fitted.
    pub(in crate::answerer) fn waits_for_a_test(&self) -> bool {
        let is_own = |tested: &Tested| {
            tested.version == self.version && tested.by_meaning == self.understands()
        };
        self.settings.precision.is_some() && !self.tested.as_ref().is_some_and(is_own)
    }
}
