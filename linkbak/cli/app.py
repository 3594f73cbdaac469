"""All verbs, the options they share, and the one place where a refusal becomes text and an exit status."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Option
from typer.core import TyperGroup

import linkbak
from linkbak.errors import Exit, UsageProblem
from linkbak.texts import tr

VERBS = {
    "import": ("linkbak.cli.import_.import_", tr("Keep archives as snapshots")),
    "mark": ("linkbak.cli.mark.mark", tr("Record what you know about people")),
    "init": ("linkbak.cli.init.init", tr("Make a vault and remember its place")),
    "forget": ("linkbak.cli.import_.forget", tr("Set a snapshot aside, or correct its date or account")),
    "log": ("linkbak.cli.snapshots.log", tr("List the snapshots, or the files of one")),
    "diff": ("linkbak.cli.diff.diff", tr("Compare two snapshots: who left, came or changed")),
    "lost": ("linkbak.cli.people.lost", tr("List everybody you lost, and say why where it shows")),
    "people": ("linkbak.cli.people.people", tr("List your connections, past and present")),
    "show": ("linkbak.cli.people.show", tr("Show everything known about one person")),
    "search": ("linkbak.cli.people.search", tr("Search people, messages, invitations and posts")),
    "posts": ("linkbak.cli.activity.posts", tr("List what you posted, or export it")),
    "invitations": ("linkbak.cli.messages.invitations", tr("List invitations to connect, sent and received")),
    "messages": ("linkbak.cli.messages.messages", tr("Read your messages, or export them")),
    "pitches": ("linkbak.cli.pitches.pitches", tr("Show what came unasked, and the same words from several people")),
    "audit": ("linkbak.cli.pitches.audit", tr("Go through your connections, and say whom you know")),
    "activity": ("linkbak.cli.activity.activity", tr("Show what you did on LinkedIn, and when")),
    "stats": ("linkbak.cli.stats.stats", tr("Show your network in numbers")),
    "report": ("linkbak.cli.stats.report", tr("Write a page about your network to open in a browser")),
    "reach": ("linkbak.cli.reach.reach", tr("Show whom you could reach without LinkedIn")),
    "link": ("linkbak.cli.reach.link", tr("Link people with the contacts of your own address book")),
    "kit": ("linkbak.cli.kit.kit", tr("Make a kit for the day you are locked out")),
    "export": ("linkbak.cli.export.export", tr("Export people for other programs")),
    "restore": ("linkbak.cli.snapshots.restore", tr("Restore the files of a snapshot, byte for byte")),
    "cat": ("linkbak.cli.snapshots.cat", tr("Print one file of a snapshot")),
    "status": ("linkbak.cli.status.status", tr("Show how the backup stands, and what to do next")),
    "schedule": ("linkbak.cli.schedule.schedule", tr("Let this machine run linkbak by itself")),
    "request": ("linkbak.cli.schedule.request", tr("Keep track of your request for the next archive")),
    "run": ("linkbak.cli.schedule.run", tr("Do everything that a timer does: import, check, push, notify")),
    "api": ("linkbak.cli.api.api", tr("Fetch your data through LinkedIn's official API")),
    "verify": ("linkbak.cli.maintenance.verify", tr("Check every byte against what was imported")),
    "doctor": ("linkbak.cli.doctor.doctor", tr("Check this machine, the settings and the vault")),
    "config": ("linkbak.cli.config.config", tr("Show and change the settings")),
    "compact": ("linkbak.cli.maintenance.compact", tr("Make the vault smaller on disk")),
    "push": ("linkbak.cli.copies.push", tr("Send the vault to its remotes")),
    "remote": ("linkbak.cli.copies.remote", tr("List, add, check or remove the remotes, where copies are kept")),
    "pull": ("linkbak.cli.copies.pull", tr("Fetch what the remotes have and the vault lacks")),
    "clone": ("linkbak.cli.copies.clone", tr("Make a vault from a remote, on a new machine")),
    "seal": ("linkbak.cli.copies.seal", tr("Make an encrypted copy for a place you do not trust")),
    "unseal": ("linkbak.cli.copies.unseal", tr("Open encrypted copies")),
    "demo": ("linkbak.cli.init.demo", tr("Show with invented people what linkbak does")),
    "help": ("linkbak.cli.help.help", tr("Show help: of a verb, all verbs, or exit-statuses")),
    "completion": ("linkbak.cli.help.completion", tr("Print the completion script for your shell")),
}
"""Each verb: its function, by its full name, and what it is for.

