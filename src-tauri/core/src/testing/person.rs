//! A person who answers questions as a test wants, and remembers them.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use crate::{
    consent::{Answer, Consent, Question},
    lock::lock,
    messages::SearchIn,
};

#[derive(Default)]
pub(crate) struct Person {
    asked: Mutex<Vec<Question>>,
    /// What is answered next; afterwards, the person agrees.
    answers: Mutex<VecDeque<bool>>,
    file: Mutex<Option<PathBuf>>,
}

impl Person {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The next question is answered with no.
    pub(crate) fn refuse_next(&self) {
        lock(&self.answers).push_back(false);
    }

    pub(crate) fn choose(&self, file: PathBuf) {
        *lock(&self.file) = Some(file);
    }

    /// The questions since the last look.
    pub(crate) fn asked(&self) -> Vec<Question> {
        std::mem::take(&mut *lock(&self.asked))
    }
}

impl Consent for Person {
    fn ask(&self, question: Question) -> Answer<bool> {
        lock(&self.asked).push(question);
        let agrees = lock(&self.answers).pop_front().unwrap_or(true);
        Box::pin(async move { agrees })
    }

    fn choose_certificates(&self) -> Answer<Option<PathBuf>> {
        let file = lock(&self.file).clone();
        Box::pin(async move { file })
    }

    fn choose_to_search(&self, _what: SearchIn) -> Answer<Vec<PathBuf>> {
        let chosen = lock(&self.file).clone();
        Box::pin(async move { chosen.into_iter().collect() })
    }

    fn choose_where_to_save(&self, _name: &str) -> Answer<Option<PathBuf>> {
        self.choose_certificates()
    }
}
