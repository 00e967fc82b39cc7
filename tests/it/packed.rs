use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use ljd_core::{Manifest, ManifestFile, Raw};
use tar::Archive;
use zip::ZipArchive;

use crate::support::{FAMILIES, root, tree};

type Members = BTreeMap<String, Vec<u8>>;

/// What a packed fixture holds: a file alone under no name.
fn unpacked(raw: &Raw, path: &Path, file: &ManifestFile, has_members: bool) -> Members {
    let mut members = Members::new();
    let mut take = |name: String, reader: &mut dyn Read| {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        members.insert(name, bytes);
    };
    let ending = path.extension().and_then(OsStr::to_str);
    if matches!(ending, Some("zip" | "xlsx")) {
        let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
        for i in 0..zip.len() {
            let mut member = zip.by_index(i).unwrap();
            if member.is_file() {
                take(member.name().unwrap().into_owned(), &mut member);
            }
        }
    } else if has_members {
        let mut tar = Archive::new(GzDecoder::new(File::open(path).unwrap()));
        for member in tar.entries().unwrap() {
            let mut member = member.unwrap();
            take(member.path().unwrap().display().to_string(), &mut member);
        }
    } else {
        take(String::new(), &mut raw.open(file).unwrap());
    }
    members
}

/// What it was packed from.
fn source(path: &Path) -> Members {
    if path.is_dir() { tree(path) } else { [(String::new(), fs::read(path).unwrap())].into() }
}

/// `tests/pack_fixtures.py` mends what this finds.
#[test]
fn packed_fixtures_hold_their_sources() {
    for (family, corpora) in FAMILIES {
        let fixtures = root().join(format!("crates/ljd-{family}/tests/fixtures"));
        for corpus in *corpora {
            let compiled = Manifest::parse(corpus.manifest(), "manifest").unwrap();
            let name = format!("manifests/{}.json", compiled.source.name);
            let text = fs::read_to_string(fixtures.join(&name)).unwrap();
            let manifest = Manifest::parse_replaced(corpus.manifest(), &text, &name).unwrap();
            let raw = Raw::new(fixtures.clone(), manifest);
            for file in &raw.manifest().files {
                let packed = fixtures.join(&file.path);
                let beside =
                    packed.parent().unwrap().join("source").join(packed.file_name().unwrap());
                assert!(
                    unpacked(&raw, &packed, file, beside.is_dir()) == source(&beside),
                    "{}",
                    file.path
                );
            }
            raw.check().unwrap();
        }
    }
}

/// A file that is here and in no list would be in every package for nothing.
#[test]
fn the_samples_are_what_their_manifests_state() {
    let samples = root().join("crates/ljd/samples");
    let mut listed = Vec::new();
    for (_, corpora) in FAMILIES {
        for corpus in *corpora {
            let compiled = Manifest::parse(corpus.manifest(), "manifest").unwrap();
            let name = format!("manifests/{}.json", compiled.source.name);
            let Ok(text) = fs::read_to_string(samples.join(&name)) else { continue };
            let manifest = Manifest::parse_replaced(corpus.manifest(), &text, &name).unwrap();
            listed.extend(manifest.files.iter().map(|file| file.path.to_string()));
            listed.push(name);
            Raw::new(samples.clone(), manifest).check().unwrap();
        }
    }
    let compiled_in = fs::read_to_string(root().join("crates/ljd/src/sample.rs")).unwrap();
    for name in &listed {
        assert!(compiled_in.contains(&format!("\"{name}\",\n")), "{name} is not compiled in");
    }
    let is_data = |name: &&String| !name.starts_with("LICENSES/") && *name != "README.md";
    let mut there: Vec<String> = tree(&samples).keys().filter(is_data).cloned().collect();
    listed.sort();
    there.sort();
    assert_eq!(there, listed);
}