That is the first line of the docstring too, and stands here since listing the verbs should load none of them.
"""

GROUPS = {
    tr("Keep"): (("import",), ("mark", "init", "forget")),
    tr("Who came and went"): (("diff", "lost", "people"), ("search", "show", "log", "stats", "report")),
    tr("Talk"): (("messages",), ("posts", "invitations", "pitches", "audit", "activity")),
    tr("Locked out"): (("reach",), ("kit", "link")),
    tr("Get out"): (("export",), ("restore", "cat")),
    tr("By itself"): (("status", "schedule"), ("request", "run", "api", "verify", "doctor", "config", "compact")),
    tr("Copies"): (("push",), ("remote", "pull", "clone", "seal", "unseal")),
    tr("About linkbak"): ((), ("demo", "help", "completion")),
}
"""The verbs as help groups them: those that are explained on one screen, and those that are only named there."""

MEANT = {
    "scan": "import", "watch": "schedule", "add": "import", "load": "import", "save": "import", "keep": "import",
    "files": "log SNAPSHOT", "ls": "log", "snapshots": "log", "history": "log", "list": "people or linkbak log",
    "digest": "stats --mail", "drill": "verify --restore", "nudge": "request", "remind": "request",
    "notify": "config test-notification", "settings": "config", "set": "config set", "index": "doctor --index",
    "gone": "lost", "left": "lost", "missing": "lost", "vanished": "lost", "losses": "lost", "changes": "diff",
    "compare": "diff", "new": "diff", "contacts": "people", "connections": "people", "who": "show", "person": "show",
    "inbox": "messages", "conversations": "messages", "conversation": "messages", "chat": "messages",
    "mail": "messages", "dm": "messages", "dms": "messages", "talk": "messages", "mbox": "messages export mbox",
    "shares": "posts", "comments": "posts", "articles": "posts", "likes": "posts", "reactions": "posts",
    "spam": "pitches", "pitch": "pitches", "templates": "pitches", "ads": "pitches --ads", "adverts": "pitches --ads",
    "sales": "pitches", "inmail": "pitches", "duplicates": "pitches", "unasked": "pitches",
    "invites": "invitations", "requests": "invitations",
    "vouch": "audit", "know": "audit", "review": "audit or linkbak link review", "cull": "audit cull",
    "acts": "activity", "time": "activity", "usage": "activity", "habits": "activity", "budget": "activity",
    "find": "search", "grep": "search", "note": "mark PERSON note", "tag": "mark PERSON tag", "undo": "mark undo",
    "page": "report", "html": "report", "open": "report", "vcard": "export vcard", "csv": "export csv",
    "extract": "restore", "unzip": "restore", "delete": "forget", "remove": "forget", "rm": "forget",
    "check": "verify or linkbak doctor", "fsck": "verify", "repair": "doctor", "gc": "compact", "cron": "schedule",
    "timer": "schedule", "backup": "push or linkbak seal", "upload": "push", "sync": "push or linkbak pull",
    "fetch": "pull", "encrypt": "seal", "decrypt": "unseal", "version": "--version",
}  # fmt: skip
"""Words that people may type, and the verbs that they mean."""


def load(place: str) -> Any:
    """A function by its full name; its module is imported only now, since every command pays for what is imported."""
    module, _, name = place.rpartition(".")
    return getattr(import_module(module), name)


def later(place: str) -> Callable[..., Any]:
    """What calls a function by its full name, and imports its module only once it is called."""
    return lambda *given: load(place)(*given)


# --- command line -----------------------------------------------------------------------------------------------------

EXIT_STATUSES = {
    Exit.FINE: tr("fine"),
    Exit.BUG: tr("a bug in linkbak"),
    Exit.USAGE: tr("wrong usage"),
    Exit.INCOMPLETE: tr("kept, but incomplete: an expected table is empty, missing or partly unreadable"),
    Exit.REFUSED: tr("archive refused: unreadable, unsafe, encrypted, too large or unfinished"),
    Exit.UNKNOWN_ARCHIVE: tr("linkbak does not know this kind of archive"),
    Exit.DIFFERENT: tr("differences found (with --exit-code), or a copy elsewhere holds what the vault does not"),
    Exit.STALE: tr("the backup is stale: it is time for a new archive"),
    Exit.OTHER_ACCOUNT: tr("the archive belongs to another account"),
    Exit.HELD: tr("kept, but its losses are held: the list shrank too much to be believed"),
    Exit.NO_VAULT: tr("there is no vault"),
    Exit.LOCKED: tr("another process is writing to the vault"),
    Exit.DAMAGED: tr("the vault is damaged"),
    Exit.NOT_FOUND: tr("no such snapshot, file or person"),
    Exit.WRONG_KEY: tr("wrong key"),
    Exit.MACHINE: tr("this machine failed: disk full, no permission, git missing or too old"),
    Exit.INTERRUPTED: tr("interrupted"),
}

HELP = tr("linkbak keeps your LinkedIn archives, and shows who left, came and changed.")
EVERYWHERE = tr("Everywhere: --vault PATH --account NAME --json --quiet --no-color --no-pager")


def overview() -> str:
    """The help of linkbak itself, which fits a screen of 80 columns and 24 lines."""
    lines = [HELP, ""]
    width = max(map(len, GROUPS)) + 1
    for heading, (told, named) in GROUPS.items():
        if told:
            rows = [f"{verb:<9} {VERBS[verb][1]}" for verb in told] + (
                [f"{tr('also'):<9} {', '.join(named)}"] if named else []
            )
            lines += [f"{'' if number else heading:<{width}} {row}" for number, row in enumerate(rows)]
    lines += ["", tr("linkbak help VERB explains a verb; linkbak help all lists them all.")]
    return "\n".join([*lines, "linkbak help exit-statuses; linkbak completion SHELL; linkbak demo", EVERYWHERE, ""])


def said_otherwise(word: str) -> str:
    """What to say of a word that is no verb: which one may be meant."""
    typed = word.lower()
    near = [typed] if typed in MEANT else get_close_matches(typed, [*VERBS, *MEANT], n=1, cutoff=0.7)
    if not near:
        return tr("`linkbak --help` lists the verbs.")
    first, _, other = f"linkbak {MEANT.get(near[0], near[0])}".partition(" or ")
    if other:
        return tr("Did you mean: {command} or {other}?", command=first, other=other)
    return tr("Did you mean: {command}?", command=first)


class Verbs(TyperGroup):
    """All verbs; each takes the shared options as well."""

    def __init__(self, *, commands: dict[str, Any], params: Sequence[Any], **more: Any) -> None:
        shared = [one for one in params if one.name != "version"]
        for command in commands.values():
            command.params += shared
        super().__init__(commands=commands, params=[*params], **more)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The parsed options before a verb; errors are in linkbak's words."""
        with told_of_usage(self, "", [*args]):
            return super().make_context(info_name, args, parent, **extra)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The screen of all verbs."""
        formatter.write(overview())

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that the words begin with; a word that is none ends with what may be meant."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            wrong = UsageProblem(tr("there is no verb {word!r}", word=args[0]), hint=said_otherwise(args[0]))
            load("linkbak.cli.session.report_error")(
                wrong, for_programs="--json" in args or bool(ctx.params.get("as_json"))
            )
            raise typer.Exit(wrong.exit_code)
        return super().resolve_command(ctx, args)


@contextmanager
def told_of_usage(command: Any, verb: str, args: Sequence[str]) -> Iterator[None]:
    """Meanwhile what the parser refuses is printed, and raises typer.Exit; ``-h`` and the like are no refusals."""
    try:
        yield
    except Exception as error:
        if not is_usage(error):
            raise
        wrong = refused(error, command, verb)
        load("linkbak.cli.session.report_error")(wrong, for_programs="--json" in args)
        raise typer.Exit(wrong.exit_code) from None


def is_usage(error: Exception) -> bool:
    """Whether the command-line parser itself raised it and shows it (older and newer typers have different classes)."""
    return hasattr(error, "show") and hasattr(error, "exit_code")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"linkbak {linkbak.__version__}")
        raise typer.Exit


def _shared(
    ctx: typer.Context,
    vault: Annotated[
        Path | None,
        Option("--vault", metavar="PATH", readable=False, help="The vault's folder (environment: LINKBAK_VAULT)."),
    ] = None,
    account: Annotated[str | None, Option("--account", metavar="NAME", help="Which account of the vault.")] = None,
    as_json: Annotated[bool, Option("--json", help="Print JSON for programs.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print nothing but errors and asked-for data.")] = False,
    no_color: Annotated[bool, Option("--no-color", help="No colour (environment: NO_COLOR).")] = False,
    no_pager: Annotated[bool, Option("--no-pager", help="Do not show long output in a pager.")] = False,
    version: Annotated[
        bool, Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options that work before and after every verb; a `Session` finds them. Without a verb: status."""
    if ctx.invoked_subcommand is None:
        raise typer.Exit(build(["status"])(["status", "--begin", *_given(ctx.params)], standalone_mode=False) or 0)


