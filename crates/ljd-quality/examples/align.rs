//! Scores sentence pairs by how well their words explain each other.
//!
//! `align LEARN [JOBS]` learns from the lines of the file LEARN, each a Japanese sentence, a tab and an English one, and
//! writes the score of each such line that it is given, one a line.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::num::NonZeroUsize;

use ljd_core::Cancel;
use ljd_quality::{Learner, Pair};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let learn = arguments.next().ok_or("which file are the pairs in to learn from?")?;
    let jobs = arguments.next().map_or(Ok(NonZeroUsize::MIN), |jobs| jobs.parse())?;
    let mut learner = Learner::default();
    for line in BufReader::new(File::open(learn)?).lines() {
        learner.add(&pair(&line?)?);
    }
    let alignment = learner.learn(jobs, &Cancel::default())?;
    let alignment = alignment.ok_or(format!("fewer than {} pairs", Learner::LEAST_PAIRS))?;
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", alignment.score(&pair(&line?)?))?;
    }
    Ok(out.flush()?)
}

fn pair(line: &str) -> Result<Pair, String> {
    let (ja, en) = line.split_once('\t').ok_or_else(|| format!("no tab in {line}"))?;
    Ok(Pair::new(ja, en))
}
