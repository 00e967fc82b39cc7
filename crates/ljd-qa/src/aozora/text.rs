//! The lines of a text, and the lines that divide it.

/// The lines, whichever line ends the file has: CRLF, LF, or CR alone, as four works of the collection have.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// A line of hyphens around the legend, as the collection writes them.
pub(super) fn is_ruler(line: &str) -> bool {
    line.starts_with("----------------------------------------------")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_end_ends_a_line() {
        let all: Vec<&str> = lines("一\r\n二\n三\r四\r\n\r\n五").collect();
        assert_eq!(all, ["一", "二", "三", "四", "", "五"]);
    }
}
