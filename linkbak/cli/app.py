"""All verbs, the options they share, and the one place where a refusal becomes text and an exit status."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import linkbak
from linkbak.errors import Exit

VERBS = {
    "import": ("linkbak.cli.import_.import_", "Keep archives as snapshots"),
    "log": ("linkbak.cli.snapshots.log", "List the snapshots, or the files of one"),
    "diff": ("linkbak.cli.diff.diff", "Show who vanished, came, hid and changed"),
    "lost": ("linkbak.cli.lost.lost", "Show everyone ever lost and not back, and why"),
    "people": ("linkbak.cli.people.people", "List the people you are connected to, or were"),
    "show": ("linkbak.cli.show.show", "Show everything the vault knows of one person"),
    "search": ("linkbak.cli.search.search", "Find people by anything known of them, or messages"),
    "stats": ("linkbak.cli.overview.stats", "Show your network in numbers"),
    "report": ("linkbak.cli.overview.report", "Make a page to look at: one HTML file that needs nothing else"),
    "export": ("linkbak.cli.export.export", "Write people down for other programs"),
    "cat": ("linkbak.cli.snapshots.cat", "Print one file of a snapshot, byte for byte"),
    "restore": ("linkbak.cli.restore.restore", "Give an archive's files back, byte for byte"),
    "mark": ("linkbak.cli.mark.mark", "Tell what you know of people"),
    "forget": ("linkbak.cli.forget.forget", "Set a snapshot aside, or correct its date or account"),
    "status": ("linkbak.cli.status.status", "Show how the backup stands"),
    "verify": ("linkbak.cli.maintenance.verify", "Check every byte against what was imported"),
    "init": ("linkbak.cli.config.init", "Make a vault and remember its place"),
    "compact": ("linkbak.cli.maintenance.compact", "Make the vault smaller on disk"),
    "run": ("linkbak.cli.run.run", "Run every unattended step: what a timer calls"),
    "schedule": ("linkbak.cli.schedule.schedule", "Have linkbak run by itself, or say what is set up"),
    "request": ("linkbak.cli.request.request", "Keep track of your request for the next archive"),
    "remote": ("linkbak.cli.remotes.remote", "Say where copies of the vault are kept"),
    "push": ("linkbak.cli.remotes.push", "Send the vault to its copies elsewhere"),
    "pull": ("linkbak.cli.remotes.pull", "Take in what copies elsewhere have and the vault has not"),
    "clone": ("linkbak.cli.remotes.clone", "Make a vault of a copy, on this machine"),
    "seal": ("linkbak.cli.seal.seal", "Make an encrypted copy of the vault for a place you do not trust"),
    "unseal": ("linkbak.cli.seal.unseal", "Open sealed copies: as a new vault, or into the one that is there"),
    "config": ("linkbak.cli.config.config", "Show and change the settings"),
    "doctor": ("linkbak.cli.doctor.doctor", "Check this machine, the settings and the vault"),
    "demo": ("linkbak.cli.demo.demo", "Show on invented archives what linkbak does"),
}
"""Each verb: its function, by its full name, and what it is for.

That is the first line of the docstring too, and stands here since listing the verbs should load none of them.
"""


def load(place: str) -> Callable[..., Any]:
    """A function by its full name; its module is imported only now, since every command pays for what is imported."""
    module, _, name = place.rpartition(".")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


# --- command line -----------------------------------------------------------------------------------------------------

EXIT_STATUSES = {
    Exit.FINE: "fine",
    Exit.BUG: "a bug in linkbak",
    Exit.USAGE: "wrong usage",
    Exit.INCOMPLETE: "kept but incomplete: an expected table empty, missing or partly unreadable",
    Exit.REFUSED: "archive refused: unreadable, unsafe, encrypted, too large or unfinished",
    Exit.UNKNOWN_ARCHIVE: "no adapter knows the archive",
    Exit.DIFFERENT: "differences found (with --exit-code), or a copy elsewhere holds what the vault does not",
    Exit.STALE: "stale",
    Exit.OTHER_ACCOUNT: "another account's archive",
    Exit.HELD: "kept, but its losses are held: the export shrank beyond belief",
    Exit.NO_VAULT: "no vault",
    Exit.LOCKED: "vault locked by another process",
    Exit.DAMAGED: "vault damaged",
    Exit.NOT_FOUND: "no such snapshot, file or person",
    Exit.WRONG_KEY: "wrong key",
    Exit.MACHINE: "the machine could not: disk full, no permission, git missing or too old",
    Exit.INTERRUPTED: "interrupted",
}

_STATUS_TABLE = "\n".join(f"  {int(status):>3}  {meaning}" for status, meaning in EXIT_STATUSES.items())

HELP = """Keep your LinkedIn exports as snapshots, and see who vanished, who came and who changed.

\b
Examples:
  linkbak import ~/Downloads/Complete_LinkedInDataExport_03-20-2026.zip
  linkbak log
  linkbak diff
  linkbak diff 2025-11 latest --only vanished

Ask LinkedIn for the archive at https://www.linkedin.com/mypreferences/d/download-my-data
"""

EPILOG = f"""\b
Exit status:
{_STATUS_TABLE}
"""


class Verbs(TyperGroup):
    """All verbs; each takes the shared options as well."""

    def __init__(self, *, commands: dict[str, Any], params: Sequence[Any], **more: Any) -> None:
        shared = [one for one in params if one.name != "version"]
        for command in commands.values():
            command.params += shared
        super().__init__(commands=commands, params=[*params], **more)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"linkbak {linkbak.__version__}")
        raise typer.Exit


def _shared(
    vault: Annotated[
        Path | None,
        typer.Option(
            "--vault", metavar="PATH", readable=False, help="The vault's folder (environment: LINKBAK_VAULT)."
        ),
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="Which account of the vault.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors and asked-for data.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour (environment: NO_COLOR).")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options that work before and after every verb; a `Session` finds them."""


_HELP = frozenset({"-h", "--help"})


def build(words: Collection[str] = VERBS) -> typer.Typer:
    """The command line; with the words of one command, only what they need of it, which starts faster.

    That is the verbs that occur among the words; and of all verbs only what they are for, if nothing is asked but help.
    """
    app = typer.Typer(
        cls=Verbs,
        help=HELP,
        epilog=EPILOG,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_shared)
    meant = [verb for verb in VERBS if verb in words]
    if _HELP.issuperset(words):
        for verb, (_, purpose) in VERBS.items():
            app.command(verb, help=purpose)(_listed)
        return app
    from linkbak.cli.session import Verb  # only now: the list of the verbs is all that help needs

    for verb in meant or VERBS:
        app.command(verb, cls=Verb)(load(VERBS[verb][0]))
    return app


def _listed() -> None:
    """A verb of which only the line in the list of all is wanted."""
