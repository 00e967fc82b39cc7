#!/usr/bin/env python3
"""Packs the fixtures of every crate and states their digests in the fixtures' manifests.

What lies in crates/<crate>/tests/fixtures/<corpus>/source/ as plain text is packed beside it, in the
format that its path names:

    source/examples.utf.gz              a file       -> examples.utf.gz, compressed; .bz2 likewise
    source/pairs.zip/folder/pairs.txt   in a folder  -> pairs.zip with the member folder/pairs.txt
    source/sheet.xlsx/xl/workbook.xml   in a folder  -> sheet.xlsx, which is a zip too
    source/raw.tar.gz/raw/raw           in a folder  -> raw.tar.gz with the member raw/raw
    source/train.json                   any other    -> train.json, as it is

The same sources always give the same bytes.
"""
import bz2
import gzip
import hashlib
import io
import json
import pathlib
import tarfile
import zipfile


def members(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def pack_zip(folder):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix() + ("/" if path.is_dir() else "")
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(member, b"" if path.is_dir() else path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def pack_tar(folder):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in members(folder):
            member = tarfile.TarInfo(path.relative_to(folder).as_posix())
            member.size = path.stat().st_size
            archive.addfile(member, io.BytesIO(path.read_bytes()))
    return gzip.compress(packed.getvalue(), mtime=0)


def pack(source):
    if source.is_dir():
        return pack_zip(source) if source.suffix in (".zip", ".xlsx") else pack_tar(source)
    if source.suffix == ".bz2":
        return bz2.compress(source.read_bytes())
    return gzip.compress(source.read_bytes(), mtime=0) if source.suffix == ".gz" else source.read_bytes()


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    for manifest_path in sorted(root.glob("crates/*/tests/fixtures/manifests/*.json")):
        fixtures = manifest_path.parent.parent
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        for file in manifest["files"]:
            target = fixtures / file["path"]
            source = target.parent / "source" / target.name
            # What is no corpus of a family is written as it is.
            if not source.exists():
                continue
            packed = pack(source)
            target.write_bytes(packed)
            file["bytes"], file["sha256"] = len(packed), hashlib.sha256(packed).hexdigest()
        if manifest != json.loads(manifest_path.read_text(encoding="utf-8")):
            text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
            manifest_path.write_text(text, encoding="utf-8")


main()
