"""A dump of invented pages that between them have every construct that WikiExtractor 3.0.6 knows.

Each piece of wikitext stands alone and between text, closed and not closed; then pieces follow each other in pairs.
"""
import html.entities
import itertools
from xml.sax.saxutils import escape

PIECES = [
    # Templates, tables, parameters.
    "{{雨}}", "{{雨|{{雪}}|風}}", "{{formatnum:1234567}}", "{{PAGENAME}}", "{{{1|雨}}}", "{{雨", "雨}}", "{雨}", "{{雨}}}",
    "{{{{雨}}}}", "{|\n| 雨\n|}", "{| class=\"a\"\n{|\n|}\n|}", "{|\n| 雨", "|}", "{{!}}", "-{雨}-", "-{zh-hans:a; zh-hant:b}-", "{{雨\n|雪={{風}}\n}}",
    # Links.
    "[[雨]]", "[[雨|雪]]", "[[雨|]]", "[[雨 (天気)|]]", "[[ファイル:A.jpg|thumb|[[雨]]の絵]]", "[[:en:Rain|英語版]]", "[[:Category:雨]]", "[[w:雨|雪]]",
    "[[wikt:雨]]", "[[W:雨]]", "[[Category:雨]]", "[[雨|雪|風]]", "[[雨|[[雪|風]]|雲]]", "[[雨|雪]]降り", "[[雨", "]]", "[[雨|[[雪]]", "[[ 雨 | 雪 ]]", "[[::雨]]", "[[雨#節:雪|風]]", "[[:雨]]", "[雨]",
    "[http://example.org]", "[http://example.org 例]", "[HTTPS://example.org 例]", "[//example.org 例]", "[http:// 例]", "[http://example.org\n例]",
    "[http://example.org 例\n雨]", "[http://a.org http://b.org/c.png]", "[http://a.org http://b.org/c.png 絵]", "[mailto:a@example.org 便り]", "[xmpp:a 雨]", "[http://a.org [雨] 雪]", "[http://a.org 雨", "[http://a\u3000雨]", "[foo://a 雨]", "[http://a.org \"雨\"]",
    # Switches, references, code.
    "__NOTOC__", "__toc__", "___TOC__", "__目次__", "__NOTOC____TOC__", "&nbsp;", "&amp;", "&amp;amp;", "&lt;ref&gt;", "&#12354;", "&#x3042;", "&#X3042;", "&#1_0;", "&#３５;", "&apos;", "&lang;", "&euro;", "&unknown;", "&雨;", "&#x110000;", "&#13;", "&#10;", "&#x0x41;", "&quot;", "& ;",
    "<syntaxhighlight lang=\"c\">a &lt; b</syntaxhighlight>", "<syntaxhighlight>a &lt; b</syntaxhighlight>", "<syntaxhighlight lang=\"c\">a", "<source lang=\"c\">a</source>",
    # Quotes.
    "'''雨'''", "''雨''", "'''''雨'''''", "''\"雨\"''", "\"\"雨\"\"", "'''雨", "''雨\n雪''", "''''雨''''", "''''''雨''''''", "'雨'", "'''雨''雪'''風''", "''[[雨]]''",
    # Tags.
    "<!-- 雨 -->", "<!-- 雨", "<!--雨\n雪-->", "<br>", "<br />", "<br/>", "<BR/>", "<br clear=\"all\" />", "</br>", "<hr/>", "<hr>", "<ref>雨</ref>", "<ref name=\"a\">雨</ref>", "<ref name=\"a\" />", "<ref name=\"a/b\">雨</ref>", "<ref>雨<ref>雪</ref></ref>", "<ref>雨", "雨</ref>", "<references />", "<references/>", "<references>雨</references>",
    "<nowiki>[[雨]]</nowiki>", "<nowiki />", "<nowiki/>", "<pre>雨</pre>", "<noinclude>雨</noinclude>", "<includeonly>雨</includeonly>", "<onlyinclude>雨</onlyinclude>",
    "<small>雨</small>", "<SMALL>雨</SMALL>", "<big>雨</big>", "<b>雨</b>", "<i class=\"a\">雨</i>", "<span style=\"color:red\">雨</span>", "<div>雨</div>", "<div class=\"a\">雨<div>雪</div></div>", "<center>雨</center>", "<font color=red>雨</font>", "<sup>2</sup>", "<sub>2</sub>", "<s>雨</s>", "<del>雨</del>", "<ruby>雨<rp>(</rp><rt>あめ</rt><rp>)</rp></ruby>", "<p>雨</p>", "<blockquote>雨</blockquote>", "<cite>雨</cite>", "<abbr title=\"雪\">雨</abbr>", "<h2>雨</h2>", "<h5>雨</h5>", "<a href=\"x\">雨</a>", "<poem>雨\n雪</poem>",
    "<math>x^2</math>", "<math display=\"block\">x^2</math>", "<math>x^2</math>と<math>y</math>と<math>x^2</math>", "<math>x", "<math\n>x</math>", "<math\tid=a>x</math>", "<MATH>x</MATH>", "<math>a</ math >", "<math>a<b</math>", "<code>雨</code>", "<code class=\"a\">雨</code><code>雪</code>", "<code>雨",
    "<gallery>\nA.jpg|雨\n</gallery>", "<timeline>雨</timeline>", "<imagemap>雨</imagemap>", "<table><tr><td>雨</td></tr></table>", "<ul><li>雨</li></ul>", "<li>雨", "<dl><dt>雨<dd>雪</dl>", "<form>雨</form>", "<img src=a>雨</img>", "<tt>雨</tt>", "<kbd>雨</kbd>", "<var>雨</var>", "<u>雨</u>", "<hiero>雨</hiero>", "<score>雨</score>", "<chem>H2O</chem>", "<small>雨<small>雪</small>", "<small>雨</small></small>", "< small >雨</ small>", "< br />", "<b", "<b 雨", "<ref", "< / small>", "<smallあ>雨</smallあ>", "<ſmall>雨</small>", "<ref a='>雨</ref>", "1 < 2 > 1", "<<雨>>", "<‹雨›>", "<雨>",
    # Lines.
    "* 雨", "# 雨", "; 雨", ": 雨", "*: 雨", "\n* 雨\n", "\n: 雨\n", "\n:: 雨\n雪", " 雨", "\t雨", "\n----\n", "\n-----雨\n", "\n(雨)\n", "\n（雨）\n", "\n(雨)。\n", "\n。。。\n", "\n。。。\n、、、\n雨", "\n\n\n", "\n雨}\n", "\n|雨\n", "\n!雨\n", "\n++雨++\n", "\n++\n", "\n+++雨\n", "\n++雨!++\n", "\n \n", "\n　\n", "\n..-..\n", "\n①\n", "\nⒶ\n", "\n々\n", "\nー\n", "\n・\n",
    "\n== 節 ==\n", "\n== 節 ==\n雨\n", "\n==節==雪\n", "\n== 何？ ==\n雨\n", "\n== 何? ==\n雨\n", "\n== 何! ==\n雨\n", "\n=== 小節 ===\n雨\n", "\n== 節 ==\n=== 小節 ===\n雨\n", "\n=== 小節 ===\n== 節 ==\n雨\n", "\n= 雨 =\n", "\n== ==\n雨\n", "\n====\n雨\n", "\n=====雨\n雪\n", "\n===節==\n雨\n", "\n==節===\n雨\n", "\n== 節 =\n雨\n", "\n==節\n", "\n== 節 == <!-- 雨 -->\n雪\n", " == 節 ==\n", "\n== '''節''' ==\n雨\n", "\n== 節. ==\n雨\n", "\n== [[節]] ==\n雨\n",
    # Signs.
    "。 ", "a.", "雨. ", "雨.\n", "...", "....", ".....", "雨  雪", "雨　　雪", "雨\t\t雪", ",,", ",.", ",,,", " ,:.)]»", "[(« 雨", "\u00a0\u00a0", "A&B", "\u2028雨", "\x85雨", "《雨》", "𠮷", "\u3099", "雨\u200b",
]
# Every name that the tool has a rule for, where no piece above has it.
TAGS = ["caption", "dir", "em", "h1", "h3", "h4", "input", "menu", "nobr", "ol", "option", "plaintext", "select", "strike", "strong", "textarea", "th"]
SWITCHES = ["FORCETOC", "NEWSECTIONLINK", "NONEWSECTIONLINK", "NOGALLERY", "HIDDENCAT", "NOCONTENTCONVERT", "NOCC", "NOTITLECONVERT", "NOTC", "START", "END", "INDEX", "NOINDEX", "STATICREDIRECT", "DISAMBIG"]
PROTOCOLS = [
    "bitcoin:", "ftp://", "ftps://", "geo:", "git://", "gopher://", "irc://", "ircs://", "magnet:", "mms://", "news:", "nntp://", "redis://", "sftp://", "sip:", "sips:", "sms:", "ssh://",
    "svn://", "tel:", "telnet://", "urn:", "worldwind://",
]
PIECES += [f"<{tag}>雨</{tag}>と<{tag} />" for tag in TAGS]
PIECES += [f"__{switch}__" for switch in SWITCHES]
PIECES += [f"[{protocol}example.org 雨]と[{protocol.upper()}a]" for protocol in PROTOCOLS]
# What opens twice and closes once, with and without a pair before it, of each kind.
PIECES += [
    "{{雨{{雪}}風{{雲", "{{霧}}{{雨{{雪}}風{{雲", "{|\n{|\n|}\n{|", "{|\n|}\n{|\n{|\n|}\n{|", "<div>雨<div>雪</div>風<div>雲",
    "<ul></ul>雨<ul>雪<ul>風</ul>雲<ul>", "<small/>雨<small>雪<small>風</small>雲<small>", "[[雨[[雪]]風[[雲", "<math><math>x</math>", "&#x3042", "\n\u3099\n", "雨\u3099",
]
# Every name of a character that the tool knows, each in a text of its own.
NAMES = [f"&{name};" for name in sorted(html.entities.name2codepoint)]
TITLES = ["CSI:科学捜査班", "Re:ゼロ", "雨：雪", "w:雨", "wikt:雨", "雨 (曖昧さ回避)", "雨（曖昧さ回避）", "R&B", "A<B", "Template:雨", "\"雨\"", "Wikipedia:雨"]
REDIRECTS = ["#REDIRECT [[雨]]", "#redirect [[雨]]", "#転送 [[雨]]", "＃転送 [[雨]]", "#リダイレクト[[雨]]\n雪", " #REDIRECT [[雨]]"]


