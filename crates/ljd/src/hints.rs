//! What to do about an error, in the words of the command line.

use std::io;

use ljd_core::{Error, ErrorKind, StatedBy};
use ljd_export::Refused;

/// What to do about an error, where that can be said. `program` is how the program was called.
pub(crate) fn of(error: &Error, program: &str) -> Option<String> {
    let hint = match error.kind() {
        ErrorKind::Missing { path, url, .. } if url.is_empty() => {
            return Some(format!("put it at {}, or name its folder with --raw", path.display()));
        }
        ErrorKind::Missing { path, url, by_hand: Some(reason), .. } => {
            return Some(format!("download {url} by hand to {} ({reason})", path.display()));
        }
        ErrorKind::Missing { raw, url, .. } => {
            let only = error.corpus().map_or(String::new(), |corpus| format!(" --only {corpus}"));
            return Some(format!("{program} fetch --raw {}{only} downloads {url}", raw.display()));
        }
        ErrorKind::NoFeature(feature) => return Some(with_feature(program, feature)),
        ErrorKind::Digest { stated_by: StatedBy::Manifest, .. } | ErrorKind::Size { .. } => {
            "run fetch: it downloads the file again and keeps this one beside it; or name the other release in a manifest of your own and pass its folder as --manifests"
        }
        ErrorKind::Changed { .. } => {
            "if the publisher changed the file and you want the new one, run fetch with --update-lock"
        }
        ErrorKind::NotTheFormat(_) => {
            "run fetch again, or look at the corpus's page: the file may have moved"
        }
        ErrorKind::Download { .. } => {
            "run fetch again: it continues where it was; or name a copy with --mirror, or another release with --set CORPUS.version=…"
        }
        ErrorKind::NoSpace { .. } => "make room, or name a folder on another disk with --raw",
        ErrorKind::Read(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the file is not whole: download it again"
        }
        ErrorKind::Archive(_) => "the file is not whole or not an archive: download it again",
        ErrorKind::Licenses { .. } => {
            "leave one of them out with `refuse` in the recipe or with --only, or let each record stand under its own licence with `mixed`"
        }
        ErrorKind::TooManySkipped { .. } => {
            "look at the lines named; if the file is right, raise `tolerance` in the manifest"
        }
        ErrorKind::TooManyDropped { .. } => {
            "look at what was dropped with --keep-dropped; if the rules are right, raise `most_dropped` in the manifest, or leave the corpus out of a rule's scope"
        }
        ErrorKind::Leak { .. } => {
            "have the recipe's rule `contamination` look at every corpus, or leave the corpus out of its `evaluation`"
        }
        ErrorKind::Count { .. } => {
            "if the file is the release that you want, state its count under `expected` in a manifest of your own and pass its folder as --manifests"
        }
        ErrorKind::RepeatedId(_) => {
            "let `id` in the manifest say more: a second column, {$file} or {$row}"
        }
        ErrorKind::NotOurs { .. } => {
            "nothing was changed; move it away, or name another folder with --out"
        }
        ErrorKind::Encoding(name) => {
            return Some(format!(
                "convert it: iconv -f {name} -t UTF-8, and state its SHA-256 in a manifest of your own"
            ));
        }
        ErrorKind::NoRows { .. } => "it may be another file than the corpus's: download it again",
        ErrorKind::ChangedWhileRead => "run it again when nothing writes to the file any more",
        ErrorKind::InUse(_) => "wait for the build to end",
        ErrorKind::Thread(_) => "allow the program more threads, or fewer with --jobs",
        ErrorKind::Busy(_) => "wait for the other run, or name another folder",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Why a corpus is left out, and what takes it nevertheless.
pub(crate) fn left_out(refused: &Refused) -> String {
    let Refused { license, reason, is_acceptable, .. } = refused;
    match is_acceptable {
        true => format!("{reason}; --accept-license {license} takes it"),
        false => reason.clone(),
    }
}

/// How a program is built with a feature: from a clone of the workspace, or as it was installed.
fn with_feature(program: &str, feature: &str) -> String {
    let command = match program {
        "cargo xtask" => {
            format!("cargo run --release --package xtask --features {feature} -- dataset …")
        }
        _ => format!("cargo install {program} --features {feature}"),
    };
    format!("build it with the feature: {command}")
}
