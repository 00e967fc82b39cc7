#!/usr/bin/env bash
# Measures ljd and its peers side by side, on the same input in one run, and prints ratios.
#
# usage: bench/compare.sh [--runs N] [--only GROUP,…] [SHARED]
#
# SHARED is a folder with bench/make_jawiki.py and the published files in corpora/; ../shared if not given. Inputs (some
# GB) and peers are kept in target/bench. Tables go to standard output, what is being done to standard error.
set -euo pipefail
cd "$(dirname "$0")/.."
work=target/bench

missing=()
for tool in bzip2:bzip2 lbzip2:lbzip2 xmllint:libxml2-utils zstd:zstd unzip:unzip taskset:util-linux python3:python3-venv; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "error: tools are missing; on Debian: apt-get install ${missing[*]}" >&2
  exit 1
fi

mkdir -p "$work"
if ! cmp -s bench/requirements.txt "$work/venv/requirements.txt"; then
  python3 -m venv --clear "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement bench/requirements.txt
  cp bench/requirements.txt "$work/venv/"
fi
cargo build --quiet --release --package ljd
exec "$work/venv/bin/python" bench/compare.py "$@"
