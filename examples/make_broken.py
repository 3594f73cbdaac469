"""Write the broken archives: python examples/make_broken.py DEST."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> None:
    """Write them, and say of each what is wrong and which exit status to expect."""
    parser = argparse.ArgumentParser(description="Write one archive, broken in many ways.")
    parser.add_argument("folder", type=Path, help="where to; it is made if need be")
    folder = parser.parse_args().folder

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from examples.broken import BROKEN, write

    for path, one in zip(write(folder), BROKEN, strict=True):
        print(f"{path}: {one.what}; import should end with {one.status}")


if __name__ == "__main__":
    main()
