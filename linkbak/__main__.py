"""``python -m linkbak`` is the same as ``linkbak``."""

import sys

from linkbak.cli import main

if __name__ == "__main__":
    sys.exit(main())  # type: ignore[no-untyped-call]
