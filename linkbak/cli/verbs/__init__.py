"""The verbs, one file each, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Callable

from linkbak.cli.verbs.cat import cat
from linkbak.cli.verbs.demo import demo
from linkbak.cli.verbs.diff import diff
from linkbak.cli.verbs.files import files
from linkbak.cli.verbs.import_ import import_
from linkbak.cli.verbs.init import init
from linkbak.cli.verbs.log import log
from linkbak.errors import Exit

VERBS: dict[str, Callable[..., Exit | None]] = {
    "import": import_,
    "log": log,
    "diff": diff,
    "files": files,
    "cat": cat,
    "init": init,
    "demo": demo,
}
