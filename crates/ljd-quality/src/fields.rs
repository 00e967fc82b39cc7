//! The texts of a record: what is asked and what is answered.

use std::borrow::Cow;

use ljd_core::{Record, Task};

/// Every text of a record that is the corpus's own.
pub(crate) fn texts<'r>(record: &'r Record<'_>) -> impl Iterator<Item = &'r str> {
    let turns = record.history.iter().map(|turn| turn.content.as_ref());
    [&*record.instruction, record.input.as_ref(), record.output.as_ref()].into_iter().chain(turns)
}

/// Changes the texts of a record; `change` gives `None` for a text that it leaves as it is.
pub(crate) fn change(record: &mut Record<'_>, change: impl Fn(&str) -> Option<String>) -> bool {
    let turns = record.history.iter_mut().map(|turn| &mut turn.content);
    let fields = [&mut record.input, &mut record.output];
    let mut is_changed = record.instruction.change(&change);
    for text in fields.into_iter().chain(turns) {
        if let Some(changed) = change(text) {
            *text = Cow::Owned(changed);
            is_changed = true;
        }
    }
    is_changed
}

/// Source and target of a translation.
pub(crate) fn pair<'r>(record: &'r Record<'_>) -> Option<(&'r str, &'r str)> {
    (record.task == Task::Translation).then_some((&record.input, &record.output))
}
