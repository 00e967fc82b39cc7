//! From a plan to a dataset on disk: reads every corpus on all cores, and decides in order what is written.

pub(crate) mod build;
mod convert;
mod decontaminate;
mod dropped;
mod figures;
mod held_out;
mod job;
mod learn;
mod pipeline;
