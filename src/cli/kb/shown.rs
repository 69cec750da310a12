//! How articles and what becomes of them look in a shell.

use bot_core::domain::time::Timestamp;
use knowledge::article::Article;
use knowledge::keeper::Kept;
use knowledge::regression::{Preview, Verdict};
use knowledge::store::Saved;

use crate::cli::Failure;
use crate::cli::out::say;

/// What a change does, or would do, to the test questions.
pub(super) fn shifts(preview: &Preview) {
    for (shifts, how) in [(&preview.worse, "worse"), (&preview.better, "better")] {
        for one in shifts {
            let (before, after) = (verdict(&one.before), verdict(&one.after));
            say!("{how}: “{}”: {before} → {after}", one.question);
        }
    }
}

pub(super) fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Right => "right".to_owned(),
        Verdict::Offered => "offered".to_owned(),
        Verdict::Unanswered => "not answered".to_owned(),
        Verdict::Wrong(by) => format!("answered by {by}"),
    }
}

/// What came of a wish; `done` says it in words.
pub(super) fn kept(kept: &Kept, done: &str) -> Result<(), Failure> {
    shifts(&kept.preview);
    let refused = |text: String| Err(Failure::Work(anyhow::anyhow!(text)));
    match &kept.saved {
        _ if kept.held_back => refused(
            "Not published, because test questions would fare worse; --force publishes all the same."
                .to_owned(),
        ),
        Saved::Done(one) => {
            say!("{} {done} (revision {}, {}).", id(one), one.revision, one.status);
            Ok(())
        }
        Saved::Unchanged(one) => {
            say!("{} is so already.", id(one));
            Ok(())
        }
        Saved::NeedsSomebodyElse(one) => refused(format!(
            "{} was last written from the shell; somebody else has to publish it.",
            id(one)
        )),
        Saved::Conflict(one) | Saved::Taken(one) => {
            refused(format!("{} was changed by somebody else meanwhile.", id(one)))
        }
        Saved::Gone => refused("The article is gone.".to_owned()),
    }
}

pub(super) fn id(article: &Article) -> String {
    article.content.external_id.to_string()
}

pub(super) fn at(ms: i64) -> String {
    Timestamp(ms).to_string()
}
