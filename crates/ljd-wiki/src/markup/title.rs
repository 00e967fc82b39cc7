//! Targets of links: what their prefixes mean, and which are none.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{inline, len_before, marks, table};
use crate::pages::{Namespaces, after_redirect_word};

/// What a link with a prefix shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// A picture, which is no text.
    File,
    /// Nothing: the page is put into a category.
    Category,
    /// Nothing: the page in another language.
    Language,
}

/// What the prefixes of links mean.
///
/// ```
/// use ljd_wiki::markup::{Options, Prefixes, Templates, Wiki};
/// use ljd_wiki::pages::Namespaces;
///
/// let info = r#"<siteinfo><namespaces><namespace key="6">Файл</namespace></namespaces></siteinfo>"#;
/// let wiki = Wiki { templates: Templates::default(), prefixes: Prefixes::of(&Namespaces::read(info)) };
/// assert_eq!(wiki.text("[[Файл:A.jpg|мини]]дъжд", &Options::default()).text, "дъжд");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Prefixes(BTreeMap<String, Shows>);

/// The codes of Wikipedia's languages, which are prefixes in every wiki.
const LANGUAGES: &str = "aa ab ace ady af ak als alt am ami an ang ann anp ar arc ary arz as ast atj av avk awa ay az azb \
ba ban bar bat-smg bbc bcl bdr be be-tarask be-x-old bew bg bh bi bjn blk bm bn bo bpy br bs btm bug bxr ca cbk-zam cdo ce \
ceb ch cho chr chy ckb co cr crh cs csb cu cv cy da dag de dga din diq dsb dtp dty dv dz ee el eml en eo es et eu ext fa \
fat ff fi fiu-vro fj fo fon fr frp frr fur fy ga gag gan gcr gd gl glk gn gom gor got gpe gsw gu guc gur guw gv ha hak haw \
he hi hif ho hr hsb ht hu hy hyw hz ia iba id ie ig igl ii ik ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp kcg kg \
kge ki kj kk kl km kn ko koi kr krc ks ksh ku kus kv kw ky la lad lb lbe lez lfn lg li lij lld lmo ln lo lrc lt ltg lv mad \
mai map-bms mdf mg mh mhr mi min mk ml mn mni mnw mos mr mrj ms mt mus mwl my myv mzn na nah nan nap nds nds-nl ne new ng \
nia nl nn no nov nqo nr nrm nso nv ny oc olo om or os pa pag pam pap pcd pcm pdc pfl pi pih pl pms pnb pnt ps pt pwn qu rm \
rmy rn ro roa-rup roa-tara ru rue rw sa sah sat sc scn sco sd se sg sgs sh shi shn shy si simple sk skr sl sm smn sn so sq \
sr srn ss st stq su sv sw szl szy ta tay tcy tdd te tet tg th ti tig tk tl tly tn to tok tpi tr trv ts tt tum tw ty tyv udm \
ug uk ur uz ve vec vep vi vls vo vro wa war wo wuu xal xh xmf yi yo yue za zea zgh zh zh-classical zh-min-nan zh-yue zu";

/// Prefixes of files and categories that every wiki, or one in Japanese, knows.
const COMMON: [(&str, Shows); 8] = [
    ("file", Shows::File),
    ("image", Shows::File),
    ("ファイル", Shows::File),
    ("画像", Shows::File),
    ("category", Shows::Category),
    ("カテゴリ", Shows::Category),
    ("timedtext", Shows::File),
    ("ファイル‐ノート", Shows::File),
];

/// Namespaces that a title in them cannot be empty in.
const NAMESPACES: [&str; 9] =
    ["project", "user", "talk", "template", "help", "special", "mediawiki", "user talk", "portal"];

impl Prefixes {
    /// The names that MediaWiki has in every wiki, those in Japanese, and the codes of languages.
    pub fn common() -> Self {
        let languages = LANGUAGES.split(' ').map(|code| (code.to_owned(), Shows::Language));
        let common = COMMON.map(|(name, shows)| (name.to_owned(), shows));
        Self(languages.chain(common).collect())
    }

