#!/usr/bin/env python3
"""What bench/compare.sh runs: makes the inputs, measures ljd and its peers in turn, prints tables and ratios.

Every command of a group runs once before it runs again, so that a machine that becomes slower is slower for all of them.
A figure is the median of the runs. The peak is that of the largest process of a command; CPU time is that of all. A peak
is never less than that of this program, some 20 MiB: the system counts it in. So inputs are made by programs of their own.
"""
import argparse
import hashlib
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target/bench"
PEERS = ROOT / "bench/peers"
XTASK = ROOT / "target/release/ljd"
MIB = 500
ONE_CORE = "ljd on one core"


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- inputs ---


def input_file(path, make):
    """A file below the work folder, made once, with a manifest for its corpus beside it."""
    corpus, path = path.split("/")[0], WORK / "raw" / path
    if not path.exists():
        say(f"making {path.relative_to(ROOT)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"part-{path.name}")
        make(part)
        part.rename(path)
    manifests = WORK / "manifests" / path.name
    manifests.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file = {"path": f"{corpus}/{path.name}", "split": "whole", "url": "https://example.org/", "sha256": sha256}
    manifest = {"files": [file], "tolerance": 1.0, "expected": {}}
    (manifests / f"{corpus}.json").write_text(json.dumps(manifest))
    return path


def jawiki(shared, name, *options):
    make = shared / "bench/make_jawiki.py"

    def run(path):
        subprocess.run([sys.executable, make, path, "--mib", str(MIB), *options], check=True, stdout=sys.stderr)

    return input_file(f"wikipedia/{name}", run)


def jesc(shared):
    def run(path):
        folder = WORK / "jesc"
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, ROOT / "bench/make_jesc.py", shared / "corpora", folder]
        subprocess.run(command, check=True, stdout=sys.stderr)
        (folder / "raw/jesc/raw.tar.gz").rename(path)

    packed = input_file("jesc/raw.tar.gz", run)
    tsv = WORK / "jesc.tsv"
    if not tsv.exists():
        with tsv.open("wb") as file:
            subprocess.run(["tar", "-xzOf", packed], check=True, stdout=file)
    return packed, tsv


def dolly(shared):
    def run(path):
        array = shared / "corpora/dolly/databricks-dolly-15k-ja.json"
        subprocess.run([sys.executable, ROOT / "bench/make_array.py", array, path, "100000000"], check=True)

    return input_file("dolly/databricks-dolly-15k-ja.json", run)


def aozora(shared):
    return input_file("aozora/aozora.zip", lambda path: shutil.copy(shared / "corpora/aozora/aozorabunko_text-excerpt.zip", path))


# --- measuring ---


