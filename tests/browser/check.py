#!/usr/bin/env python3
"""Looks at the reports of finished datasets in Chromium, as people do, and holds them to report.json.

usage: tests/browser/check.py CHROMIUM SCREENSHOTS DATASET...

Every page is opened without a network on a laptop and on a phone, in light and dark, and printed. It may ask for
nothing, may not be wider than the screen, and its bars have to be as long as their counts are large.
"""
import collections
import io
import json
import pathlib
import sys

import PIL.Image
from playwright.sync_api import sync_playwright

SCREENS = {"laptop": (1280, 900), "phone": (390, 844)}
SCHEMES = ["light", "dark"]
# Chromium draws no larger picture.
TALLEST = 16_000

BARS = """() => [...document.querySelectorAll('table.bars')].map(table => [
    table.caption.textContent,
    [...table.tBodies[0].rows].map(row => [
        row.cells[0].textContent,
        Number(row.cells[2].textContent.replaceAll(',', '')),
        row.querySelector('.bar')?.getBoundingClientRect().width ?? 0,
        row.querySelector('.bar')?.getBoundingClientRect().height ?? 0,
    ]),
])"""

HISTOGRAMS = """() => [...document.querySelectorAll('#corpora .card')].map(card => [
    card.id,
    [...card.querySelectorAll('svg')].map(svg =>
        [...svg.querySelectorAll('rect')].map(rect => rect.getBoundingClientRect()).map(it => [it.width, it.height])),
])"""

# The least contrast of WCAG 2 between a text and the ground that it stands on, which may be of several layers.
CONTRAST = """() => {
    const parse = color => {
        const parts = color.match(/[\\d.]+/g).map(Number);
        const [r, g, b] = parts.slice(0, 3).map(c => color.startsWith('color(') ? c : c / 255);
        return [r, g, b, parts[3] ?? 1];
    };
    const ground = element => {
        if (!element) return [1, 1, 1];
        const [r, g, b, alpha] = parse(getComputedStyle(element).backgroundColor);
        if (alpha === 1) return [r, g, b];
        const below = ground(element.parentElement);
        return [r, g, b].map((c, i) => alpha * c + (1 - alpha) * below[i]);
    };
    const light = color => {
        const [r, g, b] = color.map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = element => {
        const text = parse(getComputedStyle(element).color).slice(0, 3);
        const [a, b] = [light(text), light(ground(element))].sort((a, b) => b - a);
        return (a + 0.05) / (b + 0.05);
    };
    const texts = document.querySelectorAll('h1, h2, h3, h4, p, a, th, td, dt, dd, li, small, span, summary, figcaption');
    return Math.min(...[...texts].map(contrast));
}"""

UNNAMED = """() => [
    ...[...document.querySelectorAll('table')].filter(it => !it.caption?.textContent),
    ...[...document.querySelectorAll('svg')].filter(it => it.role !== 'img' || !it.ariaLabel),
    ...[...document.querySelectorAll('.scroll')].filter(it => !it.ariaLabel || it.tabIndex !== 0),
].map(it => it.outerHTML.slice(0, 100))"""

HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].map(it => Number(it.tagName[1]))"


def range_of(place):
    return str(place) if place < 2 else f"{2 ** (place - 1):,}–{2 ** place - 1:,}"


def by_length(corpora, field):
    counts = collections.Counter()
    for corpus in corpora:
        counts.update(dict(enumerate(corpus[field])))
    places = [place for place, n in counts.items() if n]
    return [(range_of(place), counts[place]) for place in range(min(places), max(places) + 1)] if places else []


def most_first(counts):
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def expected_bars(report):
    corpora = report["corpora"]
    sums = {name: collections.Counter() for name in ["tasks", "license", "dropped", "repaired"]}
    for corpus in corpora:
        sums["tasks"].update(corpus["tasks"])
        sums["license"][corpus["license"]] += corpus["records"]
        sums["repaired"].update(corpus.get("repaired", {}))
        sums["dropped"].update({rule: dropped["count"] for rule, dropped in corpus.get("dropped", {}).items()})
    tables = {
        "Records by corpus": [(corpus["name"], corpus["records"]) for corpus in corpora],
        "Records by task": most_first(sums["tasks"]),
        "Records by licence": most_first(sums["license"]),
        "Records by length of all text": by_length(corpora, "lengths"),
        "Records by length of the output": by_length(corpora, "output_lengths"),
        "Dropped by rule": most_first(sums["dropped"]),
        "Repaired by rule": most_first(sums["repaired"]),
    }
    return {caption: rows for caption, rows in tables.items() if rows}


def check_bars(page, report, name):
    found = dict(page.evaluate(BARS))
    expected = expected_bars(report)
    assert list(found) == list(expected), f"{name}: {list(found)}, not {list(expected)}"
    for caption, rows in expected.items():
        counts = [(row, n) for row, n, _, _ in found[caption]]
        assert counts == rows, f"{name}: {caption}: {counts}, not {rows}"
        most, longest = max(n for _, n in rows), max(width for _, _, width, _ in found[caption])
        for row, n, width, height in found[caption]:
            # A bar of a small count is two pixels long.
            assert abs(width - max(longest * n / most, min(2 * n, 2))) < 1, f"{name}: {caption}: {row} is {width} long"
            assert n == 0 or (0 < width and 5 < height), f"{name}: {caption}: {row} has no bar"


