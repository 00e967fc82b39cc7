"""Wikitext and Aozora Bunko."""

import bz2
import gzip

import pytest

import ljd_datasets as ljd

PAGE = "<page><title>{}</title><ns>0</ns><id>5</id><revision><id>7</id><text>水。</text></revision></page>\n"


def test_wikitext_is_text():
    wikitext = "'''雨'''は[[水]]である。\n== 種類 ==\n霧雨。"
    assert ljd.wikitext.to_text(wikitext) == "雨は水である。\n霧雨。"
    assert ljd.wikitext.to_text(wikitext, lead_only=True) == "雨は水である。"
    assert ljd.wikitext.to_text("{{PAGENAME}}だ。", title="雨") == "雨だ。"
    with pytest.raises(ljd.UnknownNameError, match="language of a wiki"):
        ljd.wikitext.to_text(wikitext, language="jp")


def test_a_page_says_what_else_it_is():
    article = ljd.wikitext.read("{{Infobox 国|首都=[[雨都]]}}\n雨の国は島国である。\n[[Category:国]]")
    assert article.infobox == {"首都": "雨都"}
    assert article.categories == ["国"]
    assert "雨都" in article.links
    assert article.redirect is None


@pytest.mark.parametrize("ending, pack", [("", bytes), (".bz2", bz2.compress), (".gz", gzip.compress)])
def test_pages_of_a_dump(tmp_path, ending, pack):
    dump = tmp_path / f"pages.xml{ending}"
    dump.write_bytes(pack(f"<mediawiki>\n{PAGE.format('雨')}{PAGE.format('雪')}</mediawiki>".encode()))
    pages = list(ljd.wikitext.pages(dump))
    assert [(page.title, page.line, page.id, page.revision, page.text) for page in pages] == [
        ("雨", 2, 5, 7, "水。"),
        ("雪", 3, 5, 7, "水。"),
    ]


def test_a_page_that_is_wrong_is_named_and_passed_over(tmp_path):
    dump = tmp_path / "pages.xml"
    dump.write_text(f"<mediawiki>\n<page><a =</page>\n{PAGE.format('雨')}<page>")
    pages = ljd.wikitext.pages(dump)
    with pytest.raises(ljd.Error, match="well-formed") as raised:
        next(pages)
    assert (raised.value.file, raised.value.line) == (str(dump), 2)
    assert next(pages).title == "雨"
    with pytest.raises(ljd.Error, match="ends within a page"):
        next(pages)
    with pytest.raises(StopIteration):
        next(pages)
    with pytest.raises(FileNotFoundError):
        ljd.wikitext.pages(tmp_path / "nothing.xml")


WORK = "橋\n雨野一郎\n橋本二郎訳\n\n{legend}　橋《はし》の上に。\n雨。\n\n底本：「橋」\n"
LEGEND = "-" * 55 + "\n【テキスト中に現れる記号について】\n\n《》：ルビ\n" + "-" * 55 + "\n\n"


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis"])
@pytest.mark.parametrize("legend", ["", LEGEND])
def test_a_work_is_text(encoding, legend):
    work = ljd.aozora.read(WORK.format(legend=legend).encode(encoding))
    assert (work.title, work.author, work.contributors) == ("橋", "雨野一郎", ["橋本二郎訳"])
    assert work.text == "橋の上に。\n雨。"
    assert ljd.aozora.read(WORK.format(legend=legend).encode(encoding), ruby=True).text == "橋（はし）の上に。\n雨。"


def test_a_work_that_is_none_is_refused():
    with pytest.raises(ValueError, match="UTF-8"):
        ljd.aozora.read(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError, match="no title"):
        ljd.aozora.read(b"")
    with pytest.raises(TypeError):
        ljd.aozora.read("橋")
