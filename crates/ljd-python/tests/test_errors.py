"""What is raised, and where it says that something is wrong."""

import pickle

import pyarrow
import pytest

import ljd_datasets as ljd


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ljd.MissingFileError) as raised:
        list(ljd.records("tanaka", raw=tmp_path))
    assert isinstance(raised.value, FileNotFoundError)
    assert raised.value.corpus == "tanaka"
    assert str(tmp_path / "tanaka/examples.utf.gz") in str(raised.value)
    with pytest.raises(ljd.MissingFileError):
        ljd.build("clean", raw=tmp_path, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_library_that_reads_the_stream_tells_the_error(tmp_path):
    with pytest.raises(pyarrow.ArrowInvalid, match="tanaka: no such file"):
        pyarrow.table(ljd.batches("tanaka", raw=tmp_path))


def test_names_that_there_are_not_come_with_the_nearest():
    for call in (
        lambda: ljd.records("tanakaa"),
        lambda: ljd.batches("tanaka", rules="claen"),
        lambda: ljd.quality("claen"),
        lambda: ljd.build("clean", out="nowhere", formats=["jsonls"]),
    ):
        with pytest.raises(ljd.UnknownNameError, match="did you mean"):
            call()
    assert issubclass(ljd.UnknownNameError, ValueError)


def test_a_file_and_its_line_are_attributes(tmp_path):
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{\n  "name": 7\n}\n')
    with pytest.raises(ljd.Error) as raised:
        ljd.quality(str(recipe))
    error = raised.value
    assert (error.corpus, error.file, error.line) == (None, str(recipe), 2)
    assert 0 < error.column
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.file, copy.line, copy.column) == (str(error), error.file, 2, error.column)


def test_a_licence_has_to_be_accepted(tmp_path):
    with pytest.raises(ValueError, match="commercial|redistribution"):
        ljd.batches("abc", raw=tmp_path, rules="v0")
    with pytest.raises(ljd.MissingFileError):
        list(ljd.batches("abc", raw=tmp_path, rules="v0", accept_licenses=["LicenseRef-AIO-abc"]))
    with pytest.raises(ValueError, match="licence"):
        ljd.batches("tanaka", raw=tmp_path, accept_licenses=["CC-BY-9"])


def test_settings_are_read(tmp_path):
    with pytest.raises(ValueError, match="expected version=value"):
        ljd.batches("tanaka", raw=tmp_path, settings=["nothing"])
    with pytest.raises(ljd.UnknownNameError, match="did you mean"):
        ljd.batches("jesc", raw=tmp_path, settings=["jsec.version=2.0"])
