"""Checks everything that linkbak needs, and says what to do about faults. It changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from linkbak import paths, schedule
from linkbak.api import AGAIN, ending, login_of
from linkbak.archive import Limits
from linkbak.automation import doctor_checks as checks
from linkbak.automation.doctor_checks import LEVELS, SEE, Check, Finding, Installation, Level, fail, ok, quoted, warn
from linkbak.automation.downloads import folders as scan_folders
from linkbak.automation.downloads import not_kept, terms
from linkbak.errors import Bug, Exit, LinkbakError, how_to_add
from linkbak.settings import stray
from linkbak.texts import tr, tr_count

# --- notifications ----------------------------------------------------------------------------------------------------
# Whether notifications can be sent.


def notify(installation: Installation) -> Iterator[Finding]:
    """The program and the library that notifications need; nothing is sent."""
    import shutil
    from importlib.util import find_spec

    values = installation.settings.values
    said = {name: values[f"notify.{name}"].value for name in ("ping", "command", "apprise")}
    bad = []
    if said["command"] and shutil.which(said["command"][0]) is None:
        change = tr("Install it, or `linkbak config set notify.command` with its whole path.")
        bad.append(fail(tr("the program of notify.command is not there"), change))
    if said["apprise"] and find_spec("apprise") is None:
        install = how_to_add("notify", "apprise")
        bad.append(fail(tr("apprise is not installed, so notify.apprise tells nobody"), install))
    here = [one.where for one in values.values() if one.key.table == "notify" and one.source == "environment"]
    if here and schedule.found(installation.place):
        # A timer gets no variables that may hold secrets, so it cannot use notifications set only in these.
        what = tr_count(
            "the timer does not know {variables}, which is set here",
            "the timer does not know {variables}, which are set here",
            len(here),
            variables=_all(here),
        )
        bad.append(warn(what, tr("Write it into the config file: `linkbak config set`.")))
    if set_up := [name for name, value in said.items() if value]:
        yield from bad or [ok(tr("{keys}; `linkbak config test-notification` tries what is set", keys=_all(set_up)))]


def _all(names: Sequence[str]) -> str:
    return tr(" and ").join(names)


# --- api --------------------------------------------------------------------------------------------------------------
# Whether the official API can be used, where somebody logged in; neither the API nor the keyring is asked.


def api(installation: Installation) -> Iterator[Finding]:
    """The libraries that it needs, and how long the token works."""
    from importlib.util import find_spec

    known = login_of(installation.place)
    if known is None:
        return
    if lacking := [name for name in ("httpx", "keyring") if find_spec(name) is None]:
        what = tr("{libraries} cannot be loaded, so nothing is fetched from LinkedIn's API", libraries=_all(lacking))
        yield fail(what, how_to_add("api", "httpx keyring"))
    elif said := ending(known, installation.now):
        yield warn(said, AGAIN)
    else:
        yield ok(tr("the token for LinkedIn's API works until {day}; `linkbak api` tells more", day=known.ends))


# --- settings ---------------------------------------------------------------------------------------------------------
# The settings, and the folders that they name.

_OTHERS = 0o077


def config(installation: Installation) -> Iterator[Finding]:
    """Whether file and environment are valid, and secrets in the file are private."""
    settings, bad = installation.settings, False
    for problem in settings.problems:
        bad = True
        mend = tr("`linkbak config set KEY VALUE` changes it.") if problem.exit_code == Exit.USAGE else SEE
        yield fail(str(problem), problem.hint or mend, problem.exit_code)
    for word in stray(os.environ):
        bad = True
        yield warn(word, tr("Take it out of the environment, or write it as linkbak knows it."))
    held = [one.key.name for one in settings.values.values() if one.source == "file" and one.key.secret and one.value]
    if held and settings.file.stat().st_mode & _OTHERS:
        bad = True
        yield warn(
            tr("others can read {file}, which holds secrets", file=settings.file), f"chmod 600 {quoted(settings.file)}"
        )
    if not bad:
        yield ok(str(settings.file) if settings.file.exists() else tr("no file; every setting has its default"))


def folders(installation: Installation) -> Iterator[Finding]:
    """Where archives are looked for, and where they are moved to."""
    said = {name: installation.settings.values[name].value for name in ("scan.folders", "scan.move_to")}
    meant = scan_folders(installation.place, said["scan.folders"])
    bad = [*_unfit(meant, os.R_OK | os.X_OK, "scan.folders")]
    if said["scan.move_to"] is not None:
        bad += _unfit([said["scan.move_to"]], os.W_OK | os.X_OK, "scan.move_to")
    if not meant:
        bad.append(
            warn(tr("there is no folder to look for archives in"), "linkbak config set scan.folders ~/Downloads")
        )
    limits = {one.key.bare: one.value for one in installation.settings.values.values() if one.key.table == "limits"}
    for one in not_kept(installation.place, [one for one in meant if one.is_dir()], terms(None, Limits(**limits))):
        if one.path not in meant:
            bad.append(
                fail(tr("{file} was not kept", file=one.path), tr("`linkbak import --again` says why."), one.status)
            )
    yield from bad or [ok(tr("archives are looked for in {folders}", folders=", ".join(map(str, meant))))]


def _unfit(meant: Sequence[Path], how: int, key: str) -> Iterator[Finding]:
    for folder in meant:
        if not folder.is_dir():
            yield warn(
                tr("there is no folder {folder}", folder=folder),
                tr("Make it, or `linkbak config set {key} FOLDER`.", key=key),
            )
        elif not os.access(folder, how):
            cannot = tr("{folder} cannot be read") if how & os.R_OK else tr("{folder} cannot be written to")
            yield fail(
                cannot.format(folder=folder), tr("Open it to yourself, or `linkbak config set {key} FOLDER`.", key=key)
            )


# --- access -----------------------------------------------------------------------------------------------------------
# Whether linkbak may write where it has to, and others may not read.


def permissions(installation: Installation) -> Iterator[Finding]:
    """The vault's folder and those beside it."""
    bad = [*_vault(installation), *_beside(installation)]
    yield from bad
    if installation.there and not bad:
        yield ok(tr("only you can read what linkbak keeps"))