    /// Those names and what a dump's `<siteinfo>` calls files and categories.
    pub fn of(namespaces: &Namespaces) -> Self {
        let mut prefixes = Self::common();
        for (name, number) in namespaces.iter() {
            let shows = match number {
                6 => Shows::File,
                14 => Shows::Category,
                _ => continue,
            };
            prefixes.0.insert(name.to_lowercase(), shows);
        }
        prefixes
    }

    fn shows(&self, prefix: &str) -> Option<Shows> {
        let prefix = prefix.trim();
        // No prefix that shows nothing is longer in any language.
        if 60 < prefix.len() {
            return None;
        }
        let found = self.0.get(prefix).copied();
        found.or_else(|| self.0.get(&prefix.to_lowercase()).copied())
    }

    /// Whether a link that begins so is one to a file, whose caption may have lines and links.
    pub(super) fn is_file(&self, target: &str) -> bool {
        let prefix = target.split_once(':').map(|(prefix, _)| prefix);
        prefix.is_some_and(|prefix| self.shows(prefix) == Some(Shows::File))
    }
}

/// What a link shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Link<'t> {
    /// A text, with the target.
    Text(&'t str, Cow<'t, str>),
    /// Nothing.
    Nothing,
    /// Nothing; the category is named.
    Category(&'t str),
    /// It leads nowhere: its marks are text.
    Broken,
}

/// Bytes that may mean something in a title.
const MARKS: [bool; 256] = table(b":#%&<>[]{}|/\n\x01\x02\x03\x04");

/// Whether a text is a title of which nothing needs to be looked at.
pub(super) fn is_plain_title(text: &str) -> bool {
    len_before(text, &MARKS) == text.len()
        && !text.is_empty()
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
}

/// What a link with that target and text shows.
pub(super) fn link<'t>(
    target: &'t str,
    text: Option<&'t str>,
    prefixes: &Prefixes,
    keeps_broken: bool,
) -> Link<'t> {
    let whole = target.trim();
    let name = whole.strip_prefix(':').map_or(whole, str::trim_start);
    let is_escaped = name.len() != whole.len();
    let (page, rest) = name.split_once(':').map_or(("", name), |(prefix, rest)| (prefix, rest));
    let shows = if is_escaped || page.is_empty() { None } else { prefixes.shows(page) };
    match shows {
        Some(Shows::File) => return Link::Nothing,
        Some(Shows::Category) => return Link::Category(rest.trim()),
        Some(Shows::Language) if !rest.trim().is_empty() => return Link::Nothing,
        _ => {}
    }
    if !is_title(name) || page_is_missing(page, rest) {
        return Link::Broken;
    }
    match text {
        Some(text) if text.trim().is_empty() && keeps_broken => Link::Broken,
        Some(text) if text.trim().is_empty() => {
            Link::Text(name, Cow::Borrowed(without_qualifier(name)))
        }
        Some(text) => Link::Text(name, Cow::Borrowed(text)),
        None => Link::Text(name, decoded(name)),
    }
}

fn page_is_missing(prefix: &str, rest: &str) -> bool {
    let is_namespace = || NAMESPACES.contains(&prefix.trim().to_lowercase().as_str());
    (rest.trim().is_empty() || rest.trim_start().starts_with('#'))
        && !prefix.is_empty()
        && is_namespace()
}

/// Whether it can be a title, as far as its characters tell.
fn is_title(name: &str) -> bool {
    let (page, fragment) =
        name.split_once('#').map_or((name, None), |(page, fragment)| (page, Some(fragment)));
    let is_wrong = |c: char| {
        matches!(c, '[' | ']' | '{' | '}' | '|' | '\n') || marks::is_one(c) && c != marks::DROPPED
    };
    if name.contains(is_wrong)
        || page.contains(['<', '>'])
        || page.trim().is_empty() && fragment.is_none()
    {
        return false;
    }
    if inline::has_protocol(name) {
        return false;
    }
    if !page.contains(['%', '&']) {
        return true;
    }
    // A title is decoded once; what then looks as if it were to be decoded again is none.
    let page = inline::without_references(&decoded(page));
    !page.contains(['<', '>', '[', ']', '{', '}', '|', '#'])
        && !has_reference(&page)
        && matches!(decoded(&page), Cow::Borrowed(_))
}

