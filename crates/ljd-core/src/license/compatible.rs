//! Which binding licence allows adaptations under which other one.

/// A licence, and those that its own terms name for adaptations, each with what these lead to in turn.
///
/// Creative Commons: share-alike licences from 2.0 on allow later versions with the same elements (section 4b of
/// 2.0 to 3.0); 1.0 allows itself alone. An adaptation of text under a licence that is non-commercial only may be
/// under any licence that is so too, in the same version or a later one.
const ADAPTATIONS: &[(&str, &[&str])] = &[
    ("CC-BY-SA-2.0", &["CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0"]),
    ("CC-BY-SA-2.5", &["CC-BY-SA-3.0", "CC-BY-SA-4.0"]),
    ("CC-BY-SA-3.0", &["CC-BY-SA-4.0"]),
    ("CC-BY-NC-SA-2.0", &["CC-BY-NC-SA-2.5", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"]),
    ("CC-BY-NC-SA-2.5", &["CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"]),
    ("CC-BY-NC-SA-3.0", &["CC-BY-NC-SA-4.0"]),
    ("CC-BY-NC-3.0", &["CC-BY-NC-4.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"]),
    ("CC-BY-NC-4.0", &["CC-BY-NC-SA-4.0"]),
];

/// Whether the table allows adaptations of text under the one licence to be under the other.
pub(super) fn allows(one: &str, other: &str) -> bool {
    ADAPTATIONS.iter().any(|(from, to)| *from == one && to.contains(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_licence_leads_to_leads_nowhere_else() {
        for (from, to) in ADAPTATIONS {
            for one in *to {
                let further = ADAPTATIONS.iter().filter(|(id, _)| id == one);
                assert!(
                    further.flat_map(|(_, to)| *to).all(|further| to.contains(further)),
                    "{from} leads to {one} and not to all that {one} leads to"
                );
                assert!(!allows(one, from), "{from} and {one} lead to each other");
            }
        }
    }

    #[test]
    fn the_first_version_of_share_alike_allows_no_later_one() {
        assert!(allows("CC-BY-SA-2.0", "CC-BY-SA-4.0"));
        assert!(!allows("CC-BY-SA-1.0", "CC-BY-SA-2.0"));
        assert!(!allows("CC-BY-NC-4.0", "CC-BY-SA-4.0"));
    }
}
