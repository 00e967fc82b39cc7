#!/usr/bin/env python3
"""Holds the scores of sentence pairs to verdicts that people gave, beside those of other tools on the same pairs.

The verdicts are bench/labels/*.tsv: the ids of pairs of JESC's dev and test parts (numbered by their lines), Coursera
and Tanaka, chosen by a hash of their ids, each with right, partly or wrong. The scores are those of a build that judges
and drops nothing. `eflomal`, which is what OpusFilter's word alignment score is of, aligns the same pairs if it is
installed; OpusFilter's ratio of lengths is computed here.

usage: bench/alignment.py CORPORA [--eflomal-pairs 20000]

CORPORA is a folder with published files: coursera, jesc-small, manythings and tanaka.
"""
import argparse
import collections
import hashlib
import io
import json
import pathlib
import subprocess
import tarfile
import tempfile

import zstandard

ROOT = pathlib.Path(__file__).resolve().parent.parent
MANIFESTS = ROOT / "tests/real/manifests"
TEACHERS = ["tanaka", "manythings", "coursera"]
BOUNDS = [-0.1, -0.04, 0.05, 0.1, 0.2, 0.3]


def pack_jesc(corpora, folder):
    """The lines of dev and test as JESC is published, and the names of the lines."""
    lines, names = [], []
    for part in ("dev", "test"):
        sides = [(corpora / f"jesc-small/{part}.{language}").read_text(encoding="utf-8").splitlines() for language in ("en", "ja")]
        for i, (en, ja) in enumerate(zip(*sides), 1):
            lines.append(f"{en.strip()}\t{ja.replace(' ', '')}\n")
            names.append(f"{part}/{i}")
    text = "".join(lines).encode()
    path = folder / "raw/jesc/raw.tar.gz"
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("raw/raw")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    manifest = json.loads((MANIFESTS / "jesc.json").read_text())
    manifest["files"][0] |= {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest |= {"version": "dev and test", "tolerance": 1.0, "expected": {}}
    return manifest, names


def build(corpora, folder):
    """The pairs of each corpus with their scores, by their ids."""
    manifest, names = pack_jesc(corpora, folder)
    (folder / "manifests").mkdir()
    for name in TEACHERS:
        (folder / f"raw/{name}").symlink_to((corpora / name).resolve())
        (folder / f"manifests/{name}.json").write_text((MANIFESTS / f"{name}.json").read_text())
    (folder / "manifests/jesc.json").write_text(json.dumps(manifest))
    recipe = {
        "name": "scores", "description": "Scores of pairs.", "preset": "clean",
        "quality": {rule: "all" for rule in ("nfc", "entities", "controls", "white-space")},
        "alignment": {"learn_from": TEACHERS},
        "corpora": [{"name": name} for name in [*TEACHERS, "jesc"]],
    }
    (folder / "scores.json").write_text(json.dumps(recipe))
    command = ["cargo", "xtask", "--quiet", "dataset", "--recipe", folder / "scores.json", "--raw", folder / "raw"]
    command += ["--manifests", folder / "manifests", "--format", "jsonl", "--out", folder]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    pairs = {}
    for name in [*TEACHERS, "jesc"]:
        for path in sorted((folder / f"scores/jsonl/{name}").iterdir()):
            with path.open("rb") as file:
                stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
                for line in io.TextIOWrapper(stream, encoding="utf-8"):
                    record = json.loads(line)
                    if record["target_language"] == "en":
                        pair_id = record["id"].rsplit("/", 1)[0]
                        pair_id = names[int(pair_id) - 1] if name == "jesc" else pair_id
                        pairs[name, pair_id] = (record["input"], record["output"], record["score"])
    return pairs


def labels():
    for path in sorted((ROOT / "bench/labels").glob("*.tsv")):
        for line in path.read_text().splitlines()[1:]:
            pair_id, verdict = line.split("\t")
            yield (path.stem, pair_id), verdict


def length_ratio(ja, en):
    """OpusFilter's, of characters: the lower, the less alike."""
    n_ja, n_en = max(1, len(ja)), max(1, len(en))
    return -max(n_ja / n_en, n_en / n_ja)


def eflomal_scores(pairs, wanted, most):
    """What eflomal gives the wanted pairs among the first of all others: the lower of both directions."""
    try:
        import eflomal
    except ImportError:
        return {}
    others = [key for key in pairs if key not in wanted][:most]
    keys = [*others, *wanted]
    ja = [" ".join(pairs[key][0].replace(" ", "")) + "\n" for key in keys]
    en = [pairs[key][1].lower() + "\n" for key in keys]
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{folder}/{which}" for which in ("forward", "reverse")]
        eflomal.Aligner().align(ja, en, scores_filename_fwd=names[0], scores_filename_rev=names[1])
        forward, reverse = ([-float(line) for line in pathlib.Path(name).read_text().split()] for name in names)
    return {key: min(scores) for key, *scores in zip(keys, forward, reverse) if key in wanted}


def area(low, high):
    """The share of couples of which the worse one has the lower score."""
    couples = [(a < b) + 0.5 * (a == b) for a in low for b in high]
    return sum(couples) / len(couples) if couples else float("nan")


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=pathlib.Path)
    parser.add_argument("--eflomal-pairs", type=int, default=20_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pairs = build(args.corpora, pathlib.Path(folder))
    verdicts = {key: verdict for key, verdict in labels() if key in pairs}
    by_corpus = collections.defaultdict(list)
    for (corpus, _), (_, _, score) in pairs.items():
        by_corpus[corpus].append(score)
    print("| bound | drops of Tanaka | of manythings | of Coursera | of JESC | JESC keeps: wrong | partly | right lost | Coursera keeps: wrong | partly | right lost |")
    print("|---" * 11 + "|")
    for bound in [float("-inf"), *BOUNDS]:
        cells = ["none" if bound == float("-inf") else f"{bound:.2f}"]
        cells += [percent(sum(s < bound for s in by_corpus[name]), len(by_corpus[name])) + " %" for name in ("tanaka", "manythings", "coursera", "jesc")]
        for corpus in ("jesc", "coursera"):
            found = [(pairs[key][2], verdict) for key, verdict in verdicts.items() if key[0] == corpus]
            kept = collections.Counter(verdict for score, verdict in found if bound <= score)
            n, n_right = sum(kept.values()), sum(verdict == "right" for _, verdict in found)
            cells += [f"{kept[v]} of {n}, {percent(kept[v], n)} %" for v in ("wrong", "partly")]
            cells.append(f"{n_right - kept['right']} of {n_right}")
        print("| " + " | ".join(cells) + " |")
    methods = {
        "`alignment`": {key: pairs[key][2] for key in verdicts},
        "ratio of lengths (OpusFilter)": {key: length_ratio(*pairs[key][:2]) for key in verdicts},
        "word alignment (eflomal, as OpusFilter)": eflomal_scores(pairs, list(verdicts), args.eflomal_pairs),
    }
    print("\n| score | JESC: wrong below right | wrong or partly below right | Coursera: wrong below right | wrong or partly below right |")
    print("|---" * 5 + "|")
    for name, scores in methods.items():
        cells = [name]
        for corpus in ("jesc", "coursera"):
            of = lambda *wanted: [scores[key] for key, v in verdicts.items() if key[0] == corpus and v in wanted and key in scores]
            cells += [f"{area(of(*bad), of('right')):.2f}" for bad in (("wrong",), ("wrong", "partly"))]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
