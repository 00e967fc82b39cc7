//! From a plan to a dataset on disk: reads every corpus on all cores, and decides in order what is written.

pub(crate) mod build;
mod convert;
mod decisions;
mod decontaminate;
mod dropped;
mod figures;
pub(crate) mod flow;
mod held_out;
mod job;
mod learn;
mod part;
mod pipeline;
mod shards;
pub(crate) mod steps;
mod store;