def _given(params: dict[str, Any]) -> list[str]:
    """The shared options as words of a command line."""
    words = [f"--{name}={params[name]}" for name in ("vault", "account") if params.get(name)]
    flags = {"as_json": "--json", "quiet": "--quiet", "no_color": "--no-color", "no_pager": "--no-pager"}
    return words + [flag for name, flag in flags.items() if params.get(name)]


def build(words: Collection[str] = VERBS) -> typer.Typer:
    """The command line; with the words of one command, only what they need of it, which starts faster.

    That is the verbs that occur among the words.
    """
    app = typer.Typer(
        cls=Verbs,
        help=HELP,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
        invoke_without_command=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_shared)
    meant = [verb for verb in VERBS if verb in words]
    if meant:
        verb_class: Any = load("linkbak.cli.session.Verb")  # only now: no help of linkbak itself needs it
        for verb in meant:
            app.command(verb, cls=verb_class)(load(VERBS[verb][0]))
    return app


def refused(error: Any, command: Any, verb: str) -> UsageProblem:
    """The parser's refusal of a command line for `verb` ("" for linkbak itself), in linkbak's words.

    The parser's classes differ between typers, so they are known by name; what is not known keeps the parser's words.
    """
    help = f"`linkbak help {verb}`" if verb else "`linkbak --help`"
    more = tr("{command} says more.", command=help)
    match type(error).__name__:
        case "NoSuchOption":
            return UsageProblem(
                tr("there is no option {option}", option=error.option_name),
                hint=_near_option(error.option_name, command, verb, help),
            )
        case "MissingParameter" if error.param is not None:
            name = _param_name(error.param)
            if "|" in name:
                missing = tr("say one of {words}", words=name.replace("|", ", "))
            else:
                missing = tr("{name} is missing", name=name)
            return UsageProblem(missing, hint=_example(command) or more)
        case "BadParameter" if error.param is not None:
            return UsageProblem(_bad_value(error), hint=more)
        case "BadOptionUsage":
            return _misused(error, command, more)
    if extra := re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", error.format_message(), re.DOTALL):
        return UsageProblem(_does_not_take(verb, extra[1]), hint=more)
    return UsageProblem(error.format_message(), hint=more)


