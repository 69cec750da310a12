//! What the platform knows, and what it refuses as a real one would.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::content::Content;
use crate::domain::delivery::Action;
use crate::domain::id::DeliveryId;
use crate::domain::place::Place;
use crate::port::platform::rough::{Fault, Shown};
use crate::port::platform::{Abilities, Blob, Delivery, DeliveryError, FetchError, Receipt};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) shown: Vec<Shown>,
    pub(super) threads: BTreeMap<Place, String>,
    pub(super) faults: VecDeque<(&'static str, Fault)>,
    pub(super) files: BTreeMap<String, Result<Blob, FetchError>>,
    pub(super) calls: Vec<&'static str>,
    pub(super) windows: BTreeMap<Place, u32>,
    pub(super) refused: usize,
    pub(super) next: u64,
}

impl State {
    pub(super) fn fault(&mut self, call: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|(name, _)| *name == call)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    pub(super) fn apply(
        &mut self,
        can: &Abilities,
        delivery: &Delivery,
    ) -> Result<Receipt, DeliveryError> {
        strict(can, &delivery.action)?;
        match &delivery.action {
            Action::Send(content) => self.send(delivery, &displayed(can, content)),
            Action::Edit { body, .. } => self.change(delivery, |one| {
                one.content.text.clone_from(&body.text);
                one.edited = true;
            }),
            Action::Delete { .. } => self.change(delivery, |one| one.deleted = true),
            Action::OpenThread { title, card } => self.open(delivery, title, card),
            Action::Retitle { title } => {
                self.known_thread(delivery, |shown| shown.clone_from(title))
            }
            Action::CloseThread | Action::ReopenThread => self.known_thread(delivery, |_| {}),
        }
    }

    pub(super) fn send(
        &mut self,
        delivery: &Delivery,
        content: &Content,
    ) -> Result<Receipt, DeliveryError> {
        self.must_exist(&delivery.place)?;
        self.count(&delivery.place)?;
        let id = self.show(delivery, &delivery.place.clone(), content);
        Ok(Receipt {
            messages: vec![id],
            opened: None,
        })
    }

    pub(super) fn show(&mut self, delivery: &Delivery, place: &Place, content: &Content) -> String {
        self.show_row(delivery.id, place, content)
    }

    pub(super) fn show_row(&mut self, row: DeliveryId, place: &Place, content: &Content) -> String {
        self.next += 1;
        let id = format!("m{}", self.next);
        self.shown.push(Shown {
            place: place.clone(),
            id: id.clone(),
            content: content.clone(),
            edited: false,
            deleted: false,
            row,
        });
        id
    }

    pub(super) fn open(
        &mut self,
        delivery: &Delivery,
        title: &str,
        card: &Content,
    ) -> Result<Receipt, DeliveryError> {
        self.next += 1;
        let place = Place(format!("{}/t{}", delivery.place, self.next));
        self.threads.insert(place.clone(), title.to_owned());
        let id = self.show(delivery, &place, card);
        Ok(Receipt {
            messages: vec![id],
            opened: Some(place),
        })
    }

    pub(super) fn change(
        &mut self,
        delivery: &Delivery,
        with: impl FnOnce(&mut Shown),
    ) -> Result<Receipt, DeliveryError> {
        let target = delivery.target.as_deref();
        let one = self
            .shown
            .iter_mut()
            .find(|one| Some(one.id.as_str()) == target);
        let one =
            one.ok_or_else(|| DeliveryError::Permanent("message to edit not found".to_owned()))?;
        with(one);
        Ok(Receipt::default())
    }

    pub(super) fn known_thread(
        &mut self,
        delivery: &Delivery,
        with: impl FnOnce(&mut String),
    ) -> Result<Receipt, DeliveryError> {
        with(
            self.threads
                .get_mut(&delivery.place)
                .ok_or(DeliveryError::ThreadGone)?,
        );
        Ok(Receipt::default())
    }

    /// Platforms take the first answer to a request and ignore its repeats.
    pub(super) fn read_answer(&mut self, place: &Place, body: &[u8]) -> Vec<(String, Content)> {
        let carried: Vec<(DeliveryId, Content)> = serde_json::from_slice(body).unwrap_or_default();
        let mut read = Vec::new();
        for (row, content) in carried {
            if !self.shown.iter().any(|one| one.row == row) {
                read.push((self.show_row(row, place, &content), content));
            }
        }
        read
    }

    pub(super) fn count(&mut self, place: &Place) -> Result<(), DeliveryError> {
        match self.windows.get_mut(place) {
            Some(0) => {
                self.refused += 1;
                Err(DeliveryError::WindowClosed)
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Places with a slash are threads, and threads can be deleted.
    pub(super) fn must_exist(&self, place: &Place) -> Result<(), DeliveryError> {
        let gone = place.0.contains('/') && !self.threads.contains_key(place);
        if gone {
            Err(DeliveryError::ThreadGone)
        } else {
            Ok(())
        }
    }
}

/// Real platforms refuse what they cannot do; a double that takes everything hides faults.
fn strict(can: &Abilities, action: &Action) -> Result<(), DeliveryError> {
    let refuse = |why: &str| Err(DeliveryError::Permanent(why.to_owned()));
    match action {
        Action::Send(body) | Action::OpenThread { card: body, .. }
            if body.text.is_empty() && body.attachments.is_empty() =>
        {
            refuse("message is empty")
        }
        Action::Send(body) | Action::Edit { body, .. } | Action::OpenThread { card: body, .. }
            if body.text.chars().count() > can.text_limit =>
        {
            refuse("message is too long")
        }
        Action::Edit { .. } if !can.edits => refuse("messages cannot be edited"),
        Action::Delete { .. } if can.deletes_for.is_none() => refuse("messages cannot be deleted"),
        Action::OpenThread { .. } if !can.threads => refuse("there are no threads"),
        _ => Ok(()),
    }
}

/// Without buttons people read the choices as a list.
fn displayed(can: &Abilities, content: &Content) -> Content {
    let mut shown = content.clone();
    if !can.buttons {
        for (number, choice) in content.choices.iter().enumerate() {
            shown.text = format!("{}\n{}. {}", shown.text, number + 1, choice.label);
        }
    }
    shown
}
