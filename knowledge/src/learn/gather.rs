//! Questions that nothing answers well, put together, with what agents replied to them.

use std::collections::{BTreeSet, HashMap, HashSet};

use bot_core::domain::answer::{Outcome, Question};
use bot_core::domain::id::{ArticleId, ConversationId};
use bot_core::domain::language::Language;
use bot_core::domain::mask::{MaskLevel, mask};
use bot_core::domain::text::clean;
use bot_core::domain::time::{DAY, Timestamp};
use bot_core::store::record::{AskedFate, AskedQuestion};

use crate::analyzer::{Analysis, folded};
use crate::answerer::asker::Asker;
use crate::answerer::snapshot::Snapshot;
use crate::article::Article;
use crate::embed::Encoder;
use crate::index::IndexError;
use crate::learn::draft::{Body, Draft, DraftKind};
use crate::rank::likeness::{Likeness, TextVector};
use crate::rehearse::groups::together;

/// Longer texts are stories, not questions.
const LONGEST: usize = 300;
/// A reply has at least so many characters; "ok" and "one moment" answer nothing.
const SHORTEST_REPLY: usize = 12;
/// So many conversations have asked the same before it is suggested without any reply.
const ASKED_BY: usize = 2;
/// Ways to ask that are kept.
const EXAMPLES: usize = 10;
/// Articles that a reply is compared with: all of a base up to this size, of a larger one so many for each
/// question.
const COMPARED: usize = 2_000;
const NEAR: usize = 20;
/// From this likeness on a reply says what an article already says.
const SAME: f32 = 0.6;

/// A question in one wording, and who asked it.
pub(super) struct Wording<'a> {
    pub(super) text: String,
    pub(super) asked: Vec<&'a AskedQuestion>,
}

impl Wording<'_> {
    fn conversations(&self) -> impl Iterator<Item = ConversationId> {
        self.asked.iter().map(|one| one.conversation)
    }
}

/// Suggestions from what is not answered well.
pub(super) fn open_questions(
    asked: &[AskedQuestion],
    snapshot: &Snapshot,
    encoder: Option<&Encoder>,
    now: Timestamp,
) -> Result<Vec<Draft>, IndexError> {
    let open = asked
        .iter()
        .filter(|one| matches!(one.fate, AskedFate::Unanswered | AskedFate::VotedDown(_)));
    let mut wordings = Vec::new();
    for wording in worded(open) {
        if is_open(&wording, snapshot)? {
            wordings.push(wording);
        }
    }
    wordings.sort_by_key(|one| std::cmp::Reverse(one.asked.len()));
    let texts: Vec<&str> = wordings.iter().map(|one| one.text.as_str()).collect();
    let answers = Answers::of(snapshot, &wordings)?;
    let groups = together(&texts, encoder).into_iter();
    let drafts = groups.filter_map(|members| {
        let members: Vec<&Wording<'_>> =
            members.iter().filter_map(|at| wordings.get(*at)).collect();
        drafted(&members, &answers, now)
    });
    Ok(drafts.collect())
}

/// Each wording once. Nothing personal is kept of it.
pub(super) fn worded<'a>(asked: impl Iterator<Item = &'a AskedQuestion>) -> Vec<Wording<'a>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut wordings: Vec<Wording<'a>> = Vec::new();
    for one in asked {
        let cleaned = clean(one.text.trim(), LONGEST);
        if cleaned.truncated || cleaned.text.chars().nth(1).is_none() {
            continue;
        }
        let text = mask(&cleaned.text, MaskLevel::All).replace('\n', " ");
        let place = *places.entry(folded(&text)).or_insert(wordings.len());
        match wordings.get_mut(place) {
            Some(known) => known.asked.push(one),
            None => wordings.push(Wording {
                text,
                asked: vec![one],
            }),
        }
    }
    wordings
}

/// Whether the articles of today answer it no better; what was voted down is answered, and badly.
fn is_open(wording: &Wording<'_>, snapshot: &Snapshot) -> Result<bool, IndexError> {
    let is_down = |one: &&AskedQuestion| matches!(one.fate, AskedFate::VotedDown(_));
    if wording.asked.iter().any(is_down) {
        return Ok(true);
    }
    let answer = snapshot.answer(&Question {
        text: wording.text.clone(),
        language: Language::of_text(&wording.text),
        ..Question::default()
    })?;
    Ok(!matches!(answer.outcome, Outcome::Confident(_)))
}