def check_action(verb: str, action: str, actions: Collection[str]) -> None:
    """Raises UsageProblem if the first word after a verb is none of its actions."""
    if action not in actions:
        raise UsageProblem(
            tr("there is no `linkbak {command}`", command=f"{verb} {action}"),
            hint=tr("{verb} takes {words}.", verb=verb, words=", ".join(actions)),
        )


def not_taken(verb: str, words: Sequence[str], example: str) -> UsageProblem:
    """Of words that a verb knows no use for; without a second one after ``draft``, that PERSON is missing."""
    draft = list(words) == ["draft"]
    said = tr("{name} is missing", name="PERSON") if draft else _does_not_take(verb, " ".join(words))
    return UsageProblem(said, hint=tr("For example: {command}", command=f"linkbak {verb} {example}"))


def _does_not_take(verb: str, words: str) -> str:
    return tr("{command} does not take {words!r}", command=f"linkbak {verb}", words=words)


def format_meant(formats: Collection[str], words: Sequence[str]) -> str:
    """The one word after ``export``, which is a format of those; raises UsageProblem."""
    if len(words) != 1 or words[0] not in formats:
        raise UsageProblem(
            tr("export takes a format"), hint=tr("The formats are {formats}.", formats=", ".join(formats))
        )
    return words[0]


