use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ljd_core::{License, Manifest, Phrasings};
use ljd_export::{COLUMNS, Recipe};
use serde_json::Value;

use crate::support::{FAMILIES, root, run};

/// The licences that anything we depend on is offered under; a new one is a decision.
const LICENSES_OF_DEPENDENCIES: &[&str] = &[
    "(MIT OR Apache-2.0) AND Unicode-3.0",
    "(Apache-2.0 OR MIT) AND BSD-3-Clause",
    "Apache-2.0",
    "Apache-2.0 AND ISC",
    "Apache-2.0 AND MIT",
    "Apache-2.0 / MIT",
    "Apache-2.0 OR BSL-1.0",
    "Apache-2.0 OR ISC OR MIT",
    "Apache-2.0 OR MIT",
    "Apache-2.0 OR MIT OR Zlib",
    "Apache-2.0/MIT",
    "Apache-2.0 WITH LLVM-exception",
    "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
    "BSD-2-Clause OR Apache-2.0 OR MIT",
    "BSD-3-Clause",
    "BSD-3-Clause AND BSD-2-Clause",
    "bzip2-1.0.6",
    "CC0-1.0",
    "CC0-1.0 OR MIT-0 OR Apache-2.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT OR Apache-2.0",
    "MIT/Apache-2.0",
    "Unlicense OR MIT",
    "Unlicense/MIT",
    "Zlib",
    "Zlib OR Apache-2.0 OR MIT",
];

fn metadata() -> Value {
    let version = run(Command::new("rustc").arg("-vV")).done().stdout;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo.args(["metadata", "--format-version=1", "--locked", "--offline", "--all-features"]);
    // Only what was compiled is sure to be downloaded.
    cargo.args(["--filter-platform", host]);
    serde_json::from_str(&run(&mut cargo).done().stdout).expect("cargo metadata is JSON")
}

fn strings<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().filter_map(|entry| entry[field].as_str()).collect()
}

fn ours(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().unwrap().iter().filter(|package| package["source"].is_null())
}

/// Every source file of our crates, by path.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders =
        vec![root().join("crates"), root().join("xtask/src"), root().join("tests/it")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

#[test]
fn crates_depend_in_one_direction() {
    let metadata = metadata();
    for package in ours(&metadata) {
        let name = package["name"].as_str().unwrap();
        let needs: BTreeSet<&str> = strings(&package["dependencies"], "name")
            .into_iter()
            .filter(|dependency| dependency.starts_with("ljd"))
            .collect();
        let allowed: &[&str] = match name {
            "ljd-core" => &[],
            "ljd-export" => &["ljd-core", "ljd-quality"],
            // The program, and the Python module, which is the program in another language.
            "ljd" | "ljd-python" => continue,
            "xtask" => &["ljd"],
            _ => &["ljd-core"],
        };
        assert!(needs.iter().all(|need| allowed.contains(need)), "{name} depends on {needs:?}");
        for dependency in package["dependencies"].as_array().unwrap() {
            if needs.contains(dependency["name"].as_str().unwrap()) {
                assert_ne!(
                    dependency["req"], "*",
                    "{name}: a path without a version cannot be published"
                );
            }
        }
    }
}

#[test]
fn rooms_of_the_export_depend_in_one_direction() {
    // Each room may use those before it, and all of them those of the library that belong to none.
    const ROOMS: [&str; 5] = ["plan", "write", "report", "evaluate", "run"];
    let source = root().join("crates/ljd-export/src");
    let mut n_used = 0;
    for (path, text) in sources() {
        let Ok(path) = path.strip_prefix(&source) else { continue };
        let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
        let Some(room) = ROOMS.iter().position(|room| first.trim_end_matches(".rs") == *room)
        else {
            continue;
        };
        let path = path.display();
        // A test may look at what stands above.
        let text = text.split("#[cfg(test)]").next().unwrap();
        assert!(!text.contains("use crate::{"), "{path}: name the room that it is from");
        for (other, name) in ROOMS.iter().enumerate() {
            let is_used = text.contains(&format!("crate::{name}::"));
            assert!(!is_used || other <= room, "{path} of {} uses {name}", ROOMS[room]);
            n_used += usize::from(is_used);
        }
    }
    assert!(20 < n_used, "the rooms are elsewhere now");
}

#[test]
fn no_module_of_fetch_stands_in_a_circle() {
    let source = root().join("crates/ljd-fetch/src");
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let Ok(path) = path.strip_prefix(&source) else { continue };
        let module = path.file_stem().unwrap().to_str().unwrap();
        assert_eq!(path.components().count(), 1, "{module}: the modules are flat");
        if module == "lib" {
            continue;
        }
        // A test may look at what stands above.
        let text = text.split("#[cfg(test)]").next().unwrap();
        assert!(!text.contains("use crate::{"), "{module}: name the module that it is from");
        let named = text.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        uses.insert(module.to_owned(), named.collect());
    }
    assert!(8 < uses.len(), "the modules are elsewhere now");
    // Whatever uses none of those that are left is taken away: a circle stays.
    loop {
        let left: BTreeSet<String> = uses.keys().cloned().collect();
        uses.retain(|_, used| used.iter().any(|used| left.contains(used)));
        if uses.is_empty() || uses.len() == left.len() {
            break;
        }
    }
    assert!(uses.is_empty(), "a circle, or what uses one: {uses:?}");
}

