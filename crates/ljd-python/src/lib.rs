//! The native half of the Python package `ljd_datasets`: what the Python half, in `python/ljd_datasets`, is made of.
//!
//! Records cross the border as Arrow arrays, through the C data interface, which every table library of Python reads
//! without a copy. No other crate of ljd sees Arrow and Python.

mod aozora;
mod arguments;
mod build;
mod chat;
mod columns;
mod errors;
mod fetch;
mod judge;
mod program;
mod reader;
mod table;
mod values;
mod waiting;
mod wikitext;

use pyo3::prelude::*;

/// What `ljd_datasets` takes from here; people import that.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::{
        aozora::{Work, aozora_read},
        arguments::Inputs,
        build::build,
        chat::{Column, conversations},
        fetch::fetch,
        judge::{Judge, Seen, Verdict},
        program::run,
        reader::{Batch, Batches, Record, Records},
        wikitext::{Page, Pages, wikitext_read, wikitext_to_text},
    };

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
