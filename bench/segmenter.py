#!/usr/bin/env python3
"""Learns where Japanese words end, from the sentences of Coursera's training half, which are cut by spaces.

Writes crates/ljd-quality/src/alignment/segmenter.weights: 65,536 weights of one byte, each of them that of the features
whose hashes fall on it. The features are those of crates/ljd-quality/src/alignment/segmenter.rs. One sentence in ten is
not learnt from: how many of its boundaries are found is printed.

usage: bench/segmenter.py CORPORA [--epochs 4]

CORPORA is a folder with the published file coursera/Coursera_En-Ja.zip.
"""
import argparse
import io
import pathlib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "crates/ljd-quality/src/alignment/segmenter.weights"
BITS, MASK, FACTOR = 16, (1 << 64) - 1, 0x9E3779B97F4A7C15
BEFORE = 3


def kind(c):
    if "぀" <= c <= "ゟ":
        return 1
    if "゠" <= c <= "ヿ" and c != "・":
        return 2
    if "一" <= c <= "鿿" or c in "々〆":
        return 3
    if c.isascii() and c.isalpha():
        return 4
    if c.isascii() and c.isdigit():
        return 5
    return 0 if c == "\0" else 6


SPANS = [(i, 1) for i in range(6)] + [(i, 2) for i in range(5)] + [(i, 3) for i in range(4)]
KIND_SPANS = [(i, 3) for i in range(4)] + [(0, 6)]


def index(name, values, seen={}):
    key = (name, values)
    found = seen.get(key)
    if found is None:
        found = name
        for value in values:
            found = ((found ^ value) * FACTOR) & MASK
            found ^= found >> 32
        found = seen[key] = found >> (0) & ((1 << BITS) - 1)
    return found


def features(sentence):
    """The words' characters and, for each place between two of them, its features and whether a word ends there."""
    characters = "".join(sentence)
    ends, n = set(), 0
    for word in sentence:
        n += len(word)
        ends.add(n)
    padded = "\0" * BEFORE + characters + "\0" * BEFORE
    codes = [ord(c) for c in padded]
    kinds = [kind(c) for c in padded]
    for i in range(1, len(characters)):
        window, around = codes[i : i + 6], kinds[i : i + 6]
        found = [index(1 + j, tuple(window[a : a + n])) for j, (a, n) in enumerate(SPANS)]
        found += [index(64 + j, tuple(around[a : a + n])) for j, (a, n) in enumerate(KIND_SPANS)]
        yield found, i in ends


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=4)
    args = parser.parse_args()
    with zipfile.ZipFile(args.corpora / "coursera/Coursera_En-Ja.zip") as archive:
        lines = io.TextIOWrapper(archive.open("Coursera_En-Ja/train.ja.txt"), encoding="utf-8")
        sentences = [line.split() for line in lines]
    train = [list(features(s)) for i, s in enumerate(sentences) if i % 10 and i % 2]
    test = [list(features(s)) for i, s in enumerate(sentences) if not i % 10]
    weights, sums, n = [0] * (1 << BITS), [0] * (1 << BITS), 1
    for epoch in range(args.epochs):
        for sentence in train:
            for found, is_end in sentence:
                score = sum(weights[f] for f in found)
                n += 1
                if (0 < score) != is_end:
                    step = 1 if is_end else -1
                    for f in found:
                        weights[f] += step
                        sums[f] += step * n
    averages = [w - s / n for w, s in zip(weights, sums)]
    most = sorted(map(abs, averages))[int(0.9995 * len(averages))]
    bytes_ = [max(-127, min(127, round(127 * w / most))) for w in averages]
    n_right = n_all = 0
    for sentence in test:
        for found, is_end in sentence:
            n_right += (0 < sum(bytes_[f] for f in found)) == is_end
            n_all += 1
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(bytes(w & 255 for w in bytes_))
    print(f"{n_right} of {n_all} places are judged rightly: {100 * n_right / n_all:.2f} %")


if __name__ == "__main__":
    main()
