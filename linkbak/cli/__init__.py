"""The command line: parse, call one function, show what it returned."""

import atexit
import gc
import sys

__all__ = ["main"]

_SELDOM = 100_000
"""Nearly all a command makes lives until it ends: looking through it for cycles takes a tenth of its time."""


def main():  # type: ignore[no-untyped-def]  # an old Python must be able to read this file, to be told that it is old
    """Run linkbak; the entry point of the installed script."""
    if sys.version_info < (3, 11):  # noqa: UP036  # pip checks it, a copied folder does not
        sys.stderr.write("error: linkbak needs Python 3.11 or newer; this is %d.%d\n" % sys.version_info[:2])  # noqa: UP031
        return 15
    if sys.argv[1:] == ["--version"]:
        import linkbak

        sys.stdout.write("linkbak " + linkbak.__version__ + "\n")
        return 0
    for stream in (sys.stdout, sys.stderr):
        # A letter that the terminal's encoding lacks is no reason to show nothing at all.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    gc.set_threshold(_SELDOM)
    atexit.register(gc.freeze)  # else Python looks through everything once more before it ends
    from linkbak.cli.app import build

    return build(sys.argv[1:])(prog_name="linkbak")
