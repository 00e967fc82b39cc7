"""The records of Wikipedia that WikiExtractor 3.0.6 and v0's rule give of a dump.

WikiExtractor is taken from the packages of the Python that runs this; two of its patterns, which Python 3.11 refuses,
are mended in a copy. It leaves the last page of a dump in a buffer that is never written, so a page is put behind it.
A dump that breaks off is handed to it up to the last whole page.
"""
import bz2
import importlib.metadata
import io
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Flags in the middle of a pattern held for all of it.
PATTERNS = [
    ("'\\[(((?i)' + '|'.join(wgUrlProtocols)", "'(?i)\\[((' + '|'.join(wgUrlProtocols)"),
    ('r"""^(http://|https://)', 'r"""(?i)^(http://|https://)'),
    ("\\.((?i)gif|png|jpg|jpeg)$", "\\.(gif|png|jpg|jpeg)$"),
]


LAST = """  <page>
    <title>最後</title>
    <id>0</id>
    <revision>
      <text xml:space="preserve">最後の頁。</text>
    </revision>
  </page>
""".encode()


def mended(folder):
    copy = pathlib.Path(folder, "wikiextractor")
    shutil.copytree(importlib.metadata.distribution("wikiextractor").locate_file("wikiextractor"), copy)
    module = copy / "extract.py"
    source = module.read_text(encoding="utf-8")
    for old, new in PATTERNS:
        if old not in source:
            sys.exit(f"error: this is not WikiExtractor 3.0.6: {old} is not in it")
        source = source.replace(old, new)
    module.write_text(source, encoding="utf-8")
    return folder


def whole_pages(dump, folder):
    """A copy of the dump up to its last whole page."""
    unpacked = io.BytesIO()
    decompressor = bz2.BZ2Decompressor() if dump.suffix == ".bz2" else None
    with dump.open("rb") as packed:
        while piece := packed.read(1 << 16):
            unpacked.write(decompressor.decompress(piece) if decompressor else piece)
    xml = unpacked.getvalue()
    copy = pathlib.Path(folder, "dump.xml")
    copy.write_bytes(xml[: xml.rindex(b"</page>")] + b"</page>\n" + LAST)
    return copy


def extracted(dump, folder):
    """The lines of what the tool writes."""
    out, dump = pathlib.Path(folder, "text"), whole_pages(dump, folder)
    command = [sys.executable, "-W", "ignore", "-m", "wikiextractor.WikiExtractor", "--quiet", "--processes", "1", "--output", out, dump]
    subprocess.run(command, check=False, cwd=mended(folder), timeout=1800)
    files = sorted(out.glob("*/*"))
    if not files:
        sys.exit("error: WikiExtractor wrote nothing")
    for file in files:
        with file.open(encoding="utf-8") as lines:
            yield from lines


def leads(dump):
    """v0's rule on what WikiExtractor writes: number, title and lead of each article."""
    with tempfile.TemporaryDirectory() as folder:
        yield from leads_of(extracted(dump, folder))


def leads_of(lines):
    for line in lines:
        if not line.startswith("<doc "):
            continue
        page, title, lead = re.match(r'<doc id="(\d+)"', line).group(1), next(lines).rstrip("\n"), ""
        for line in lines:
            if line == "</doc>\n" or line.endswith(".\n"):
                break
            lead += line if line != "\n" else ""
        if lead and "(曖昧さ回避)" not in title:
            yield page, title, lead.removesuffix("\n")