def pages():
    for piece in PIECES:
        yield piece
        yield f"前{piece}後\n次の段落。"
        yield f"'''雨'''は{piece}、{piece}である。\n\n{piece}\n二つ目。\n== 節 ==\n本文{piece}。\n== 終 ==\n終わり。"
    for name in NAMES:
        yield f"雨は{name}である。"
    for one, other in itertools.product(PIECES[::3], PIECES[1::4]):
        yield f"雨{one}雪{other}風{one}\n雲。\n== 節 ==\n{other}霧。"


HEAD = "<mediawiki xml:lang=\"ja\">\n  <siteinfo>\n    <base>https://ja.wikipedia.org/wiki/x</base>\n    <namespaces>\n      <namespace key=\"4\">Wikipedia</namespace>\n      <namespace key=\"10\">Template</namespace>\n    </namespaces>\n  </siteinfo>\n"


def elements():
    number = itertools.count(1)
    for text in pages():
        yield page(next(number), None, text)
    for title in TITLES:
        yield page(next(number), title, "雨は水である。")
    for text in REDIRECTS:
        yield page(next(number), None, text, "    <redirect title=\"雨\" />\n")
        yield page(next(number), None, text)
    for text in ["", "雨は水である。", "", "", "雪は水である。\n氷でもある。\n== 節 ==\n水。", "終わり。"]:
        yield page(next(number), None, text)


def write(path):
    """Writes the dump; returns the number of its pages."""
    return write_dump(path, elements())


def write_articles(path, articles):
    """Writes a dump of titles and texts."""
    return write_dump(path, (page(number, *article) for number, article in enumerate(articles, 1)))


def write_dump(path, elements):
    elements = list(elements)
    path.write_text(HEAD + "".join(elements) + "</mediawiki>\n", encoding="utf-8")
    return len(elements)


def page(number, title, text, redirect=""):
    quoted = escape(text, {'"': "&quot;"})
    element = f"<text bytes=\"{len(text)}\" xml:space=\"preserve\">{quoted}</text>" if text else "<text bytes=\"0\" />"
    title = escape(title or f"頁{number}", {'"': "&quot;"})
    return f"  <page>\n    <title>{title}</title>\n    <ns>0</ns>\n    <id>{number}</id>\n{redirect}    <revision>\n      <id>{number + 100000}</id>\n      <contributor>\n        <username>A</username>\n        <id>7</id>\n      </contributor>\n      <comment>雨</comment>\n      <model>wikitext</model>\n      {element}\n      <sha1>x</sha1>\n    </revision>\n  </page>\n"