fn drafted(members: &[&Wording<'_>], answers: &Answers, now: Timestamp) -> Option<Draft> {
    let replies = replies(members);
    let who: HashSet<ConversationId> = members.iter().flat_map(|one| one.conversations()).collect();
    if replies.is_empty() && who.len() < ASKED_BY {
        return None;
    }
    let answer = most_typical(&replies);
    let same = answer.as_deref().and_then(|answer| answers.like(answer));
    let examples = members.iter().take(EXAMPLES).map(|one| one.text.clone());
    let examples: Vec<String> = examples.collect();
    let kind = same.map_or(DraftKind::Article, DraftKind::Phrasing);
    Some(Draft {
        kind,
        body: Body {
            question: title(&examples),
            examples,
            answer: answer.unwrap_or_default(),
            edited: false,
        },
        ..counted(kind, members, now)
    })
}

/// A draft with nothing but its numbers.
pub(super) fn counted(kind: DraftKind, members: &[&Wording<'_>], now: Timestamp) -> Draft {
    let asked = || members.iter().flat_map(|one| &one.asked);
    let within = |from: i64, to: i64| {
        let days = asked().map(|one| now.since(one.at) / DAY);
        days.filter(|days| (from..to).contains(days)).count() as i64
    };
    Draft {
        kind,
        body: Body::default(),
        count: asked().count() as i64,
        recent: within(0, 7),
        earlier: within(7, 14),
    }
}

/// The shortest of the most frequent wordings that says something.
fn title(examples: &[String]) -> String {
    let first = examples.iter().take(3);
    let substantial = first.filter(|one| one.chars().nth(3).is_some());
    let shortest = substantial.min_by_key(|one| one.chars().count());
    shortest.or(examples.first()).cloned().unwrap_or_default()
}

fn replies(members: &[&Wording<'_>]) -> Vec<String> {
    let asked = members.iter().flat_map(|one| &one.asked);
    let all = asked.flat_map(|one| &one.replies);
    let long = all.filter(|reply| reply.trim().chars().nth(SHORTEST_REPLY - 1).is_some());
    long.map(|reply| mask(reply.trim(), MaskLevel::All))
        .collect()
}

/// The reply that is most like all others; the longest of two.
fn most_typical(replies: &[String]) -> Option<String> {
    if replies.len() < 3 {
        return replies
            .iter()
            .max_by_key(|one| one.chars().count())
            .cloned();
    }
    let analyses: Vec<Analysis> = replies.iter().map(|one| Analysis::of(one)).collect();
    let likeness = Likeness::of(&analyses);
    let vectors: Vec<TextVector> = analyses.iter().map(|one| likeness.vector(one)).collect();
    let like_all = |one: &TextVector| vectors.iter().map(|other| one.likeness(other)).sum::<f32>();
    let best = vectors.iter().map(like_all).enumerate();
    let best = best.max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.and_then(|(at, _)| replies.get(at)).cloned()
}

/// What the articles say.
struct Answers {
    likeness: Likeness,
    articles: Vec<(ArticleId, TextVector)>,
}

impl Answers {
    /// All of a small base; of a large one those that what was replied to comes near.
    fn of(snapshot: &Snapshot, wordings: &[Wording<'_>]) -> Result<Self, IndexError> {
        let mut places: BTreeSet<usize> = (0..snapshot.articles().len().min(COMPARED)).collect();
        if snapshot.articles().len() > COMPARED {
            places.clear();
            let replied = |one: &&Wording<'_>| one.asked.iter().any(|one| !one.replies.is_empty());
            for one in wordings.iter().filter(replied).take(COMPARED) {
                let ranked = snapshot.rank(&one.text, Asker::AGENT)?.ranked;
                places.extend(ranked.iter().take(NEAR).map(|one| one.article));
            }
        }
        let articles = places.iter().filter_map(|at| snapshot.articles().get(*at));
        Ok(Self::among(&articles.collect::<Vec<_>>()))
    }

    fn among(articles: &[&Article]) -> Self {
        let analyses = articles.iter().map(|one| Analysis::of(&one.content.answer));
        let analyses: Vec<Analysis> = analyses.collect();
        let likeness = Likeness::of(&analyses);
        let vectors = analyses.iter().map(|one| likeness.vector(one));
        Self {
            articles: articles.iter().map(|one| one.id).zip(vectors).collect(),
            likeness,
        }
    }

    /// The article that says the same.
    fn like(&self, reply: &str) -> Option<ArticleId> {
        let vector = self.likeness.vector(&Analysis::of(reply));
        let likes = self.articles.iter();
        let likes = likes.map(|(id, answer)| (*id, answer.likeness(&vector)));
        let best = likes.max_by(|(_, a), (_, b)| a.total_cmp(b));
        best.filter(|(_, likeness)| *likeness >= SAME)
            .map(|(id, _)| id)
    }
}
