"""Checks everything that linkbak needs, and says what to do about faults. It changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from linkbak import paths, schedule
from linkbak.api import due_word, login_of
from linkbak.archive import Limits
from linkbak.automation import doctor_checks as checks
from linkbak.automation.doctor_checks import LEVELS, SEE, Check, Finding, Installation, Level, fail, ok, quoted, warn
from linkbak.automation.downloads import folders as scan_folders
from linkbak.automation.downloads import not_kept, terms
from linkbak.errors import Bug, Exit, LinkbakError, how_to_add
from linkbak.settings import stray

# --- notifications ----------------------------------------------------------------------------------------------------
# Whether notifications can be sent.


def notify(installation: Installation) -> Iterator[Finding]:
    """The program and the library that notifications need; nothing is sent."""
    import shutil
    from importlib.util import find_spec

    said = {name: installation.settings.values[f"notify.{name}"].value for name in ("ping", "command", "apprise")}
    bad = []
    if said["command"] and shutil.which(said["command"][0]) is None:
        change = "Install it, or `linkbak config set notify.command` with its whole path."
        bad.append(fail("the program of notify.command is not there", change))
    if said["apprise"] and find_spec("apprise") is None:
        install = how_to_add("notify", "apprise")
        bad.append(fail("apprise is not installed, so notify.apprise tells nobody", install))
    here = [
        one.where
        for one in installation.settings.values.values()
        if one.key.table == "notify" and one.source == "environment"
    ]
    if here:
        bad += _unknown_to_timers(installation, here)
    if set_up := [name for name, value in said.items() if value]:
        yield from bad or [ok(f"{' and '.join(set_up)}; `linkbak config test-notification` tries what is set")]


def _unknown_to_timers(installation: Installation, variables: Sequence[str]) -> Iterator[Finding]:
    """A timer gets no variables that may hold secrets, so it cannot use notifications set only in these."""
    if schedule.found(installation.place):
        many = len(variables) > 1
        yield warn(
            f"the timer does not know {' and '.join(variables)}, which {'are' if many else 'is'} set here",
            "Write it into the config file: `linkbak config set`.",
        )


# --- api --------------------------------------------------------------------------------------------------------------
# Whether the official API can be used, where somebody logged in; neither the API nor the keyring is asked.


def api(installation: Installation) -> Iterator[Finding]:
    """The libraries that it needs, and how long the token works."""
    from importlib.util import find_spec

    known = login_of(installation.place)
    if known is None:
        return
    if lacking := [name for name in ("httpx", "keyring") if find_spec(name) is None]:
        install = how_to_add("api", "httpx keyring")
        yield fail(f"{' and '.join(lacking)} cannot be loaded, so nothing is fetched from LinkedIn's API", install)
    elif said := due_word(known, installation.now):
        what, _, remedy = said.partition(": ")
        yield warn(what, remedy)
    else:
        yield ok(f"the token for LinkedIn's API works until {known.ends}; `linkbak api` tells more")


# --- settings ---------------------------------------------------------------------------------------------------------
# The settings, and the folders that they name.

_OTHERS = 0o077


def config(installation: Installation) -> Iterator[Finding]:
    """Whether file and environment are valid, and secrets in the file are private."""
    settings, bad = installation.settings, False
    for problem in settings.problems:
        bad = True
        mend = "`linkbak config set KEY VALUE` changes it." if problem.exit_code == Exit.USAGE else SEE
        yield fail(str(problem), problem.hint or mend, problem.exit_code)
    for word in stray(os.environ):
        bad = True
        yield warn(word, "Take it out of the environment, or write it as linkbak knows it.")
    held = [one.key.name for one in settings.values.values() if one.source == "file" and one.key.secret and one.value]
    if held and settings.file.stat().st_mode & _OTHERS:
        bad = True
        yield warn(f"others can read {settings.file}, which holds secrets", f"chmod 600 {quoted(settings.file)}")
    if not bad:
        yield ok(str(settings.file) if settings.file.exists() else "no file; every setting has its default")


def folders(installation: Installation) -> Iterator[Finding]:
    """Where archives are looked for, and where they are moved to."""
    said = {name: installation.settings.values[name].value for name in ("scan.folders", "scan.move_to")}
    meant = scan_folders(installation.place, said["scan.folders"])
    bad = [*_unfit(meant, os.R_OK | os.X_OK, "scan.folders", "read")]
    if said["scan.move_to"] is not None:
        bad += _unfit([said["scan.move_to"]], os.W_OK | os.X_OK, "scan.move_to", "written to")
    if not meant:
        bad.append(warn("there is no folder to look for archives in", "linkbak config set scan.folders ~/Downloads"))
    limits = {one.key.bare: one.value for one in installation.settings.values.values() if one.key.table == "limits"}
    for one in not_kept(installation.place, [one for one in meant if one.is_dir()], terms(None, Limits(**limits))):
        if one.path not in meant:
            bad.append(fail(f"{one.path} was not kept", "`linkbak import --again` says why.", one.status))
    yield from bad or [ok(f"archives are looked for in {', '.join(map(str, meant))}")]


def _unfit(meant: Sequence[Path], how: int, key: str, what: str) -> Iterator[Finding]:
    for folder in meant:
        if not folder.is_dir():
            yield warn(f"there is no folder {folder}", f"Make it, or `linkbak config set {key} FOLDER`.")
        elif not os.access(folder, how):
            yield fail(f"{folder} cannot be {what}", f"Open it to yourself, or `linkbak config set {key} FOLDER`.")


# --- access -----------------------------------------------------------------------------------------------------------
# Whether linkbak may write where it has to, and others may not read.


def permissions(installation: Installation) -> Iterator[Finding]:
    """The vault's folder and those beside it."""
    bad = [*_vault(installation), *_beside(installation)]
    yield from bad
    if installation.there and not bad:
        yield ok("only you can read what linkbak keeps")


