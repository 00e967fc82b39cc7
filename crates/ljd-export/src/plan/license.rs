//! Under which licence a dataset as a whole can be passed on.

use ljd_core::{Error, ErrorKind, License, LicenseProperty, Result, UnknownName};

/// The licence of a dataset that is made of these sources.
///
/// The one of their licences that adaptations of text under each other one may be under
/// ([`License::may_become`]): share-alike licences in their latest version, a licence that restricts use. Where
/// none of them asks for more than credit, CC BY 4.0; where none asks for that, the licence that they share, or
/// else the public domain.
///
/// # Errors
///
/// Where two of them allow no common licence: share-alike forbids further restrictions.
pub(crate) fn of_dataset<'a>(
    sources: &(impl Iterator<Item = (&'a str, License)> + Clone),
) -> Result<License> {
    let binding = || sources.clone().filter(|(_, license)| license.is_binding());
    let is_share_alike = |source: &(&str, License)| source.1.has(LicenseProperty::ShareAlike);
    let others = binding().filter(|source| !is_share_alike(source));
    let in_order = binding().filter(is_share_alike).chain(others);
    let stronger = |one: (&'a str, License), other: (&'a str, License)| {
        if one.1.may_become(other.1) { other } else { one }
    };
    let Some(strongest) = in_order.reduce(stronger) else {
        return Ok(unbound(&sources.clone().map(|(_, license)| license))?);
    };
    match binding().find(|(_, license)| !license.may_become(strongest.1)) {
        Some(other) => Err(conflict(strongest, other)),
        None => Ok(strongest.1),
    }
}

/// The licence of a dataset all of whose sources ask for credit at most.
fn unbound(licenses: &(impl Iterator<Item = License> + Clone)) -> Result<License, UnknownName> {
    if licenses.clone().any(|license| license.has(LicenseProperty::Attribution)) {
        return License::parse("CC-BY-4.0");
    }
    let first = licenses.clone().next();
    match first.filter(|first| licenses.clone().all(|license| license == *first)) {
        Some(shared) => Ok(shared),
        None => License::parse("LicenseRef-PublicDomain"),
    }
}

/// Holds the sources to one text for each licence's id.
///
/// # Errors
///
/// Where two manifests state different licences under one id.
pub(crate) fn check_texts<'a>(
    sources: &(impl Iterator<Item = (&'a str, License)> + Clone),
) -> Result<()> {
    for (one, license) in sources.clone() {
        let differs = |other: &(&str, License)| other.1.id() == license.id() && other.1 != license;
        if let Some((other, _)) = sources.clone().find(differs) {
            let problem =
                format!("`{license}` is not the licence that `{other}` states under that id");
            let error = Error::new(ErrorKind::Invalid { field: "license", problem });
            return Err(error.in_corpus(one));
        }
    }
    Ok(())
}

fn conflict(one: (&str, License), other: (&str, License)) -> Error {
    let named = |(name, license): (&str, License)| (name.to_owned(), license.id());
    Error::new(ErrorKind::Licenses { one: named(one), other: named(other) })
}

#[cfg(test)]
mod tests {
    use ljd_core::StatedLicense;

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
        assert_eq!(of(&["CC0-1.0", "CC0-1.0"]), Ok("CC0-1.0"));
        assert_eq!(of(&["CC0-1.0", "LicenseRef-PublicDomain"]), Ok("LicenseRef-PublicDomain"));
        assert_eq!(of(&["CC0-1.0", "MIT"]), Ok("CC-BY-4.0"));
    }

    fn stated(id: &str, text: &str) -> License {
        let (id, text) = (id.to_owned(), text.to_owned());
        let (name, url) = (id.clone(), "https://example.org".to_owned());
        License::stated(StatedLicense { id, name, url, text, asks_for: None }).unwrap()
    }

    #[test]
    fn strength_is_what_the_licences_say_and_not_their_alphabet() {
        let of = |licenses: &[License]| {
            let sources: Vec<_> = licenses.iter().map(|one| (one.id(), *one)).collect();
            of_dataset(&sources.into_iter()).map(License::id).map_err(|error| error.to_string())
        };
        let [by_sa, by_nc] = ["CC-BY-SA-4.0", "CC-BY-NC-4.0"].map(|id| License::parse(id).unwrap());
        let by_nc_sa = stated("CC-BY-NC-SA-4.0", "The text.");
        assert_eq!(of(&[by_nc, by_nc_sa]), Ok("CC-BY-NC-SA-4.0"));
        // The later of them by the alphabet allows no other licence, nor does the earlier one.
        assert!(of(&[by_sa, stated("ODbL-1.0", "The text.")]).is_err());
        assert!(of(&[by_sa, stated("CC-BY-SA-1.0", "The text.")]).is_err());
        assert_eq!(of(&[by_sa, stated("CC-BY-SA-2.0", "The text.")]), Ok("CC-BY-SA-4.0"));
        assert!(of(&[by_sa, by_nc_sa]).is_err());
        assert!(of(&[by_sa, stated("CC-BY-ND-4.0", "The text.")]).is_err());
    }

    #[test]
    fn one_id_is_one_text() {
        let [one, other] = ["One.", "Another."].map(|text| stated("PDDL-1.0", text));
        assert!(check_texts(&[("a", one), ("b", one)].into_iter()).is_ok());
        let error = check_texts(&[("a", one), ("b", other)].into_iter()).unwrap_err();
        assert!(error.to_string().starts_with("a: `license` `PDDL-1.0` is not"), "{error}");
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
