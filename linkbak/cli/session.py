"""What every verb shares: which vault and account are meant, and how to answer."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linkbak.errors import NoVault, UsageProblem

if TYPE_CHECKING:
    from linkbak.report.blocks import Block
    from linkbak.settings import Settings
    from linkbak.vault import Summary, Vault


class Common:
    """The options that every verb takes, before or after it."""

    vault = Annotated[
        Path | None, typer.Option("--vault", metavar="PATH", help="The vault's folder (environment: LINKBAK_VAULT).")
    ]
    account = Annotated[str | None, typer.Option("--account", metavar="NAME", help="Which account of the vault.")]
    as_json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
    quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors and asked-for data.")]


NoColor = Annotated[bool, typer.Option("--no-color", help="No colour (environment: NO_COLOR).")]

COMMON: dict[str, inspect.Parameter] = {
    name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
    for name, annotation, default in (
        ("vault", Common.vault, None),
        ("account", Common.account, None),
        ("as_json", Common.as_json, False),
        ("quiet", Common.quiet, False),
        ("no_color", NoColor, False),
    )
}

_spoken: dict[str, bool] = {"json": False}


def spoken_json() -> bool:
    """Whether the running command was asked for JSON, so that its refusal is JSON too."""
    return _spoken["json"]


def forget_json() -> None:
    """A command begins; it has not been asked for JSON yet."""
    _spoken["json"] = False


@dataclass(frozen=True, slots=True)
class Session:
    """The shared options of one command, resolved."""

    named_vault: Path | None
    account: str | None
    as_json: bool
    quiet: bool
    color: bool | None

    def settings(self) -> Settings:
        """The config file with the environment laid over it."""
        from linkbak import settings

        return settings.load()

    def vault_path(self) -> tuple[Path, bool]:
        """The vault's place, and whether anybody named it (a flag, the environment, the config file)."""
        from linkbak import paths

        named = self.named_vault or self.settings().vault
        return (named or paths.default_vault()), named is not None

    def open_vault(self) -> Vault:
        """The vault to read; raises NoVault with the way to make one."""
        from linkbak.vault import Vault

        place, named = self.vault_path()
        try:
            return Vault.open(place)
        except NoVault as error:
            raise (
                NoVault(str(error), hint=NAMED_HINT.format(place)) if named and _nothing_at(place) else error
            ) from None

    def summaries(self, vault: Vault, as_of: str | None = None) -> Sequence[Summary]:
        """The snapshots the user means: of the account asked for, up to the day asked for, oldest first."""
        from linkbak.vault import as_of as up_to

        found: Sequence[Summary] = vault.summaries()
        if self.account is not None:
            found = [s for s in found if self.account in (s.account, s.key.account)]
            if not found:
                known = ", ".join(vault.accounts()) or "none yet"
                raise UsageProblem(f"the vault has no account {self.account!r}", hint=f"It has: {known}.")
        return up_to(found, day_of(as_of)) if as_of is not None else found

    def one_account(self, found: Sequence[Summary]) -> Sequence[Summary]:
        """The same snapshots if they are of one account; raises UsageProblem if it is open which is meant."""
        accounts = sorted({summary.key.account for summary in found})
        if len(accounts) > 1:
            raise UsageProblem(
                f"the vault keeps several accounts: {', '.join(accounts)}", hint="Say which with --account NAME."
            )
        return found

    def show(self, blocks: Sequence[Block]) -> None:
        """Print a page for people on standard output, unless --quiet."""
        if not self.quiet:
            from linkbak.report.show import show

            show(blocks, sys.stdout, color=self.color)

    def print_json(self, document: Mapping[str, Any]) -> None:
        """Print a JSON document on standard output."""
        from linkbak.report.as_json import dump

        self.print_text(dump(document))

    def print_text(self, text: str) -> None:
        """Print data on standard output as UTF-8, whatever the locale says."""
        sys.stdout.flush()
        data = text.encode("utf-8", "backslashreplace")
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:
            sys.stdout.write(text)
        else:
            buffer.write(data)
        sys.stdout.flush()


NAMED_HINT = "Is its disk there, and its path right? A new one is made with: linkbak init {}"
"""What to do about a vault that somebody named and that is not there: no import makes it."""


def _nothing_at(place: Path) -> bool:
    return not (place / ".git").exists()


def session_of(context: typer.Context, after: Mapping[str, Any]) -> Session:
    """The options given after the verb, where missing those given before it."""
    before: Mapping[str, Any] = context.obj or {}
    given = {name: after[name] or before.get(name) for name in COMMON}
    _spoken["json"] = bool(given["as_json"])
    return Session(
        named_vault=given["vault"].expanduser() if given["vault"] else None,
        account=given["account"],
        as_json=bool(given["as_json"]),
        quiet=bool(given["quiet"]),
        color=False if given["no_color"] else None,
    )


def day_of(text: str) -> Any:
    """A day as the user wrote it, ``2026-03-20``; raises UsageProblem."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a day", hint="Write it as 2026-03-20.") from None
