//! What a server sends in place of a file.

/// Whether bytes begin a page for a browser: a publisher's notice, a login, a proxy's excuse.
///
/// A byte order mark and white space may stand in front.
///
/// ```
/// assert!(ljd_core::is_web_page(b"\n<!DOCTYPE html>"));
/// assert!(!ljd_core::is_web_page(b"<mediawiki>"));
/// ```
pub fn is_web_page(start: &[u8]) -> bool {
    const STARTS: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<body"];
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let starts_with =
        |start: &[u8]| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    // XHTML says that it is XML before it says that it is a page.
    let is_xhtml = starts_with(b"<?xml")
        && text.windows(5).any(|window| window.eq_ignore_ascii_case(b"<html"));
    is_xhtml || STARTS.into_iter().any(starts_with)
}
