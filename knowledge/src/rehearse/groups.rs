//! Questions that nothing answers, put together by likeness.

use std::collections::HashMap;

use bot_core::domain::answer::Answer;
use serde::Serialize;

use crate::analyzer::{Analysis, folded};
use crate::embed::{Encoder, Vector, nearness};
use crate::rank::likeness::{Likeness, TextVector};

/// Different questions that are compared; more would take minutes and change nothing in the largest groups.
const COMPARED: usize = 20_000;
/// Groups that are kept apart while reading.
const KEPT: usize = 2_000;
/// Examples that show what a group is about.
const EXAMPLES: usize = 3;
/// From this likeness on two questions belong together, by meaning and by words (cosines; tried on
/// questions of CLINC150 with fifty of its intents left out).
const NEAR: f32 = 0.62;
const ALIKE: f32 = 0.35;

/// Questions that ask about the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Group {
    /// How often it was asked.
    pub count: usize,
    /// How it was put, the most frequent first.
    pub examples: Vec<String>,
    /// The article that came nearest, and its probability.
    pub nearest: Option<(String, f64)>,
}

/// A question, how often it was asked, and what came nearest.
struct Asked<'q> {
    text: &'q str,
    count: usize,
    nearest: Option<(String, f64)>,
}

/// The largest groups.
pub(super) fn of(
    open: &[(&str, Option<Answer>)],
    encoder: Option<&Encoder>,
    most: usize,
) -> Vec<Group> {
    let asked = distinct(open);
    let texts: Vec<&str> = asked.iter().map(|one| one.text).collect();
    let members = together(&texts, encoder).into_iter();
    let mut groups: Vec<Group> = members.map(|members| group(&asked, &members)).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups.truncate(most);
    groups
}

/// The places of texts that ask about the same, each text with the first one that it is most like.
pub(crate) fn together(texts: &[&str], encoder: Option<&Encoder>) -> Vec<Vec<usize>> {
    match encoder {
        Some(encoder) => {
            let vectors = texts.iter().map(|text| encoder.encode(text));
            gathered(&vectors.collect::<Vec<Vector>>(), NEAR, |a, b| {
                nearness(a, b)
            })
        }
        None => {
            let analyses: Vec<Analysis> = texts.iter().map(|text| Analysis::of(text)).collect();
            let likeness = Likeness::of(&analyses);
            let vectors = analyses.iter().map(|one| likeness.vector(one));
            gathered(
                &vectors.collect::<Vec<TextVector>>(),
                ALIKE,
                TextVector::likeness,
            )
        }
    }
}

fn group(asked: &[Asked<'_>], members: &[usize]) -> Group {
    let mut group = Group::default();
    for one in members.iter().filter_map(|at| asked.get(*at)) {
        group.count += one.count;
        if group.examples.is_empty() {
            group.nearest.clone_from(&one.nearest);
        }
        if group.examples.len() < EXAMPLES {
            group.examples.push(one.text.to_owned());
        }
    }
    group
}

/// Each question once, the most frequent first.
fn distinct<'q>(open: &[(&'q str, Option<Answer>)]) -> Vec<Asked<'q>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut asked: Vec<Asked<'q>> = Vec::new();
    for (text, answer) in open {
        let place = *places.entry(folded(text)).or_insert(asked.len());
        if let Some(known) = asked.get_mut(place) {
            known.count += 1;
            continue;
        }
        let best = answer
            .as_ref()
            .and_then(|one| one.evidence.candidates.first());
        asked.push(Asked {
            text,
            count: 1,
            nearest: best.map(|best| (best.title.clone(), best.probability)),
        });
    }
    asked.sort_by_key(|one| std::cmp::Reverse(one.count));
    asked.truncate(COMPARED);
    asked
}

/// Each text joins the group whose first text is most like it, or begins one.
fn gathered<V>(vectors: &[V], from: f32, likeness: impl Fn(&V, &V) -> f32) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, vector) in vectors.iter().enumerate() {
        let likes = groups.iter().map(|members| {
            let first = members.first().and_then(|first| vectors.get(*first));
            first.map_or(0.0, |first| likeness(first, vector))
        });
        let best = likes.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        match best.filter(|(_, likeness)| *likeness >= from) {
            Some((group, _)) => groups[group].push(at),
            None if groups.len() < KEPT => groups.push(vec![at]),
            None => {}
        }
    }
    groups
}
