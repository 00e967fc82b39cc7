//! `ljd verify`: the digests of the published files, or of a finished dataset.

use std::path::PathBuf;

use clap::Args;
use ljd_core::Result;

use crate::inputs::Inputs;
use crate::terminal::{Terminal, print};
use crate::{fetch, table};

/// Check the digests of the published files that are there, or of a finished dataset
#[derive(Args)]
#[command(
    after_help = "Examples: {program} verify --raw raw\n          {program} verify out/clean"
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

pub(crate) fn run(arguments: &Arguments, terminal: Terminal) -> Result<bool> {
    let Some(dataset) = &arguments.dataset else {
        return fetch::verify_raw(arguments.recipe.as_deref(), &arguments.inputs, terminal);
    };
    let mut is_right = true;
    let mut rows = Vec::new();
    for (path, checked) in ljd_export::verify(dataset)? {
        let state = match checked {
            Ok(()) => "verified",
            Err(error) => {
                terminal.fail(&error);
                is_right = false;
                "wrong"
            }
        };
        rows.push([path, state.to_owned()]);
    }
    print(&table::of(["file", "state"], &rows))?;
    Ok(is_right)
}
