"""The program ``ljd``, as ``python -m ljd_datasets``."""

from __future__ import annotations

import sys

from ._native import run


def main() -> None:
    """Runs the program with the arguments of the process, and ends it with the program's exit code."""
    sys.exit(run(["ljd", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
