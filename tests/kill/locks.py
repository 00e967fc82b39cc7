"""Builds one dataset in several endless loops at once, and verifies it all the while.

    python3 tests/kill/locks.py target/release/ljd [--builds 6134] [--verifies 731] [--loops 6]

Each build of a few rows either ends well or is refused because another run writes the dataset; none loses what it writes
to another. No verify of the dataset gives an alarm. At the end the dataset is what a single build writes, and nothing is
left beside it but its lock. It stops when there were so many builds and verifies. Not part of the check: it takes
minutes. Everything happens deep in a folder of its own, which is removed at the end.
"""

import argparse
import collections
import pathlib
import subprocess
import tempfile
import threading
import time

from check import BUILD, RAW, tree

BUSY = "another run is writing"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--builds", type=int, default=6134)
    parser.add_argument("--verifies", type=int, default=731)
    parser.add_argument("--loops", type=int, default=6)
    asked = parser.parse_args()
    program = str(pathlib.Path(asked.program).resolve())
    counts, wrong, lock = collections.Counter(), [], threading.Lock()

    with tempfile.TemporaryDirectory() as folder:
        cwd = pathlib.Path(folder) / "a" / "b" / "c" / "d"
        cwd.mkdir(parents=True)

        def run(arguments):
            return subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True)

        first = run(BUILD + RAW)
        assert first.returncode == 0, first.stderr
        [name] = [entry.name for entry in (cwd / "o").iterdir() if entry.is_dir()]
        before = tree(cwd / "o" / name)

        def is_done():
            return wrong or asked.builds <= counts["built"] + counts["busy"] and asked.verifies <= counts["verified"]

        def count(what, ran, is_right):
            with lock:
                counts[what] += 1
                if not is_right:
                    wrong.append(f"{what}: {ran.returncode}: {ran.stderr}")

        def build():
            while not is_done():
                ran = run(BUILD + RAW)
                is_busy = ran.returncode == 1 and BUSY in ran.stderr
                count("busy" if is_busy else "built", ran, is_busy or ran.returncode == 0)

        def verify():
            while not is_done():
                ran = run(["verify", f"o/{name}"])
                count("verified", ran, ran.returncode == 0)

        started = time.monotonic()
        threads = [threading.Thread(target=build) for _ in range(asked.loops)]
        threads.append(threading.Thread(target=verify))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - started
        left = sorted(entry.name for entry in (cwd / "o").iterdir())
        assert not wrong, wrong
        assert left == sorted([name, f".{name}.lock"]), left
        assert tree(cwd / "o" / name) == before
    runs = counts["built"] + counts["busy"]
    print(f"{runs} builds in {asked.loops} loops: {counts['built']} written, {counts['busy']} refused as busy, none lost")
    print(f"{counts['verified']} verifies meanwhile without an alarm; {took:.0f} s")


if __name__ == "__main__":
    main()