def run(command):
    """Wall seconds, CPU seconds and peak MiB of a command."""
    with open(os.devnull, "r+b") as null:
        actions = [(os.POSIX_SPAWN_DUP2, null.fileno(), 0), (os.POSIX_SPAWN_DUP2, null.fileno(), 1)]
        start = time.monotonic()
        pid = os.posix_spawnp(command[0], [str(part) for part in command], os.environ, file_actions=actions)
        _, status, used = os.wait4(pid, 0)
    seconds = time.monotonic() - start
    if status:
        sys.exit(f"error: {' '.join(map(str, command))} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(title, commands, n_runs):
    """Prints a table of the commands, the first of which the others are compared with; returns their medians."""
    runs = {name: [] for name in commands}
    for i in range(n_runs):
        for name, command in commands.items():
            say(f"{title}: {name}, {i + 1} of {n_runs}")
            runs[name].append(run(command))
    medians = {name: [statistics.median(figures) for figures in zip(*runs[name])] for name in commands}
    ours = next(iter(medians.values()))
    print(f"\n### {title}\n")
    print("| | wall s | CPU s | peak MiB | ljd's wall / its | ljd's CPU / its | ljd's peak / its |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, figures in medians.items():
        wall, cpu, peak = figures
        ratios = [f"{a / b:.2f}" if 0 < b else "" for a, b in zip(ours, figures)]
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {' | '.join(ratios)} |", flush=True)
    if ONE_CORE in medians:
        print(f"\n1 → 2 cores: {medians[ONE_CORE][0] / ours[0]:.2f} times as fast.", flush=True)
    return medians


def ljd(file, *options, jobs=None):
    """A build of the corpus that the input belongs to, in both formats."""
    command = [XTASK, "--quiet", "dataset", "--recipe", ROOT / "bench/recipe.json", "--only", file.parent.name]
    command += ["--raw", WORK / "raw", "--manifests", WORK / "manifests" / file.name, "--out", WORK / "out" / file.name]
    return [*command, *(["--jobs", str(jobs)] if jobs else []), *options]


def wikiextractor(file):
    out = WORK / "wikiextractor"
    command = 'rm -rf "$1" && exec "$2" -m wikiextractor.WikiExtractor --quiet --processes 2 --output "$1" "$3"'
    return ["sh", "-c", command, "sh", out, sys.executable, file]


def one_core(command):
    return ["taskset", "-c", "0", *command]


def stream(shared, n_runs):
    file = jawiki(shared, "stream.xml.bz2")
    commands = {
        "ljd": ljd(file),
        "bzip2 -dc": ["bzip2", "-dc", file],
        "lbzip2 -n2 -dc": ["lbzip2", "-n2", "-dc", file],
        "WikiExtractor --processes 2": wikiextractor(file),
        ONE_CORE: one_core(ljd(file)),
        "ljd --jobs 16": ljd(file, jobs=16),
    }
    measure(f"Wikipedia, {MIB} MiB of XML in one bzip2 stream", commands, n_runs)


def multistream(shared, n_runs):
    file = jawiki(shared, "multistream.xml.bz2", "--multistream")
    commands = {
        "ljd": ljd(file),
        "bzip2 -dc": ["bzip2", "-dc", file],
        "lbzip2 -n2 -dc": ["lbzip2", "-n2", "-dc", file],
        ONE_CORE: one_core(ljd(file)),
    }
    measure(f"Wikipedia, {MIB} MiB of XML in bzip2 streams of 100 pages", commands, n_runs)


def plain(shared, n_runs):
    file = jawiki(shared, "plain.xml")
    commands = {
        "ljd": ljd(file),
        "xmllint --stream": ["xmllint", "--stream", "--noout", "--huge", file],
        "WikiExtractor --processes 2": wikiextractor(file),
        ONE_CORE: one_core(ljd(file)),
        "ljd --jobs 16": ljd(file, jobs=16),
    }
    medians = measure(f"Wikipedia, {MIB} MiB of plain XML", commands, n_runs)
    cpu = medians["ljd"][1]
    print(f"\n{file.stat().st_size / cpu / 1e6:.0f} MB of XML per second of CPU time, hashing and both formats among it.")


def pairs(shared, n_runs):
    file, tsv = jesc(shared)
    out = WORK / "pairs"
    out.mkdir(exist_ok=True)
    say("writing the lines that zstd compresses")
    run(ljd(file))
    parts = sorted((WORK / "out" / file.name / "bench/jsonl/jesc").glob("*.zst"))
    subprocess.run(["zstd", "-dqf", "-o", out / "lines.jsonl", *parts], check=True)
    commands = {
        "ljd": ljd(file),
        "Polars": [sys.executable, PEERS / "polars_pairs.py", tsv, out],
        "pyarrow": [sys.executable, PEERS / "pyarrow_pairs.py", tsv, out],
        "zstd -3 -T2 of the JSON Lines alone": ["zstd", "-3", "-T2", "-qf", out / "lines.jsonl", "-o", out / "lines.zst"],
        ONE_CORE: one_core(ljd(file)),
        "ljd --jobs 16": ljd(file, jobs=16),
    }
    medians = measure("JESC's size: 2,801,388 lines, 5,602,776 records, Parquet and JSON Lines", commands, n_runs)
    print(f"\n{5_602_776 / medians['ljd'][0] / 1e6:.2f} million records a second.", end=" ")
    sys.stdout.flush()
    parquet = WORK / "out" / file.name / "bench/parquet"
    subprocess.run([sys.executable, PEERS / "pyarrow_size.py", parquet, out], check=True)


def zipped(shared, n_runs):
    file = aozora(shared)
    commands = {"ljd": ljd(file), "unzip -p": ["unzip", "-p", file], ONE_CORE: one_core(ljd(file))}
    measure("Aozora Bunko: a zip of 1,601 works", commands, n_runs)


def array(shared, n_runs):
    file = dolly(shared)
    out = WORK / "array"
    out.mkdir(exist_ok=True)
    commands = {
        "ljd": ljd(file),
        "Polars, the array as it is": [sys.executable, PEERS / "polars_json.py", file, out],
        ONE_CORE: one_core(ljd(file)),
    }
    measure("Dolly: a JSON array of 100 MB", commands, n_runs)


def start(_shared, n_runs):
    commands = {"ljd list": [XTASK, "list"], "ljd's sample": [XTASK, "--quiet", "dataset", "--out", WORK / "out"]}
    measure("Start-up", commands, n_runs)


GROUPS = {"stream": stream, "multistream": multistream, "plain": plain, "pairs": pairs, "zip": zipped, "array": array, "start": start}


def machine():
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0))
    return f"{names[0] if names else platform.machine()}, {cores} cores, {platform.system()} {platform.release()}"


def main():
    arguments = argparse.ArgumentParser(prog="bench/compare.sh", description="Measures ljd and its peers side by side.")
    arguments.add_argument("shared", type=pathlib.Path, nargs="?", default=ROOT / "../shared")
    arguments.add_argument("--runs", type=int, default=5, help="runs of each command (5)")
    arguments.add_argument("--only", default=",".join(GROUPS), metavar="GROUP,…", help=f"of {', '.join(GROUPS)}")
    options = arguments.parse_args()
    print(f"{time.strftime('%Y-%m-%d')}, {machine()}; median of {options.runs} runs", flush=True)
    for group in options.only.split(","):
        GROUPS[group](options.shared.resolve(), options.runs)


main()
