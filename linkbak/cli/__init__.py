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
    import _signal  # type: ignore[import-not-found]  # `signal` itself takes time in which Ctrl-C may come

    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # as long as nothing was done: no traceback of an import
    from linkbak.cli.streams import OutputLost, guard, is_short_of_memory

    guard()
    try:
        try:
            return _run(sys.argv[1:])  # type: ignore[no-untyped-call]
        finally:
            sys.stdout.flush()  # else Python does it, when nobody can tell any more that it failed
    except OutputLost as lost:
        if not lost.gone:
            sys.stderr.write("error: %s\n" % lost)  # noqa: UP031
        return 141 if lost.gone else 15
    except ImportError as error:  # of what every command needs: not installed whole, or no memory left to map it
        sys.stderr.write("error: a part of linkbak cannot be loaded: %s\n" % error.name)  # noqa: UP031
        return 15
    except Exception as error:
        if not is_short_of_memory(error):
            raise
        sys.stderr.write("error: this machine has too little memory left to run linkbak\n")
        return 15


def _run(words):  # type: ignore[no-untyped-def]
    if words == ["--version"]:
        import linkbak

        sys.stdout.write("linkbak " + linkbak.__version__ + "\n")
        return 0
    gc.set_threshold(_SELDOM)
    atexit.register(gc.freeze)  # else Python looks through everything once more before it ends
    from linkbak.cli.app import build

    if len(words) == 2 and words[1] in ("-h", "--help") and not words[0].startswith("-"):
        words = ["help", words[0]]  # which shows in a pager what is longer than the screen
    # The words to complete may be verbs, but none of these runs.
    return build(words[:1] if words[:1] == ["completion"] else words)(words, prog_name="linkbak")