def _vault(installation: Installation) -> Iterator[Finding]:
    if not installation.there:
        return
    place = installation.place
    if foreign := [one for one in _inside(place) if one.lstat().st_uid != os.geteuid()]:
        yield fail(
            f"{_some(foreign)} not yours; a command with sudo may have made it",
            f"sudo chown -R $(id -un) {quoted(place)}",
        )
    elif shut := [
        one for one in _inside(place) if not os.access(one, os.R_OK | os.W_OK | (os.X_OK if one.is_dir() else 0))
    ]:
        yield fail(f"{_some(shut)} closed to you", f"chmod -R u+rwX {quoted(place)}")
    if place.stat().st_mode & _OTHERS:
        yield warn(f"others on this machine can look into {place}", f"chmod 700 {quoted(place)}")


def _inside(place: Path) -> Iterator[Path]:
    """The folders that every command writes to; not all objects, of which there may be many."""
    own = place / ".git"
    yield from (place, own)
    for folder in (own / "objects", own / "refs" / "heads", own / "linkbak", own / "logs"):
        if folder.is_dir():
            yield folder
            if os.access(folder, os.R_OK | os.X_OK):
                yield from sorted(one for one in folder.iterdir() if not one.is_symlink())


def _beside(installation: Installation) -> Iterator[Finding]:
    """The cache and state folders, which both hold people's data."""
    for folder in (paths.cache_folder(installation.place), paths.state_folder(installation.place)):
        if not folder.is_dir():
            continue
        if folder.stat().st_mode & _OTHERS:
            yield warn(f"others on this machine can look into {folder}", f"chmod 700 {quoted(folder)}")
        if not os.access(folder, os.W_OK | os.X_OK):
            yield warn(
                f"{folder} cannot be written to, so linkbak remembers nothing there", f"chmod u+rwx {quoted(folder)}"
            )


def _some(found: list[Path]) -> str:
    """The first of these, and how many more there are."""
    more = f" and {len(found) - 1:,} more are" if len(found) > 1 else " is"
    return f"{found[0]}{more}"


# --- all checks -------------------------------------------------------------------------------------------------------
# Every check, one after the other; a failing one stops no other.

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        *(checks.python, checks.git, config, checks.vault, permissions, checks.lock, checks.index, checks.clock),
        *(checks.disk, folders, checks.timer, notify, api, checks.remote, checks.kit),
    )
}
"""The checks in the order of the report; one without a subject says nothing."""

_GRAVEST = (Exit.DAMAGED, Exit.MACHINE, Exit.NO_VAULT, Exit.LOCKED, Exit.USAGE)


def examine(installation: Installation) -> list[Finding]:
    """The findings of every check."""
    return [one._replace(check=name) for name, check in CHECKS.items() for one in _guarded(check, installation)]


def worst(findings: Sequence[Finding]) -> Level:
    """How bad it is."""
    return max((one.level for one in findings), key=LEVELS.index, default="ok")


def status_of(findings: Sequence[Finding]) -> Exit:
    """The exit status of the worst failure; 0 if nothing failed."""
    found = {one.status for one in findings if one.level == "fail"}
    return next((status for status in (*_GRAVEST, *sorted(found)) if status in found), Exit.FINE)


def _guarded(check: Check, installation: Installation) -> Iterator[Finding]:
    try:
        yield from check(installation)
    except LinkbakError as error:
        yield fail(str(error), error.hint, error.exit_code)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        yield fail(f"cannot be looked at: {place}{reason}", SEE, Exit.MACHINE)
    except Exception as error:  # noqa: BLE001  # a broken check must not hide the findings of the others
        bug = Bug(error)
        yield fail(str(bug), bug.hint, bug.exit_code)
