#!/usr/bin/env python3
"""Makes a large JSON array out of a smaller one: its elements over and over.

usage: bench/make_array.py ARRAY OUT BYTES
"""
import pathlib
import sys


def main():
    array, out, n_bytes = sys.argv[1:]
    elements = pathlib.Path(array).read_bytes().strip().removeprefix(b"[").removesuffix(b"]")
    with open(out, "wb") as file:
        for i in range(-(-int(n_bytes) // len(elements))):
            file.write((b"," if i else b"[") + elements)
        file.write(b"]")


main()
