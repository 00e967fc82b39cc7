//! `cargo xtask verify`: the digests of the published files, or of a finished dataset.

use std::path::PathBuf;

use clap::Args;
use ljd_core::Result;

use crate::corpora::Inputs;
use crate::terminal::print;
use crate::{fail, fetch, table};

/// Check the digests of the published files that are there, or of a finished dataset
#[derive(Args)]
#[command(
    after_help = "Examples: cargo xtask verify --raw raw\n          cargo xtask verify out/clean"
)]
pub(crate) struct Arguments {
    /// A finished dataset, whose files are compared with its report.json
    #[arg(value_name = "OUT")]
    dataset: Option<PathBuf>,
    /// The corpora of a recipe, by its name or a file of your own; every corpus if absent
    #[arg(long)]
    recipe: Option<String>,
    #[command(flatten)]
    inputs: Inputs,
}

pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<bool> {
    let Some(dataset) = &arguments.dataset else {
        return fetch::verify_raw(arguments.recipe.as_deref(), &arguments.inputs, quiet);
    };
    let mut is_right = true;
    let mut rows = Vec::new();
    for (path, checked) in ljd_export::verify(dataset)? {
        let state = match checked {
            Ok(()) => "verified",
            Err(error) => {
                fail(&error);
                is_right = false;
                "wrong"
            }
        };
        rows.push([path, state.to_owned()]);
    }
    print(&table::of(["file", "state"], &rows))?;
    Ok(is_right)
}