def check_histograms(page, report, name):
    found = dict(page.evaluate(HISTOGRAMS))
    for corpus in report["corpora"]:
        drawn = found[f"corpus-{corpus['name']}"]
        for columns, counts in zip(drawn, [corpus["lengths"], corpus["output_lengths"]], strict=True):
            counts = [n for n in counts if n]
            assert len(columns) == len(counts), f"{name}: {corpus['name']} has {len(columns)} columns"
            for (width, height), n in zip(columns, counts):
                longest = max(height for _, height in columns)
                assert 0 < width and abs(height - longest * n / max(counts)) <= 1.01, f"{name}: {corpus['name']}: {n}"


def check_names(page, report, name):
    for corpus in report["corpora"]:
        heading = page.locator(f"#corpus-{corpus['name']} h3")
        assert heading.is_visible() and heading.inner_text().startswith(corpus["name"]), f"{name}: {corpus['name']}"
        row = page.locator(f"#corpora .scroll th >> text=/^{corpus['name']}$/")
        assert row.is_visible(), f"{name}: {corpus['name']} is not in the table of all corpora"
    for refused in report["refused"]:
        assert page.locator(f"#left-out th >> text=/^{refused['name']}$/").is_visible(), f"{name}: {refused['name']}"


def check_examples(page, report, name):
    """Text of records stands on the page as it is, at most cut, and as text."""
    shown = page.evaluate("() => [...document.querySelectorAll('.record dd[lang=ja]')].map(it => it.textContent)")
    for corpus in report["corpora"]:
        for dropped in corpus.get("dropped", {}).values():
            for record in dropped["examples"]:
                assert any(text.startswith(record["output"][:240]) for text in shown), f"{name}: {record}"


def check_access(page, name):
    unnamed = page.evaluate(UNNAMED)
    assert not unnamed, f"{name}: without a name: {unnamed}"
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1 and levels.count(1) == 1, f"{name}: {levels}"
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:])), f"{name}: headings skip a level: {levels}"


def check_fits(page, name):
    widths = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], f"{name}: the page is {widths[0]} wide on a screen of {widths[1]}"


def picture(page, file):
    """A picture of the page, which has to have something on it; returns the colour of its corner."""
    height = page.evaluate("() => document.documentElement.scrollHeight")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": min(height, TALLEST)})
    png = page.screenshot(path=file)
    page.set_viewport_size(size)
    image = PIL.Image.open(io.BytesIO(png)).convert("RGB")
    assert image.width == size["width"], f"{file}: {image.size}"
    colors = sorted(image.getcolors(1 << 24), reverse=True)
    assert 20 < len(colors) and colors[0][0] < 0.99 * image.width * image.height, f"{file}: there is nothing on it"
    return image.getpixel((2, 2))


def check_print(page, name):
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator("nav").is_visible(), f"{name}: the navigation is printed"
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF") and 20_000 < len(pdf), f"{name}: {len(pdf)} bytes are printed"


def check_page(browser, dataset, screen, screenshots):
    report = json.loads((dataset / "report.json").read_text(encoding="utf-8"))
    file = (dataset / "report.html").resolve()
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page = context.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    grounds = set()
    for scheme in SCHEMES:
        name = f"{dataset.name}-{screen}-{scheme}"
        page.emulate_media(color_scheme=scheme)
        page.goto(file.as_uri())
        assert page.title() == f"{report['recipe']}: report of the dataset", f"{name}: {page.title()}"
        assert f"{report['records']:,}" in page.locator(".totals").inner_text(), f"{name}: records"
        check_fits(page, name)
        check_bars(page, report, name)
        check_histograms(page, report, name)
        check_names(page, report, name)
        check_examples(page, report, name)
        check_access(page, name)
        contrast = page.evaluate(CONTRAST)
        assert 4.5 <= contrast, f"{name}: contrast {contrast:.2f}"
        grounds.add(picture(page, screenshots / f"{name}.png"))
    assert len(grounds) == len(SCHEMES), f"{dataset.name}: dark is as light: {grounds}"
    check_print(page, dataset.name)
    foreign = [url for url in requests if url != file.as_uri() and not url.startswith("data:")]
    assert not foreign, f"{dataset.name} asks for {foreign}"
    assert not complaints, f"{dataset.name}: {complaints}"
    context.close()


def main():
    chromium, screenshots, *datasets = sys.argv[1:]
    screenshots = pathlib.Path(screenshots)
    screenshots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        # A container's root has no user namespaces, which the sandbox needs.
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for dataset in map(pathlib.Path, datasets):
            for screen in SCREENS:
                check_page(browser, dataset, screen, screenshots)
            print(f"{dataset}/report.html: looked at on {', '.join(SCREENS)}, in {' and '.join(SCHEMES)}")
        browser.close()


main()