/// The flags of the program, and the names that it is called by.
fn words_of_the_program() -> Vec<String> {
    let mut words =
        vec!["cargo xtask".to_owned(), "ljd fetch".to_owned(), "ljd dataset".to_owned()];
    for command in ["dataset", "fetch", "list", "verify", "show", "compare", "new-manifest"] {
        let mut help = Command::new(env!("CARGO_BIN_EXE_ljd"));
        let help = help.args([command, "--help"]).output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        let flags = help.split_whitespace().filter(|word| word.starts_with("--"));
        let name = |flag: &str| flag.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned();
        words.extend(flags.map(name).filter(|flag| 2 < flag.len()));
    }
    words
}

#[test]
fn libraries_name_neither_a_flag_nor_the_program() {
    let words = words_of_the_program();
    assert!(10 < words.len(), "{words:?}");
    for (path, text) in sources() {
        let path = path.strip_prefix(root()).unwrap().display().to_string();
        let is_program = ["crates/ljd/", "xtask/", "tests/"].iter().any(|it| path.starts_with(it));
        if is_program || !path.contains("/src/") {
            continue;
        }
        let text = text.split("#[cfg(test)]").next().unwrap();
        for word in &words {
            assert!(!text.contains(word.as_str()), "{path} names `{word}`");
        }
    }
}

#[test]
fn no_crate_builds_by_a_script_and_one_opens_sockets() {
    for package in ours(&metadata()) {
        for target in package["targets"].as_array().unwrap() {
            assert_ne!(target["kind"][0], "custom-build", "{}", package["name"]);
        }
    }
    let (net, client) = (["std::", "net"].concat(), ["ur", "eq"].concat());
    for (path, text) in sources() {
        // A test's server is no part of the program.
        let is_server = path.ends_with("tests/it/publishers.rs");
        if !is_server && !path.components().any(|part| part.as_os_str() == "ljd-fetch") {
            assert!(!text.contains(&net), "{} names {net}", path.display());
            assert!(!text.contains(&client), "{} names {client}", path.display());
        }
    }
}

#[test]
fn all_crates_have_one_version() {
    let metadata = metadata();
    let versions: BTreeSet<&str> =
        ours(&metadata).map(|package| package["version"].as_str().unwrap()).collect();
    assert_eq!(versions.len(), 1, "{versions:?}");
    let version = versions.first().unwrap();
    for package in ours(&metadata) {
        for dependency in package["dependencies"].as_array().unwrap() {
            if dependency["name"].as_str().unwrap().starts_with("ljd")
                && dependency["kind"].is_null()
            {
                assert_eq!(dependency["req"], format!("^{version}"), "{}", package["name"]);
            }
        }
    }
}

#[test]
fn dependencies_have_licences_that_we_know() {
    for package in metadata()["packages"].as_array().unwrap() {
        let license = package["license"].as_str().unwrap_or("none");
        assert!(
            LICENSES_OF_DEPENDENCIES.contains(&license),
            "{} is under {license}",
            package["name"]
        );
    }
}

