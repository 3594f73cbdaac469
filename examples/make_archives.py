"""Write the invented archives: python examples/make_archives.py DEST."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> None:
    """Write them and say where."""
    parser = argparse.ArgumentParser(description="Write invented LinkedIn archives of 2017 to 2026.")
    parser.add_argument("folder", type=Path, help="where to; it is made if need be")
    folder = parser.parse_args().folder

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from examples.archives import write

    for path in write(folder):
        print(path)


if __name__ == "__main__":
    main()
