//! An article's life: draft → review → published → archived, and what answers meanwhile.

use crate::article::Status;

/// What somebody wants to become of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Keep the change; what answers stays as it is.
    Save,
    /// Have it read by somebody else.
    Submit,
    /// Answer with it.
    Publish,
    /// Answer with it no more.
    Archive,
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The newest revision's status.
    pub status: Status,
    /// What answers.
    pub live: Live,
}

/// Which revision answers after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// The one that did before.
    AsBefore,
    /// The newest.
    Newest,
    /// This one.
    Revision(i64),
    /// None.
    Nothing,
}

/// Who wrote a change may not publish it where a second pair of eyes is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("somebody else has to publish what you wrote")]
pub struct NeedsSomebodyElse;

impl Stage {
    const fn new(status: Status, live: Live) -> Self {
        Self { status, live }
    }

    /// Where a step leads. `writes` says that the same act changes what the article says; `wrote_it`, that
    /// the one who acts did so last; `reviewed`, that its space asks for a second pair of eyes. What is
    /// written and published in one act goes to review there.
    ///
    /// # Errors
    /// When somebody else has to publish it.
    pub const fn after(
        step: Step,
        writes: bool,
        wrote_it: bool,
        reviewed: bool,
    ) -> Result<Self, NeedsSomebodyElse> {
        Ok(match step {
            Step::Save => Self::new(Status::Draft, Live::AsBefore),
            Step::Submit => Self::new(Status::Review, Live::AsBefore),
            Step::Archive => Self::new(Status::Archived, Live::Nothing),
            Step::Publish if reviewed && writes => Self::new(Status::Review, Live::AsBefore),
            Step::Publish if reviewed && wrote_it => return Err(NeedsSomebodyElse),
            Step::Publish => Self::new(Status::Published, Live::Newest),
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Step::Save, true, true, true, Some(Status::Draft))]
    #[case(Step::Submit, false, true, true, Some(Status::Review))]
    #[case(Step::Publish, false, true, false, Some(Status::Published))]
    #[case(Step::Publish, true, true, false, Some(Status::Published))]
    #[case::written_and_published_at_once(Step::Publish, true, true, true, Some(Status::Review))]
    #[case::ones_own(Step::Publish, false, true, true, None)]
    #[case::by_somebody_else(Step::Publish, false, false, true, Some(Status::Published))]
    #[case(Step::Archive, false, true, true, Some(Status::Archived))]
    fn leads(
        #[case] step: Step,
        #[case] writes: bool,
        #[case] wrote_it: bool,
        #[case] reviewed: bool,
        #[case] status: Option<Status>,
    ) {
        let stage = Stage::after(step, writes, wrote_it, reviewed);
        assert_eq!(stage.ok().map(|stage| stage.status), status);
    }
}