def _vault(installation: Installation) -> Iterator[Finding]:
    if not installation.there:
        return
    place = installation.place
    if foreign := [one for one in _inside(place) if one.lstat().st_uid != os.geteuid()]:
        yield fail(
            _some(
                foreign,
                tr("{place} is not yours; a command with sudo may have made it"),
                tr("{place} and {number} more are not yours; a command with sudo may have made it"),
            ),
            f"sudo chown -R $(id -un) {quoted(place)}",
        )
    elif shut := [
        one for one in _inside(place) if not os.access(one, os.R_OK | os.W_OK | (os.X_OK if one.is_dir() else 0))
    ]:
        yield fail(
            _some(shut, tr("{place} is closed to you"), tr("{place} and {number} more are closed to you")),
            f"chmod -R u+rwX {quoted(place)}",
        )
    if place.stat().st_mode & _OTHERS:
        yield warn(tr("others on this machine can look into {place}", place=place), f"chmod 700 {quoted(place)}")


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
            yield warn(
                tr("others on this machine can look into {folder}", folder=folder), f"chmod 700 {quoted(folder)}"
            )
        if not os.access(folder, os.W_OK | os.X_OK):
            yield warn(
                tr("{folder} cannot be written to, so linkbak remembers nothing there", folder=folder),
                f"chmod u+rwx {quoted(folder)}",
            )


def _some(found: list[Path], alone: str, with_others: str) -> str:
    """One of two sentences about the first of these, and how many more there are."""
    return (with_others if found[1:] else alone).format(place=found[0], number=f"{len(found) - 1:,}")


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
        yield fail(tr("cannot be looked at: {place}{reason}", place=place, reason=reason), SEE, Exit.MACHINE)
    except Exception as error:  # noqa: BLE001  # a broken check must not hide the findings of the others
        bug = Bug(error)
        yield fail(str(bug), bug.hint, bug.exit_code)
