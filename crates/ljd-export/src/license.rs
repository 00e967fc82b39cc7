//! Under which licence a dataset as a whole can be passed on.

use ljd_core::{Error, ErrorKind, License, LicenseProperty, Result};

/// The licence of a dataset that is made of these sources.
///
/// The strongest share-alike licence among them, in its latest version: the Creative Commons licences
/// allow adaptations under later versions of themselves (BY-SA 3.0, section 4b). Without one, a licence
/// that restricts use or redistribution; without one, CC BY 4.0 if anybody has to be credited.
///
/// # Errors
///
/// Where two of them allow no common licence: share-alike forbids further restrictions.
pub(crate) fn of_dataset<'a>(
    sources: &(impl Iterator<Item = (&'a str, License)> + Clone),
) -> Result<License> {
    let restricts = |license: License| {
        license.has(LicenseProperty::NonCommercial)
            || license.has(LicenseProperty::NoRedistribution)
    };
    let share_alike =
        sources.clone().filter(|(_, license)| license.has(LicenseProperty::ShareAlike));
    let restricting = sources.clone().find(|(_, license)| restricts(*license));
    // The ids of one kind sort by their versions.
    if let Some(strongest) = share_alike.max_by_key(|(_, license)| license.id()) {
        return match restricting {
            Some(other) => Err(conflict(strongest, other)),
            None => Ok(strongest.1),
        };
    }
    if let Some(one) = restricting {
        let other = sources.clone().find(|(_, other)| restricts(*other) && *other != one.1);
        return other.map_or(Ok(one.1), |other| Err(conflict(one, other)));
    }
    let is_credited = sources.clone().any(|(_, license)| license.has(LicenseProperty::Attribution));
    Ok(License::parse(if is_credited { "CC-BY-4.0" } else { "LicenseRef-PublicDomain" })?)
}

fn conflict(one: (&str, License), other: (&str, License)) -> Error {
    let named = |(name, license): (&str, License)| (name.to_owned(), license.id());
    Error::new(ErrorKind::Licenses { one: named(one), other: named(other) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ids: &[&str]) -> Result<&'static str, String> {
        let sources: Vec<(&str, License)> = ids
            .iter()
            .map(|id| (*id, License::all().find(|known| known.id() == *id).expect("a known id")))
            .collect();
        of_dataset(&sources.into_iter()).map(License::id).map_err(|error| error.to_string())
    }

    #[test]
    fn the_strongest_share_alike_licence_is_the_datasets() {
        assert_eq!(of(&["CC-BY-4.0", "CC-BY-SA-3.0", "Apache-2.0"]), Ok("CC-BY-SA-3.0"));
        assert_eq!(of(&["CC-BY-SA-4.0", "CC-BY-SA-3.0"]), Ok("CC-BY-SA-4.0"));
        assert_eq!(of(&["CC-BY-2.5", "Apache-2.0"]), Ok("CC-BY-4.0"));
        assert_eq!(of(&["LicenseRef-PublicDomain"]), Ok("LicenseRef-PublicDomain"));
        assert_eq!(of(&["CC-BY-4.0", "CC-BY-NC-4.0"]), Ok("CC-BY-NC-4.0"));
    }

    #[test]
    fn licences_that_exclude_each_other_are_named() {
        let message = of(&["CC-BY-NC-4.0", "CC-BY-4.0", "CC-BY-SA-4.0"]).unwrap_err();
        assert_eq!(
            message,
            "no licence allows what both `CC-BY-SA-4.0` (CC-BY-SA-4.0) and `CC-BY-NC-4.0` (CC-BY-NC-4.0) ask for"
        );
        assert!(of(&["CC-BY-NC-4.0", "LicenseRef-AIO-abc"]).is_err());
    }
}