def usage_line(command: Any, verb: str) -> str:
    """``linkbak export [OPTIONS] FORMAT [PERSON]...``, without what is not for people."""
    words = [one.metavar for one in command.params if one.param_type_name == "argument" and not one.hidden]
    return " ".join([f"linkbak {verb}", "[OPTIONS]", *words])


def _param_name(param: Any) -> str:
    """``--limit`` for an option, ``FORMAT`` for an argument, ``bash|zsh|fish`` where it is a choice."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return re.sub(r"\.\.\.| ?\[.*", "", param.metavar or param.name.upper())


def _example(command: Any) -> str:
    """The first example of the help, which is English until it is shown; "" for none."""
    _, _, rest = (command.help or "").partition("Examples:\n")
    first = rest.partition("\n")[0].strip()
    return tr("For example: {command}", command=first) if first else ""


def _near_option(option: str, command: Any, verb: str, help: str) -> str:
    """Which option may be meant."""
    known = [opt for one in command.params for opt in (*one.opts, *one.secondary_opts) if opt.startswith("--")]
    near = get_close_matches(option, known, n=1, cutoff=0.7)
    if near:
        return tr("Did you mean: {command}?", command=" ".join(filter(None, ("linkbak", verb, near[0]))))
    return tr("{command} lists the options.", command=help)


def _bad_value(error: Any) -> str:
    """A value of the wrong kind."""
    name, kind, least = _param_name(error.param), error.param.type.name, getattr(error.param.type, "min", None)
    if "is not a valid" in error.message and "int" in kind:
        return tr("{name} takes a whole number, not {value}", name=name, value=error.message.partition(" is not")[0])
    if "is not in the range" in error.message and least is not None:
        return tr("{name} takes a number of at least {least}", name=name, least=least)
    return tr("{name} does not take that: {why}", name=name, why=error.message)


def _misused(error: Any, command: Any, more: str) -> UsageProblem:
    """An option without its value, or a flag with one."""
    if "does not take a value" in error.format_message():
        return UsageProblem(tr("{option} takes no value", option=error.option_name), hint=more)
    metavar = next((one.metavar for one in command.params if error.option_name in one.opts and one.metavar), "VALUE")
    usage = tr("Write it as {usage}.", usage=f"{error.option_name} {metavar}")
    return UsageProblem(tr("{option} needs a value", option=error.option_name), hint=f"{usage} {more}")
