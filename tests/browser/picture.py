#!/usr/bin/env python3
"""Makes the picture of a report that README.md shows: the first screen of the page, in few colours.

usage: tests/browser/picture.py CHROMIUM DATASET PICTURE

It needs a Japanese font. README.md's is of the recipe `sample`: docs/report.png.
"""
import io
import pathlib
import sys

import PIL.Image
from playwright.sync_api import sync_playwright

SIZE = {"width": 1200, "height": 1080}
COLOURS = 64
# What a page of documentation may weigh.
MOST_BYTES = 200_000


def main(chromium, dataset, picture):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto((pathlib.Path(dataset).resolve() / "report.html").as_uri())
        shot = page.screenshot()
        browser.close()
    image = PIL.Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS)
    image.save(picture, optimize=True)
    size = pathlib.Path(picture).stat().st_size
    assert size <= MOST_BYTES, f"{size} bytes"


if __name__ == "__main__":
    main(*sys.argv[1:])
