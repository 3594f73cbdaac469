"""What is measured: each scenario prepares its data, runs linkbak and a peer in turn, and gives lines of the table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import bare_typer
from benchmarks.account import HEADER, NOTES
from benchmarks.elsewhere import copies
from benchmarks.exporting import export
from benchmarks.getting_out import compact, restore, verify
from benchmarks.harness import BIN, Command, Cost, Result, always, once, side_by_side
from benchmarks.many import grown_repository
from benchmarks.paging import report
from benchmarks.remembering import remember
from benchmarks.scale import accounts
from benchmarks.scanning import scan
from benchmarks.setting import LINKBAK, Scenario, Setting, times
from benchmarks.talking import million, talk


def startup(setting: Setting) -> list[Result]:
    """What every command costs before it does anything; the floor is a program of one command that typer parses."""
    vault = _vault(setting, "logged", [setting.archive(number, messages=False) for number in range(10)])
    bare = Path(bare_typer.__file__)
    found = side_by_side(
        {
            "python": always(sys.executable, "-c", "pass"),
            "version": always(LINKBAK, "--version"),
            "bare": always(sys.executable, bare),
            "bare help": always(sys.executable, bare, "--help"),
            "help": always(LINKBAK, "--help"),
            "log": always(LINKBAK, "log", "--vault", vault),
        },
        setting.runs * 3,
        setting.folder,
    )
    return [
        times("`linkbak --version`", found["version"], found["python"], "python -c pass", 1.3),
        times("`linkbak --help`", found["help"], found["bare help"], "a bare typer program's", 1.5),
        times("`linkbak log` of ten snapshots", found["log"], found["bare"], "a bare typer program", 1.5),
    ]


def diff(setting: Setting) -> list[Result]:
    """Two lists of 30,000 people, a month apart. No comparison is remembered; whom one talked with and causes are."""
    lists = []
    for number in (0, 1):
        plain = setting.folder / f"list{number}.csv"
        plain.write_bytes(HEADER.encode() + setting.states[number].removeprefix((NOTES + HEADER).encode()))
        lists.append(plain)
    vault = _vault(setting, "diffed", [setting.archive(number, messages=False) for number in (0, 1)])
    once([str(LINKBAK), "diff", "--vault", str(vault)], setting.folder)
    found = side_by_side(
        {
            "csv-diff": always(BIN / "csv-diff", *lists, "--key=URL"),
            "daff": always(BIN / "daff", *lists),
            "kept": always(LINKBAK, "diff", "--vault", vault),
            "anew": lambda run: (
                *("env", f"XDG_CACHE_HOME={setting.folder}/fresh{run}"),
                *(LINKBAK, "diff", "--vault", vault),
            ),
        },
        setting.runs,
        setting.folder,
    )
    name = "`linkbak diff`, newest two of 30,000, compared anew as always"
    return [
        times(name, found["kept"], found["csv-diff"], "csv-diff 1.2", 0.40),
        times(
            "the same with an empty cache: it makes the index of everybody first",
            found["anew"],
            found["csv-diff"],
            "csv-diff 1.2",
            None,
        ),
        times("the same", found["anew"], found["daff"], "daff 1.4.2", None),
    ]


def import_few(setting: Setting) -> list[Result]:
    """One more snapshot after ten."""
    results = []
    for messages, budget in ((False, 2.5), (True, 0.8)):
        kept = [setting.archive(number, messages=messages) for number in range(10)]
        found = _imports(setting, _vault(setting, f"few{messages}", kept), _plain_repository(setting, kept), messages)
        what = "`linkbak import`, 10 kept, " + ("with 200,000 messages" if messages else "connections only")
        results.append(times(what, found["linkbak"], found["git"], "unzip && git add && git commit", budget))
        if messages:
            results.append(Result("its largest process", found["linkbak"].memory, 120, "MB", "limit", 1.0))
    return results


def import_many(setting: Setting) -> list[Result]:
    """One more snapshot after ten years of daily ones; their lists are short, but git's trees are as large."""
    vault, repository = setting.folder / "many", setting.folder / "many-plain"
    grown_repository(setting.folder, vault, repository, setting.snapshots)
    few = _vault(setting, "few", [setting.archive(number, messages=False) for number in range(10)])
    results = []
    for messages, budget in ((False, 0.7), (True, 1.3)):
        # The vault's lists are of other people: the archives go to an account of their own.
        found = _imports(setting, vault, repository, messages, f"other{messages}")
        what = f"`linkbak import`, {setting.snapshots:,} kept, " + ("with messages" if messages else "connections only")
        results.append(times(what, found["linkbak"], found["git"], "unzip && git add && git commit", budget))
        if not messages:
            less = _imports(setting, few, repository, messages)["linkbak"]
            results.append(Result("CPU of that over one after 10", found["linkbak"].cpu, less.cpu, "s", "10 kept", 1.3))
    return results


def _imports(setting: Setting, vault: Path, repository: Path, messages: bool, account: str = "me") -> dict[str, Cost]:
    """linkbak and plain git in turn, each run with another archive."""

    def archive(run: int) -> Path:
        return setting.archive(10 + run, messages=messages)

    script = 'unzip -q "$1" -d "$2" && git -c core.fsync=all add "$2" && '
    script += 'git -c core.fsync=all -c user.name=a -c user.email=a@example.com commit -qm "$2"'
    ours: Command = lambda run: (LINKBAK, "import", archive(run), "--vault", vault, "--account", account)  # noqa: E731
    plain: Command = lambda run: (  # noqa: E731
        *("sh", "-c", f'cd "$3" && {script}', "sh"),
        *(archive(run), f"{vault.name}-{messages}-{run}", repository),
    )
    return side_by_side({"linkbak": ours, "git": plain}, setting.runs, setting.folder)


def _vault(setting: Setting, name: str, archives: Sequence[Path]) -> Path:
    vault = setting.folder / name
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    for archive in archives:
        once([str(LINKBAK), "import", str(archive), "--vault", str(vault)], setting.folder)
    return vault


def _plain_repository(setting: Setting, archives: Sequence[Path]) -> Path:
    repository = setting.folder / f"plain-{archives[0].stem}"
    repository.mkdir()
    once(["git", "init", "-q", str(repository)], setting.folder)
    for number, archive in enumerate(archives):
        script = 'cd "$1" && unzip -q "$2" -d "$3" && git add . && '
        script += 'git -c user.name=a -c user.email=a@example.com commit -qm "$3"'
        once(["sh", "-c", script, "sh", str(repository), str(archive), str(number)], setting.folder)
    return repository


SCENARIOS: dict[str, Scenario] = {
    "startup": startup,
    "diff": diff,
    "import": import_few,
    "import-many": import_many,
    "remember": remember,
    "export": export,
    "restore": restore,
    "verify": verify,
    "compact": compact,
    "report": report,
    "scan": scan,
    "copies": copies,
    "talk": talk,
    "million": million,
    "accounts": accounts,
}
