//! All names in one piece of memory, with a case-folded copy beside it that a filter searches in a single pass.

use memchr::memmem;

/// Stands behind each folded name. No UTF-8 text holds it, so no match runs from one name into the next.
const SEPARATOR: u8 = 0xff;

/// Names by the order they were added in.
#[derive(Default)]
pub(crate) struct Names {
    text: String,
    text_ends: Vec<usize>,
    folded: Vec<u8>,
    folded_ends: Vec<usize>,
}

impl Names {
    pub(crate) fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.text_ends.push(self.text.len());
        fold_into(name, &mut self.folded);
        self.folded.push(SEPARATOR);
        self.folded_ends.push(self.folded.len());
    }

    /// Takes a name out; those behind it move up by one.
    pub(crate) fn remove(&mut self, index: usize) {
        let text = start_of(&self.text_ends, index)..self.text_ends[index];
        let folded = start_of(&self.folded_ends, index)..self.folded_ends[index];
        self.text_ends.remove(index);
        self.folded_ends.remove(index);
        self.text_ends[index..].iter_mut().for_each(|end| *end -= text.len());
        self.folded_ends[index..].iter_mut().for_each(|end| *end -= folded.len());
        self.text.replace_range(text, "");
        self.folded.drain(folded);
    }

    /// Puts another name in the place of one.
    pub(crate) fn replace(&mut self, index: usize, name: &str) {
        let text = start_of(&self.text_ends, index)..self.text_ends[index];
        let folded = start_of(&self.folded_ends, index)..self.folded_ends[index];
        let mut new_folded = Vec::new();
        fold_into(name, &mut new_folded);
        new_folded.push(SEPARATOR);
        self.text_ends[index..].iter_mut().for_each(|end| *end = *end - text.len() + name.len());
        self.folded_ends[index..].iter_mut().for_each(|end| *end = *end - folded.len() + new_folded.len());
        self.text.replace_range(text, name);
        self.folded.splice(folded, new_folded);
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        &self.text[start_of(&self.text_ends, index)..self.text_ends[index]]
    }

    /// The folded form, in an order people expect of names.
    pub(crate) fn sort_key(&self, index: usize) -> &[u8] {
        &self.folded[start_of(&self.folded_ends, index)..self.folded_ends[index] - 1]
    }

    /// The places of exactly this name.
    pub(crate) fn positions<'n>(&'n self, name: &'n str) -> impl Iterator<Item = usize> + 'n {
        (0..self.text_ends.len()).filter(move |index| self.get(*index) == name)
    }

    /// Calls `found` with the index of each name that holds `needle`, whatever the case, in order.
    pub(crate) fn search(&self, needle: &str, mut found: impl FnMut(usize)) {
        let mut folded = Vec::new();
        fold_into(needle, &mut folded);
        let finder = memmem::Finder::new(&folded);
        let (mut index, mut at) = (0, 0);
        while let Some(skip) = finder.find(&self.folded[at..]) {
            let hit = at + skip;
            // Hits come in order, and mostly far apart: look in the rest of the ends only.
            index += self.folded_ends[index..].partition_point(|end| *end <= hit);
            found(index);
            at = self.folded_ends[index];
            index += 1;
        }
    }
}

fn start_of(ends: &[usize], index: usize) -> usize {
    index.checked_sub(1).map_or(0, |before| ends[before])
}

fn fold_into(text: &str, folded: &mut Vec<u8>) {
    if text.is_ascii() {
        folded.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        return;
    }
    let mut buffer = [0; 4];
    for c in text.chars().flat_map(char::to_lowercase) {
        folded.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(all: &[String]) -> Names {
        let mut names = Names::default();
        all.iter().for_each(|name| names.push(name));
        names
    }

    proptest! {
        #[test]
        fn a_changed_list_is_the_same_as_one_made_anew(
            mut all in prop::collection::vec("\\PC{0,6}", 1..12),
            place in any::<prop::sample::Index>(),
            other in prop::option::of("\\PC{0,6}"),
        ) {
            let index = place.index(all.len());
            let mut changed = names(&all);
            match &other {
                Some(name) => {
                    changed.replace(index, name);
                    all[index].clone_from(name);
                }
                None => {
                    changed.remove(index);
                    all.remove(index);
                }
            }
            let anew = names(&all);
            prop_assert_eq!((changed.text, changed.text_ends), (anew.text, anew.text_ends));
            prop_assert_eq!((changed.folded, changed.folded_ends), (anew.folded, anew.folded_ends));
        }

        #[test]
        fn a_search_finds_what_a_plain_look_at_each_name_finds(
            all in prop::collection::vec("[aAbBÄß]{0,4}|\\PC{0,4}", 0..20),
            needle in "[aAbBäS]{1,2}",
        ) {
            let names = names(&all);
            let mut found = Vec::new();
            names.search(&needle, |index| found.push(index));
            let expected: Vec<usize> =
                (0..all.len()).filter(|i| all[*i].to_lowercase().contains(&needle.to_lowercase())).collect();
            // `str::to_lowercase` writes a final sigma in its own way; none of these names has one.
            prop_assume!(!all.iter().any(|name| name.contains('Σ')));
            prop_assert_eq!(found, expected);
            for (index, name) in all.iter().enumerate() {
                prop_assert_eq!(names.get(index), name);
                prop_assert!(names.positions(name).any(|position| position == index));
            }
        }
    }
}
