use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use ljd_core::{Cancel, Result};
use ljd_export::{BuildOptions, Format, Report, build};
use serde_json::Value;

use crate::build::{folder, plan};

/// Words and runs of other characters, and much that only training needs: truncation, padding, special tokens.
const TOKENIZER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tokenizer.json");

/// Builds `n` lines with a tokenizer.
fn run(folder: &Path, jobs: usize, limit: Option<u64>, tokenizer: &str) -> Result<Report> {
    let options = BuildOptions {
        out: folder.join("out"),
        jobs: NonZeroUsize::new(jobs).unwrap(),
        limit,
        formats: vec![Format::Jsonl],
        keep_dropped: false,
        decontaminate: Vec::new(),
        tokenizer: Some(PathBuf::from(tokenizer)),
        evaluation: false,
        max_file_bytes: BuildOptions::MAX_FILE_BYTES,
        cache: None,
        cancel: Cancel::default(),
    };
    build(&plan(folder, &Value::Null, None), &options, &mut |_| {})
}

#[cfg(feature = "tokenizer")]
mod with_the_feature {
    use std::error::Error;
    use std::fs;

    use super::*;

    /// Two tokens of the instruction, three of the input, one of the output.
    const OF_A_LINE: u64 = 6;

    #[test]
    fn tokens_are_those_of_all_text_without_special_ones() {
        let folder = folder(10);
        let report = run(folder.path(), 1, None, TOKENIZER).unwrap();
        // The seventh line follows a word, the eighth one three sentences of two tokens.
        assert_eq!(report.corpora[0].tokens, Some(10 * OF_A_LINE + 1 + 6));
        let file = report.tokenizer.unwrap();
        assert_eq!(file.name, "tokenizer.json");
        assert_eq!(file.sha256.len(), 64);
        let page = fs::read_to_string(folder.path().join("out/report.html")).unwrap();
        assert!(page.contains("<dt>tokens</dt><dd>67</dd>"), "{page}");
        let longer = report.corpora[0].longer_than.as_ref().unwrap().counts();
        let expected = [(256, 0), (512, 0), (1_024, 0), (2_048, 0), (4_096, 0)];
        assert_eq!(longer.collect::<Vec<_>>(), expected);
        assert!(page.contains(&file.sha256), "{page}");
    }

    #[test]
    fn tokens_of_records_that_are_not_written_do_not_count() {
        let folder = folder(1_000);
        for jobs in [1, 3] {
            let report = run(folder.path(), jobs, Some(3), TOKENIZER).unwrap();
            assert_eq!(report.corpora[0].tokens, Some(3 * OF_A_LINE));
        }
    }

    #[test]
    fn threads_do_not_change_the_count() {
        let folder = folder(20_000);
        let tokens = |jobs| run(folder.path(), jobs, None, TOKENIZER).unwrap().corpora[0].tokens;
        let one = tokens(1);
        assert_eq!(one, Some(20_000 * OF_A_LINE + 2_000 * 7));
        assert_eq!(one, tokens(3));
    }

    /// Runs with a wrong tokenizer file; nothing may be left.
    fn refused(name: &str, text: &str) -> String {
        let folder = folder(5);
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let error = run(folder.path(), 1, None, path.to_str().unwrap()).unwrap_err();
        assert!(!folder.path().join("out").exists());
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        format!("{error}: {cause}")
    }

    #[test]
    fn a_file_that_is_no_tokenizer_is_named() {
        let error = refused("wrong.json", "{\"model\": 7}");
        assert!(error.contains("wrong.json: cannot count tokens with this tokenizer: "), "{error}");
        let folder = folder(5);
        let missing = folder.path().join("missing.json");
        let error = run(folder.path(), 1, None, missing.to_str().unwrap()).unwrap_err();
        assert!(error.to_string().ends_with("missing.json: cannot read"), "{error}");
    }

    #[test]
    fn a_tokenizer_that_fails_on_a_text_is_named() {
        let text = fs::read_to_string(TOKENIZER).unwrap();
        let error = refused("no-unk.json", &text.replace("\"[UNK]\": 0", "\"?\": 0"));
        assert!(error.contains("no-unk.json: cannot count tokens with this tokenizer"), "{error}");
    }
}

#[cfg(not(feature = "tokenizer"))]
#[test]
fn without_the_feature_a_tokenizer_is_refused() {
    let folder = folder(5);
    let error = run(folder.path(), 1, None, TOKENIZER).unwrap_err();
    assert_eq!(error.to_string(), "this build lacks the feature `tokenizer`");
}