fn has_reference(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| inline::reference(super::tail(text, at)).is_some())
}

/// A title with `%` and two digits as the character that they stand for.
fn decoded(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(name.len()), name.as_bytes());
    let mut is_changed = false;
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits
            .filter(|digits| *first == b'%' && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        is_changed |= byte.is_some();
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    match String::from_utf8(bytes) {
        Ok(name) if is_changed => Cow::Owned(name),
        _ => Cow::Borrowed(name),
    }
}

/// The pipe trick: a title without prefix and without what is in brackets, or behind a comma, at its end.
fn without_qualifier(title: &str) -> &str {
    let title = title.split_once(':').map_or(title, |(_, title)| title);
    let in_brackets = title.split(['(', '（']).next().unwrap_or(title).trim_end();
    if in_brackets.len() != title.len() && !in_brackets.is_empty() {
        return in_brackets;
    }
    title.split([',', '、']).next().unwrap_or(title).trim_end()
}

/// The page that a redirect leads to.
pub(super) fn redirect(wikitext: &str) -> Option<String> {
    let rest = after_redirect_word(wikitext)?.trim_start().trim_start_matches([':', ' ']);
    let target = rest.strip_prefix("[[")?.split(']').next()?;
    let target = target.split('|').next().unwrap_or(target).trim();
    (!target.is_empty()).then(|| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(target: &str, text: Option<&str>) -> Option<String> {
        match link(target, text, &Prefixes::common(), false) {
            Link::Text(_, text) => Some(text.into_owned()),
            Link::Nothing | Link::Category(_) => Some(String::new()),
            Link::Broken => None,
        }
    }

    #[test]
    fn prefixes_show_nothing_where_they_mean_something() {
        for hidden in
            ["File:A.jpg", "ファイル: A", "category:天気", "en:Rain", "be-x-old:A", "simple:A"]
        {
            assert_eq!(shown(hidden, None).as_deref(), Some(""), "{hidden}");
        }
        for text in ["Re:雨", "w:Rain", "IRCX: a", "雨: 物語"] {
            assert_eq!(shown(text, None).as_deref(), Some(text));
        }
        assert_eq!(shown(":Category:天気", None).as_deref(), Some("Category:天気"));
        assert_eq!(shown(":en:Rain", Some("英語版")).as_deref(), Some("英語版"));
    }

    #[test]
    fn what_is_no_title_is_no_link() {
        for broken in
            ["", "a[b", "a{", "http://a b", "//a", "%3c", "7%2525", "a&amp;amp;b", "Project:#a"]
        {
            assert_eq!(shown(broken, None), None, "{broken}");
        }
        assert_eq!(shown("%33%45", None).as_deref(), Some("3E"));
        assert_eq!(shown("#節", None).as_deref(), Some("#節"));
        assert_eq!(shown("7% 雨", None).as_deref(), Some("7% 雨"));
    }

    #[test]
    fn the_pipe_trick_is_done() {
        for (title, expected) in [
            ("パイプ (曖昧さ回避)", "パイプ"),
            ("Help:雨", "雨"),
            ("Boston, Lincolnshire", "Boston"),
            ("雨", "雨"),
        ] {
            assert_eq!(shown(title, Some("")).as_deref(), Some(expected));
        }
    }

    #[test]
    fn redirects_name_their_target() {
        assert_eq!(redirect("#REDIRECT [[雨の国#節|x]]").as_deref(), Some("雨の国#節"));
        assert_eq!(redirect("#転送:[[雨]]").as_deref(), Some("雨"));
        assert_eq!(redirect("#REDIRECT"), None);
        assert_eq!(redirect("雨"), None);
    }
}
