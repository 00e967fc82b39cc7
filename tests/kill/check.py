"""Kills builds at every system call that touches files, and lets each of these calls fail.

    python3 tests/kill/check.py target/release/ljd [--every N]

Under strace, a small build is ended with SIGKILL at its n-th call of each kind, and, in another run, that call fails
with EIO; for every n from the moment on at which the build looks at its output folder. Afterwards the dataset under its
name is the old one or the new one, byte for byte, what is somebody else's is untouched, and the next build works. That
is done for a first build, for one that replaces another, and for one that replaces another on a system that cannot
exchange two folders. `--every N` tries every N-th call only.

Everything happens deep in a folder of its own, which is removed at the end.
"""

import argparse
import collections
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

# A few rows where they lie: unpacking those that are compiled in is no part of what is tried here.
FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "crates" / "ljd-translation" / "tests" / "fixtures"
BUILD = ["dataset", "--quiet", "--out", "o", "--only", "tanaka", "--format", "jsonl"]
BUILD += ["--manifests", str(FIXTURES / "manifests")]
RAW = ["--raw", str(FIXTURES)]
OLD = ["--limit", "3"]
# A build that ends as soon as its folder is ready.
START = ["--raw", "nowhere"]
CALLS = "%file,%desc"
# The standard library ends the program where a folder that was read cannot be closed, which no system does; what a
# mapping or a control call does is no file's business.
NO_EIO = {"close"}
NO_CALLS = {"mmap", "ioctl", "poll", "ppoll", "exit_group", "flock", "lseek", "fcntl"}


def tree(folder):
    """Every file below a folder with its bytes, and every folder; None where there is none."""
    if not os.path.lexists(folder):
        return None
    found = {}
    for path, folders, files in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(path, name), folder)] = None
        for name in files:
            file = os.path.join(path, name)
            found[os.path.relpath(file, folder)] = pathlib.Path(file).read_bytes()
    return found


def put(folder, files):
    """Writes such a tree."""
    os.makedirs(folder)
    for name, content in sorted(files.items()):
        if content is None:
            os.makedirs(os.path.join(folder, name), exist_ok=True)
    for name, content in files.items():
        if content is not None:
            pathlib.Path(folder, name).write_bytes(content)


class Scene:
    """What is in the output folder before each build."""

    def __init__(self, program, top, name, old, inject=()):
        self.program, self.name, self.old, self.inject = program, name, old, list(inject)
        self.cwd = os.path.join(top, name, "a", "b", "c", "d")
        self.out = os.path.join(self.cwd, "o")
        self.dataset = os.path.join(self.out, "sample")
        os.makedirs(self.out)

    def run(self, more=(), strace=()):
        more = more if "--raw" in more else [*RAW, *more]
        return subprocess.run(
            [*strace, self.program, *BUILD, *more], cwd=self.cwd, capture_output=True, text=True
        )

    def reset(self):
        subprocess.run(["rm", "-rf", "--", self.out], check=True)
        os.makedirs(os.path.join(self.out, "thesis"))
        pathlib.Path(self.out, "thesis", "chapter.txt").write_text("years of work")
        if self.old is not None:
            put(self.dataset, self.old)

    def calls(self):
        """How often the main thread makes each call before it looks at the folder, and in all."""
        self.reset()
        log = os.path.join(self.cwd, "log")
        done = self.run(strace=["strace", "-o", log, "-e", f"trace={CALLS}", *self.injections()])
        assert done.returncode == 0, done.stderr
        before, total, begun = {}, collections.Counter(), False
        for line in pathlib.Path(log).read_text().splitlines():
            call = re.match(r"(\w+)\(", line)
            if call is None or call[1] == "execve":
                continue
            if not begun and re.search('"o["/]', line):
                begun, before = True, dict(total)
            total[call[1]] += 1
        return {
            call: (before.get(call, 0) + 1, n)
            for call, n in total.items()
            if call not in NO_CALLS and before.get(call, 0) < n
        }

    def injections(self):
        return [part for inject in self.inject for part in ("-e", f"inject={inject}")]

    def check(self, new, call, n, how):
        """One build with one call that goes wrong. Whether the call was reached."""
        self.reset()
        effect = "signal=KILL" if how == "KILL" else "error=EIO"
        strace = ["strace", "-o", "/dev/null", *self.injections()]
        if call in "".join(self.inject):
            return False
        done = self.run(strace=[*strace, "-e", f"inject={call}:{effect}:when={n}"])
        where = f"{self.name}: {how} at {call} {n}: exit {done.returncode}"
        assert how == "KILL" or 0 <= done.returncode < 100, f"{where}: {done.stderr}"
        assert "panicked" not in done.stderr, f"{where}: {done.stderr}"
        found = tree(self.dataset)
        if found is None and self.inject:
            # Between two renames: the next start repairs it.
            assert self.run(more=START).returncode == 1
            found = tree(self.dataset)
        assert found in ([new] if done.returncode == 0 else [self.old, new]), f"{where}: neither"
        again = self.run()
        assert again.returncode == 0, f"{where}: then {again.stderr}"
        assert tree(self.dataset) == new, f"{where}: the next build made another dataset"
        left = sorted(os.listdir(self.out))
        assert left == [".sample.lock", "sample", "thesis"], f"{where}: left {left}"
        assert tree(os.path.join(self.out, "thesis")) == {"chapter.txt": b"years of work"}, where
        return done.returncode != 0 or "is left" in done.stderr


def second_signal(scene):
    """A build that waits for the disk ends at once when it is asked twice."""
    scene.reset()
    strace = ["strace", "-o", "/dev/null", "-e", "inject=fsync:delay_enter=2000000"]
    running = subprocess.Popen(
        [*strace, scene.program, *BUILD, *RAW], cwd=scene.cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    part = os.path.join(scene.out, ".sample.part", "jsonl")
    while not os.path.exists(part):
        time.sleep(0.01)
    children = pathlib.Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text()
    for _ in range(2):
        time.sleep(0.3)
        os.kill(int(children.split()[0]), signal.SIGTERM)
    assert running.wait() == 128 + signal.SIGTERM
    # It did not even tidy up, which the next build does.
    assert os.path.exists(part)
    assert scene.run().returncode == 0
    print("a second signal ends a build that waits for the disk")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program", type=os.path.abspath)
    arguments.add_argument("--every", type=int, default=1)
    arguments = arguments.parse_args()
    with tempfile.TemporaryDirectory() as top:
        first = Scene(arguments.program, top, "first", None)
        trees = []
        for more in (OLD, []):
            first.reset()
            assert first.run(more=more).returncode == 0
            trees.append(tree(first.dataset))
        old, new = trees
        assert old != new
        replacing = Scene(arguments.program, top, "replacing", old)
        renaming = Scene(arguments.program, top, "renaming", old, ["renameat2:error=EINVAL"])
        second_signal(replacing)
        for scene in (first, replacing, renaming):
            tried = reached = 0
            for call, (begin, end) in sorted(scene.calls().items()):
                for how in ("KILL", "EIO"):
                    if how == "EIO" and call in NO_EIO:
                        continue
                    for n in range(begin + tried % arguments.every, end + 1, arguments.every):
                        tried += 1
                        reached += scene.check(new, call, n, how)
            print(f"{scene.name}: {tried} builds with one call that goes wrong, {reached} of them failed by it")
            assert tried < 2 * reached, "hardly any call was reached"


if __name__ == "__main__":
    sys.exit(main())
