//! What has to go with the records: notice, licence texts, cards, and the report for people and for programs.

use ljd_core::{Error, ErrorKind, License, Result};

use crate::plan::layout::{CARD, CROISSANT, LICENSES, NOTICE, PAGE, REPORT};
use crate::plan::{Format, Plan};
use crate::report::{Report, card, croissant, html, llama_factory, notice};
use crate::write::folder::Folder;

/// The licences of the sources, each once, by their ids.
pub(crate) fn licenses(plan: &Plan) -> Vec<License> {
    let sources = plan.corpora.iter().map(|planned| planned.raw.manifest().source.license);
    let mut licenses: Vec<License> = sources.collect();
    licenses.sort_by_key(|license| license.id());
    licenses.dedup();
    licenses
}

/// Writes what has to go with the records: notice, licence texts, card, and the report itself, for people and for
/// machines.
pub(crate) fn write(
    plan: &Plan,
    formats: &[Format],
    folder: &Folder,
    report: &mut Report,
) -> Result<()> {
    let manifests: Vec<_> = plan.corpora.iter().map(|planned| planned.raw.manifest()).collect();
    for license in licenses(plan) {
        let name = format!("{LICENSES}/{}.txt", license.id());
        report.files.push(folder.write(&name, license.text())?);
    }
    report.files.push(folder.write(NOTICE, &notice::text(&plan.recipe, &manifests))?);
    for format in [Format::Alpaca, Format::ShareGpt] {
        if formats.contains(&format) {
            let name = format!("{}/dataset_info.json", format.as_str());
            report.files.push(folder.write(&name, &llama_factory::text(report, format))?);
        }
    }
    for format in formats.iter().filter(|format| format.is_chat()) {
        let name = format!("{}/{CARD}", format.as_str());
        report.files.push(folder.write(&name, &card::of_format(plan, report, *format))?);
    }
    let card = card::text(plan, &manifests, report, formats);
    report.files.push(folder.write(CARD, &card)?);
    if let Some(croissant) = croissant::text(plan, report, formats) {
        report.files.push(folder.write(CROISSANT, &croissant)?);
    }
    let page = html::text(&plan.recipe.description, &manifests, report);
    report.files.push(folder.write(PAGE, &page)?);
    let json = serde_json::to_string_pretty(report)
        .map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))?;
    folder.write(REPORT, &format!("{json}\n"))?;
    Ok(())
}
