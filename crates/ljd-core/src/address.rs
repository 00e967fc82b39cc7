//! Addresses as they may be shown.

/// What names of parameters have in them whose values are secret.
const SECRET: [&str; 9] =
    ["token", "key", "sign", "sig", "secret", "passw", "credential", "auth", "session"];

/// Stands for a secret.
const HIDDEN: &str = "***";

/// An address without the passwords and tokens in it: what is printed or stored of it.
///
/// User names and passwords before the host are hidden, and the values of parameters that are called a token, key,
/// signature or the like.
///
/// ```
/// use ljd_core::without_secrets;
///
/// let shown = without_secrets("https://me:pass@example.org/rain.zip?v=2&access_token=abc#top");
/// assert_eq!(shown, "https://***@example.org/rain.zip?v=2&access_token=***#top");
/// assert_eq!(without_secrets("https://example.org/a@b"), "https://example.org/a@b");
/// ```
pub fn without_secrets(url: &str) -> String {
    let (address, fragment) = split(url, '#');
    let (address, query) = split(address, '?');
    let mut shown = without_user(address);
    if let Some(query) = query {
        let parameters = query.split('&').map(without_value);
        shown.push('?');
        shown.push_str(&parameters.collect::<Vec<_>>().join("&"));
    }
    if let Some(fragment) = fragment {
        shown.push('#');
        // Some servers hand tokens out behind the fragment's mark.
        let parameters = fragment.split('&').map(without_value);
        shown.push_str(&parameters.collect::<Vec<_>>().join("&"));
    }
    shown
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = split(rest, '/');
    let host = authority
        .rsplit_once('@')
        .map_or_else(|| authority.to_owned(), |(_user, host)| format!("{HIDDEN}@{host}"));
    let path = path.map_or(String::new(), |path| format!("/{path}"));
    format!("{scheme}://{host}{path}")
}

fn without_value(parameter: &str) -> String {
    let Some((name, _value)) = parameter.split_once('=') else { return parameter.to_owned() };
    let lower = name.to_ascii_lowercase();
    if SECRET.iter().any(|secret| lower.contains(secret)) {
        return format!("{name}={HIDDEN}");
    }
    parameter.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        for (url, shown) in [
            ("http://token@host:80/a", "http://***@host:80/a"),
            ("http://a:b@c@host", "http://***@host"),
            ("ftp://me:pass@host/a@b?c", "ftp://***@host/a@b?c"),
            ("http://host?X-Amz-Signature=1&x=2", "http://host?X-Amz-Signature=***&x=2"),
            ("http://host/?AWSAccessKeyId=1;", "http://host/?AWSAccessKeyId=***"),
            ("http://host/#access_token=1", "http://host/#access_token=***"),
            ("copy/of/mine", "copy/of/mine"),
            ("http://host/?page=token", "http://host/?page=token"),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }
}
