"""Datasets and downloads."""

import hashlib
import json
import signal
import subprocess
import sys
import threading

import pytest

import ljd_datasets as ljd

PROGRAM = [sys.executable, "-m", "ljd_datasets"]


def digests(folder):
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_build_has_the_bytes_of_the_program(sample, tmp_path):
    out, report = sample
    subprocess.run([*PROGRAM, "dataset", "--quiet", "--out", tmp_path], check=True, stdout=subprocess.DEVNULL)
    assert digests(out) == digests(tmp_path / "sample")
    assert report == json.loads((out / "report.json").read_text())


def test_the_program_gives_its_exit_code(tmp_path):
    def ran(*arguments):
        return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, cwd=tmp_path)

    assert ran("--version").stdout == f"ljd {ljd.__version__}\n"
    assert ran("nothing").returncode == 2
    missing = ran("dataset", "--recipe", "clean", "--only", "tanaka")
    assert missing.returncode == 1
    assert "hint: ljd fetch" in missing.stderr


def test_progress_is_told_to_a_function(tmp_path):
    told = []
    ljd.build("sample", out=tmp_path / "out", only=["tanaka"], jobs=1, progress=told.append)
    assert told
    assert {progress.corpus for progress in told} == {"tanaka"}
    assert [progress.records for progress in told] == sorted(progress.records for progress in told)


def test_bars_are_drawn(tmp_path, capsys):
    ljd.build("sample", out=tmp_path / "out", only=["tanaka"], progress=True)
    assert "tanaka" in capsys.readouterr().err


def test_an_exception_of_the_observer_ends_the_build(tmp_path):
    def observe(progress):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        ljd.build("sample", out=tmp_path / "out", progress=observe)
    assert not (tmp_path / "out").exists()


def test_ctrl_c_ends_a_build_and_leaves_nothing(tmp_path):
    def interrupt(progress):
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        ljd.build("sample", out=tmp_path / "out", progress=interrupt)
    assert not (tmp_path / "out").exists()


def test_the_interpreter_is_free_while_ljd_works(tmp_path):
    n_turns, is_done = 0, threading.Event()

    def build():
        ljd.build("sample", out=tmp_path / "out")
        is_done.set()

    worker = threading.Thread(target=build)
    worker.start()
    while not is_done.wait(0.001):
        n_turns += 1
    worker.join()
    assert 10 < n_turns


def test_what_is_left_out_is_a_warning(published, tmp_path):
    raw, manifests = published
    with pytest.warns(UserWarning, match="jesc .* is left out: .*is not there"):
        report = ljd.build(
            "clean",
            raw=raw,
            out=tmp_path / "out",
            only=["tanaka", "jesc"],
            manifests=manifests,
            skip_missing=True,
        )
    assert [corpus["name"] for corpus in report["corpora"]] == ["tanaka"]


def test_files_come_from_a_mirror(published, tmp_path):
    mirror, manifests = published
    raw, told = tmp_path / "raw", []

    def fetch(**arguments):
        (file,) = ljd.fetch(
            "clean", raw=raw, only=["tanaka"], mirror=str(mirror), manifests=manifests, **arguments
        )
        assert (file["corpus"], file["path"]) == ("tanaka", "tanaka/examples.utf.gz")
        return file["state"], file["error"]

    assert fetch(progress=told.append) == ("downloaded", None)
    length = (mirror / "tanaka/examples.utf.gz").stat().st_size
    assert told[0] == ljd.FetchProgress("tanaka/examples.utf.gz", 0, length)
    assert told[-1] == ljd.FetchProgress("tanaka/examples.utf.gz", None, None)
    assert fetch() == ("verified", None)
    assert len(list(ljd.records("tanaka", raw=raw, manifests=manifests))) == 4


def test_what_cannot_be_downloaded_is_told_by_file(tmp_path):
    (file,) = ljd.fetch("clean", raw=tmp_path / "raw", only=["tanaka"], mirror=str(tmp_path / "nowhere"))
    assert file["state"] == "failed"
    assert isinstance(file["error"], ljd.Error)
    assert file["error"].corpus == "tanaka"
