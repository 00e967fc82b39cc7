"""What the tests share: a dataset of the package's own sample."""

import gzip
import json

import pytest

import ljd_datasets as ljd


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The folder of the sample's dataset, and its report."""
    out = tmp_path_factory.mktemp("built") / "sample"
    return out, ljd.build("sample", out=out)


@pytest.fixture(scope="session")
def sample_corpora(sample):
    """The names of the sample's corpora."""
    return [corpus["name"] for corpus in sample[1]["corpora"]]


@pytest.fixture
def published(tmp_path):
    """A raw folder with invented pairs of one corpus, two of which are good ones, and the manifests that say so."""
    raw, manifests = tmp_path / "published", tmp_path / "manifests"
    (raw / "tanaka").mkdir(parents=True)
    manifests.mkdir()
    pairs = [
        ("今日は雨が降っています。", "It is raining today."),
        ("橋の上で会いましょう。", "Let us meet on the &quot;old&quot; bridge."),
        ("1914年の雨です。", "It is the rain of 1941."),
        ("「雪が降っています。", "It is snowing."),
    ]
    lines = [f"A: {ja}\t{en}#ID={n}_{n + 10}\nB: 雨\n" for n, (ja, en) in enumerate(pairs, 1)]
    (raw / "tanaka/examples.utf.gz").write_bytes(gzip.compress("".join(lines).encode()))
    file = {"path": "tanaka/examples.utf.gz", "split": "whole", "url": "https://example.org/examples.utf.gz"}
    (manifests / "tanaka.json").write_text(json.dumps({"files": [file], "expected": {}, "most_dropped": 1.0}))
    return raw, manifests