#[test]
fn arrow_is_not_in_the_public_interface() {
    for (path, text) in sources() {
        for line in text.lines().map(str::trim_start) {
            let public = line.starts_with("pub ") && !line.starts_with("pub use crate");
            let foreign =
                line.contains("arrow::") || line.contains("arrow_") || line.contains("parquet::");
            assert!(!(public && foreign), "{}: {line}", path.display());
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for (path, text) in sources() {
        let is_test = path.components().any(|part| part.as_os_str() == "it");
        let is_root = path.file_name().is_some_and(|name| name == "main.rs");
        // The modules of a test binary are described where they are declared.
        if !is_test || is_root {
            assert!(text.starts_with("//! "), "{} opens without documentation", path.display());
        }
    }
}

#[test]
fn every_licence_has_its_text_and_every_text_its_licence() {
    let known: BTreeSet<String> =
        License::all().map(|license| format!("{}.txt", license.id())).collect();
    let texts: BTreeSet<String> = fs::read_dir(root().join("LICENSES"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(known, texts);
    for license in License::all() {
        assert!(500 < license.text().len(), "{license} is too short to be the whole text");
    }
}

#[test]
fn every_manifest_belongs_to_a_corpus_and_every_corpus_is_everywhere() {
    let readmes =
        ["README.md", "README_ja.md"].map(|name| fs::read_to_string(root().join(name)).unwrap());
    let fixtures = fs::read_to_string(root().join("tests/fixtures.json")).unwrap();
    let fixtures = Recipe::parse(&fixtures, "tests/fixtures.json", None).unwrap();
    let recipes = Recipe::built_in_names().filter(|name| *name != "sample");
    let recipes: Vec<Recipe> = recipes.map(|name| Recipe::built_in(name, None).unwrap()).collect();
    let has = |recipe: &Recipe, name: &str| recipe.corpora.iter().any(|it| it.name == name);
    for (family, corpora) in FAMILIES {
        let manifests = root().join("data-manifests").join(family);
        let mut named = BTreeSet::new();
        for corpus in *corpora {
            let manifest = Manifest::parse(corpus.manifest(), "manifest").unwrap();
            let name = &manifest.source.name;
            assert_eq!(corpus.name(), name, "the corpus has the name of its manifest");
            for readme in &readmes {
                assert!(readme.contains(&format!("| `{name}` |")), "{name} is in no table");
            }
            assert!(has(&fixtures, name), "{name} is not in tests/fixtures.json");
            assert!(recipes.iter().any(|recipe| has(recipe, name)), "{name} is in no recipe");
            let file = format!("{name}.json");
            let fixture = format!("crates/ljd-{family}/tests/fixtures/manifests/{file}");
            assert!(root().join(&fixture).exists(), "{fixture} is missing");
            let text = fs::read_to_string(manifests.join(&file)).unwrap();
            assert_eq!(text, corpus.manifest(), "{file} is what is compiled in");
            assert!(named.insert(file), "{name} stands twice");
        }
        let files: BTreeSet<String> = fs::read_dir(&manifests)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(named, files);
    }
}

#[test]
fn every_column_is_in_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, table) = readme.split_once("| column | type | meaning |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let names: Vec<&str> = table
        .lines()
        .filter_map(|row| row.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(names, COLUMNS.map(|column| column.name));
}

/// A number as documents write it: 106,332.
fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

#[test]
fn the_tables_of_corpora_say_what_the_manifests_say() {
    let [readme, japanese] =
        ["README.md", "README_ja.md"].map(|name| fs::read_to_string(root().join(name)).unwrap());
    for corpus in FAMILIES.iter().flat_map(|(_, corpora)| *corpora) {
        let manifest: Value = serde_json::from_str(corpus.manifest()).unwrap();
        let name = manifest["name"].as_str().unwrap();
        let row = |readme: &str| -> Vec<String> {
            let start = format!("| `{name}` |");
            let row = readme.lines().find(|line| line.starts_with(&start)).unwrap();
            row.split('|').map(|cell| cell.trim().to_owned()).collect()
        };
        let (row, japanese) = (row(&readme), row(&japanese));
        let earlier = manifest["earlier"].as_array().map_or(&[][..], Vec::as_slice);
        let mut licenses = earlier.iter().chain([&manifest]).map(|of| {
            let license = of["license"].as_str().unwrap();
            license.strip_prefix("LicenseRef-").unwrap_or(license).replace('-', " ")
        });
        let said = row[3].replace('-', " ").replace("public domain in Japan", "PublicDomain");
        assert!(licenses.any(|license| said.contains(&license)), "{name} is under {said}");
        let tasks: Vec<String> =
            strings_of(&manifest["tasks"]).iter().map(|task| task.replace('-', " ")).collect();
        assert_eq!(row[4], tasks.join(", "), "tasks of {name}");
        // What v0 never read has no count that could be compared.
        if let Some(expected) = manifest["expected"]["v0"].as_u64() {
            for cell in [&row[5], &japanese[5]] {
                let said = cell.split(' ').next();
                assert_eq!(said, Some(with_commas(expected).as_str()), "records of {name}");
            }
        }
        let license = japanese[3].replace("日本でパブリックドメイン", "public domain in Japan");
        assert_eq!(Some(license.as_str()), row[3].split(':').next(), "licence of {name}");
    }
}

fn strings_of(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// By corpus the last cell of each row of a table.
fn last_cells(document: &str, header: &str) -> BTreeMap<String, String> {
    let (_, table) = document.split_once(header).unwrap();
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    let cells = |row: &str| {
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        (cells[1].trim_matches('`').to_owned(), cells.last().unwrap().to_string())
    };
    rows.map(cells).collect()
}

#[test]
fn the_readme_says_of_v0_what_was_compared() {
    let [readme, compared] =
        ["README.md", "docs/V0.md"].map(|name| fs::read_to_string(root().join(name)).unwrap());
    let states =
        last_cells(&readme, "| corpus | what | licence | tasks | records by v0's rules | state |");
    let compared = last_cells(&compared, "| corpus | records of v0 | state |");
    assert!(20 <= compared.len(), "{compared:?}");
    for (corpus, state) in &compared {
        assert_eq!(states.get(corpus), Some(state), "{corpus}");
    }
}

#[test]
fn every_option_is_documented() {
    let documentation = fs::read_to_string(root().join("data-manifests/README.md")).unwrap();
    let corpora = FAMILIES.iter().flat_map(|(_, corpora)| *corpora);
    for option in corpora.flat_map(|corpus| corpus.options()) {
        assert!(documentation.contains(&format!("| `{}` |", option.name)), "{}", option.name);
        for value in option.values {
            assert!(documentation.contains(&format!("`{value}`")), "{}: {value}", option.name);
        }
    }
}

#[test]
fn the_check_ends_with_the_test_command_of_the_readme() {
    let check = fs::read_to_string(root().join(".ci/run")).unwrap();
    let last = check.lines().last().unwrap();
    let command = last.strip_prefix("step \"tests\" ").expect("the last step runs the tests");
    for readme in ["README.md", "README_ja.md"] {
        let readme = fs::read_to_string(root().join(readme)).unwrap();
        assert!(readme.contains(&format!("```sh\n{command}\n```")), "`{command}`");
    }
}

#[test]
fn the_command_of_the_readme_is_the_binary_that_is_tested() {
    let config = fs::read_to_string(root().join(".cargo/config.toml")).unwrap();
    let alias = "[alias]\nxtask = \"run --release --package xtask --\"\n";
    assert!(config.starts_with(alias), "{config}");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("```sh\ncargo xtask dataset\n```"));
}

/// Every document of the workspace, by path.
fn documents() -> Vec<(PathBuf, String)> {
    let folders = ["", "bench", "data-manifests", "docs", "crates/ljd/samples"];
    let folders = folders.iter().map(|folder| root().join(folder));
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let entries = folders.chain(crates).flat_map(|folder| fs::read_dir(folder).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    let documents = paths.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    documents.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut n_links = 0;
    for (path, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.starts_with('#') {
                continue;
            }
            let file = link.split('#').next().unwrap();
            let there = path.parent().unwrap().join(file);
            assert!(there.exists(), "{}: {link} leads nowhere", path.display());
            n_links += 1;
        }
    }
    assert!(20 < n_links, "{n_links} links");
}

#[test]
fn every_file_that_the_architecture_names_is_there() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let named = architecture.split('`').skip(1).step_by(2);
    let is_path = |name: &&str| name.contains('/') && !name.contains(['<', ' ', '…']);
    let mut n_paths = 0;
    for name in named.filter(is_path) {
        let places = [root().join(name), root().join("crates").join(name)];
        let is_made = name == "raw/ljd-lock.json";
        assert!(is_made || places.iter().any(|path| path.exists()), "{name} is nowhere");
        n_paths += 1;
    }
    assert!(20 < n_paths, "{n_paths} paths");
}

/// `support::shared` lets a test fail whose files are asked for and missing.
#[test]
fn published_files_are_found_in_one_way() {
    let beside = ["..", "/shared"].concat();
    for (path, text) in sources() {
        if path.starts_with(root().join("tests")) && !path.ends_with("support.rs") {
            assert!(!text.contains(&beside), "{} looks for files by itself", path.display());
        }
    }
}

#[test]
fn the_workflows_run_the_check() {
    for name in ["check", "publish"] {
        let path = root().join(format!(".github/workflows/{name}.yml"));
        let workflow = fs::read_to_string(path).unwrap();
        assert!(workflow.contains("- run: .ci/run\n"), "{name}");
    }
}

#[test]
fn every_recipe_is_compiled_in() {
    for entry in fs::read_dir(root().join("data-manifests/recipes")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let recipe = Recipe::built_in(name, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(recipe.name, name);
        assert_eq!(
            recipe,
            Recipe::parse(
                &fs::read_to_string(&path).unwrap(),
                &format!("recipes/{name}.json"),
                None
            )
            .unwrap()
        );
    }
}

#[test]
fn every_field_is_documented() {
    let documentation = fs::read_to_string(root().join("data-manifests/README.md")).unwrap();
    // What is told of an unknown field names every known one.
    let manifest = Manifest::parse(r#"{ "?": 0 }"#, "manifest").unwrap_err().to_string();
    let file = Manifest::parse(r#"{ "files": [{ "?": 0 }] }"#, "manifest").unwrap_err().to_string();
    let recipe = Recipe::parse(r#"{ "?": 0 }"#, "recipe", None).unwrap_err().to_string();
    let mut n_fields = 0;
    let corpus = r#"{ "corpora": [{ "?": 0 }] }"#;
    let corpus = Recipe::parse(corpus, "recipe", None).unwrap_err().to_string();
    for message in [manifest, file, recipe, corpus] {
        let known = message.split_once("known are: ").expect("a list of fields").1;
        for field in known.split(", ") {
            assert!(
                documentation.contains(&format!("| `{field}` |")),
                "`{field}` is not documented"
            );
            n_fields += 1;
        }
    }
    assert!(20 < n_fields, "{n_fields} fields");
    let rules = Recipe::parse(r#"{ "quality": { "?": "all" } }"#, "recipe", None).unwrap_err();
    let rules = rules.to_string();
    for rule in rules
        .split_once("known are: ")
        .expect("a list of rules")
        .1
        .split(" at ")
        .next()
        .unwrap()
        .split(", ")
    {
        assert!(documentation.contains(&format!("`{rule}`")), "`{rule}` is not documented");
    }
}

#[test]
fn every_promise_of_fetch_names_tests_and_every_test_is_named() {
    let readme = fs::read_to_string(root().join("crates/ljd-fetch/README.md")).unwrap();
    let named = |name: &str| readme.contains(&format!("`{name}`"));
    let files = ["it/download.rs", "it/hostile.rs", "it/published.rs"];
    let is_tested = |path: &Path| files.iter().any(|file| path.ends_with(file));
    let tests = sources().into_iter().filter(|(path, _)| is_tested(path));
    let mut n_tests = 0;
    for (_, text) in tests {
        for test in text.split("#[test]\nfn ").skip(1) {
            let name = test.split('(').next().unwrap();
            assert!(named(name), "{name} is in no row of the table");
            n_tests += 1;
        }
    }
    assert!(15 < n_tests, "{n_tests} tests");
}

#[test]
fn every_promise_names_tests_that_there_are() {
    let safety = fs::read_to_string(root().join("docs/SAFETY.md")).unwrap();
    let sources: Vec<(PathBuf, String)> = sources();
    let is_test = |name: &str| {
        let function = format!("fn {name}()");
        sources.iter().any(|(_, text)| text.contains("#[test]") && text.contains(&function))
    };
    let rows = safety.lines().filter_map(|line| line.strip_prefix("| ")?.rsplit_once(" | "));
    let mut n_names = 0;
    for name in rows.flat_map(|(_, shown)| shown.split('`').skip(1).step_by(2)) {
        assert!(is_test(name) || root().join(name).is_file(), "{name} is nowhere");
        n_names += 1;
    }
    assert!(40 < n_names, "{n_names} names");
    let whole = ["folders.rs", "signals.rs", "verify.rs"];
    for (path, text) in &sources {
        let is_whole = whole.iter().any(|name| path.ends_with(format!("it/{name}")));
        for test in text.split("#[test]\n").skip(1).filter(|_| is_whole) {
            let name = test.split_once("fn ").unwrap().1.split('(').next().unwrap();
            assert!(safety.contains(&format!("`{name}`")), "{name} is in no row of the table");
        }
    }
}

/// The families' lists are those that their corpora have; no list says the same thing twice, and nearly each keeps a
/// wording back.
#[test]
fn every_list_of_wordings_is_read() {
    // Which of these fits is decided by the kind of fact, so that none could stand for the others.
    let by_kind = ["fact-kind", "other-names"];
    for (family, corpora) in FAMILIES {
        let path = format!("data-manifests/phrasings/{family}.json");
        let text = fs::read_to_string(root().join(&path)).unwrap();
        let phrasings = Phrasings::parse(&text, &path).unwrap();
        assert!(corpora.iter().any(|corpus| corpus.phrasings() == text), "{family}");
        for list in phrasings.lists() {
            let held_out = phrasings.wordings(list, "").filter(|wording| wording.is_held_out());
            assert_eq!(0 < held_out.count(), !by_kind.contains(&list), "{list}");
            assert!(8 <= phrasings.wordings(list, "").count(), "{list}");
        }
    }
}
