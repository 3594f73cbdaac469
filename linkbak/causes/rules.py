"""The rules: each looks at one thing and says what it speaks for; `judgement` weighs all that they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from linkbak.causes.mass_loss import MassLoss
from linkbak.causes.verdict import Cause, Evidence, Incident, day, listing

if TYPE_CHECKING:
    from linkbak.index import Case, Trace
    from linkbak.marks import Mark

OUTLIVE = frozenset({"invitations", "notes"})
"""Kinds whose rows nobody has seen lose a name when an account closes; they may outlive it."""


class CaseContext(NamedTuple):
    """One case, with what else bears on it.

    `incidents` are those of the person's network that the window touches; `newest` is when the account's newest
    believed list was taken; `mass_loss` gives what is remarkable about the window, worked out only when asked.
    """

    case: Case
    incidents: tuple[Incident, ...]
    newest: str
    mass_loss: Callable[[], MassLoss | None]

    @property
    def living(self) -> tuple[Trace, ...]:
        """Where archives as late show them by name in a way that a closed account would not be."""
        return (*(trace for trace in self.case.named if trace.kind not in OUTLIVE), *self.case.invited)

    def outlasted(self, incident: Incident) -> bool:
        """Whether a list of a later day, made after a fault was mended, lacks them too."""
        latest = max(self.newest, self.case.window.before)
        return self.case.later >= 1 and bool(incident.ended) and latest >= incident.ended

    def unsettled(self, incident: Incident) -> bool:
        """Whether a fault may still be why the list lacks them, since no later list has settled it."""
        return incident.kind == "fault" and not self.outlasted(incident)


def newest(traces: tuple[Trace, ...]) -> str:
    """When the newest archive among traces was taken, "" if there are none."""
    return max((trace.taken for trace in traces), default="")


def touches(incident: Incident, case: Case) -> bool:
    """Whether an incident is of the person's network, and any of it falls into the window in which they went."""
    if incident.network != case.person.account.partition("-")[0]:
        return False
    return incident.began <= case.window.before and (not incident.ended or incident.ended >= case.window.after)


# --- rules ---

_STATED: Mapping[str, Cause] = {
    "removed-by-me": "removed-by-me",
    "removed-by-them": "removed-by-them",
    "closed": "closed",
    "blocked": "blocked",
    "purge": "purge",
    "fault": "platform",
    "incomplete": "incomplete",
}
"""What a user may say with ``cause``; any other word is a reason of their own."""
_REVEALING = ("messages", "endorsements", "recommendations")
"""Kinds of data that show whether somebody is still there."""


def your_word(context: CaseContext) -> Iterator[Evidence]:
    """The user said why: their latest word is verified. One from before this connection began is about another loss."""
    said = [mark for mark in context.case.marks if mark.fact in ("removed-by-me", "cause") and not mark.undone]
    timely = [mark for mark in said if mark.at[:10] >= context.case.connected_on]
    for mark in said:
        if mark not in timely:
            began = day(context.case.connected_on)
            yield _remark(
                "your-word", f"What you said on {day(mark.at)} is not used: this connection began on {began}."
            )
    if timely:
        mark = max(enumerate(timely), key=lambda numbered: (numbered[1].at, numbered[0]))[1]
        cause = _stated_cause(mark)
        yield Evidence("your-word", cause, "verified", True, f"You said so on {day(mark.at)}.")


def still_named(context: CaseContext) -> Iterator[Evidence]:
    """An archive as late shows their name and address: the account lives."""
    if not context.case.named:
        return
    strong = tuple(trace for trace in context.living if trace in context.case.named)
    text = f"{_where(strong or context.case.named)} still shows their name and address."
    if strong:
        yield Evidence("still-named", "account-lives", "verified", True, text)
    else:
        text += " Such a row may outlive an account, so this is not certain."
        yield Evidence("still-named", "account-lives", "likely", True, text)


def invited_again(context: CaseContext) -> Iterator[Evidence]:
    """The owner invited them after the window began: the account lived, and they were not connected."""
    if context.case.invited:
        since = f" after {day(context.case.window.after)}" if context.case.window.after else ""
        text = f"{_where(context.case.invited)} shows that you invited them again{since}."
        yield Evidence("invited-again", "account-lives", "verified", True, text)


def anonymous(context: CaseContext) -> Iterator[Evidence]:
    """A conversation of two that once had their name and address now says "LinkedIn Member"."""
    if context.case.anonymous:
        last = day(newest(context.case.anonymous))
        text = f'Your conversation, which once showed their name, says "LinkedIn Member" in the archive of {last}.'
        yield Evidence("anonymous", "closed", "likely", True, text)


def held(context: CaseContext) -> Iterator[Evidence]:
    """Only a list whose losses are not believed lacks them."""
    if context.case.person.state == "held":
        text = (
            f"The list of {day(context.case.window.before)} lacks more people than can be believed, or is not whole."
            " Until the next export shows whether they are gone, no other reason is more than possible."
        )
        yield Evidence("held", "incomplete", "likely", True, text)


def incident(context: CaseContext) -> Iterator[Evidence]:
    """The window holds something the network is known to have done."""
    for one in context.incidents:
        text = f"{day(one.began)}, a known incident in this window: {one.what}"
        if one.kind == "trim":
            yield Evidence("incident", "platform", "possible", True, text)
        elif context.outlasted(one):
            text += " A list of a later day, made after it was mended, lacks them too."
            yield Evidence("incident", "platform", "possible", False, text)
        else:
            yield Evidence("incident", "platform", "possible", True, f"{text} The next export will tell.")


def mass_loss(context: CaseContext) -> Iterator[Evidence]:
    """Many gone at once, far beyond this account's own rate, most of them sparse rows as this person's is."""
    case = context.case
    if not case.sparse or case.talk.messages or case.person.messages:
        return
    found = context.mass_loss()
    if found is None:
        return
    text = f"{found.lost} people went in the same window, {found.sparse_lost} of them without company or position"
    if found.band == "unknown":
        if not found.expected:
            yield _remark("surge", f"{text}; there is too little history to say whether that is unusual here.")
        return
    text += f"; about {found.expected:.1f} would be usual. Their row is as sparse, and you never exchanged messages."
    looked = "messages" in case.kinds
    if not looked:
        text += " No archive since then holds messages, which might show otherwise."
    yield Evidence("surge", "purge", found.band if looked else "possible", True, text)


def was_hidden(context: CaseContext) -> Iterator[Evidence]:
    """Their last row showed only a date: a remark, but no reason to call the account closed."""
    if context.case.was_hidden:
        text = (
            "Before, their row showed only a date: the profile was hibernated, restricted or being closed."
            " Which of these, and whether it has to do with their going, is not in the data."
        )
        yield _remark("was-hidden", text)


def no_trace(context: CaseContext) -> Iterator[Evidence]:
    """No archive as late shows them in any way: what was looked at, and what could have told and was not there."""
    case = context.case
    if case.named or case.invited or case.anonymous:
        return
    looked = [kind for kind in _REVEALING if kind in case.kinds]
    absent = [kind for kind in _REVEALING if kind not in case.kinds]
    text = "A row that is gone does not tell why."
    if looked:
        text += f" Archives since then have {listing(looked)}, without a trace of them."
    if absent:
        text += f" No archive since then holds {listing(absent, 'or')}, which might have told."
    yield Evidence("no-trace", "unknown", "unknown", True, text)


def _remark(rule: str, text: str) -> Evidence:
    """Evidence that decides nothing, for the reader's own judgement."""
    return Evidence(rule, "unknown", "unknown", False, text)


def _stated_cause(mark: Mark) -> Cause:
    return "removed-by-me" if mark.fact == "removed-by-me" else _STATED.get(mark.value, "other")


def _where(traces: tuple[Trace, ...]) -> str:
    last = newest(traces)
    kinds = sorted({trace.kind for trace in traces if trace.taken == last})
    return f"The archive of {day(last)} ({listing(kinds)})"


RULES: Mapping[str, Callable[[CaseContext], Iterator[Evidence]]] = MappingProxyType(
    {
        "your-word": your_word,
        "still-named": still_named,
        "invited-again": invited_again,
        "anonymous": anonymous,
        "held": held,
        "incident": incident,
        "surge": mass_loss,
        "was-hidden": was_hidden,
        "no-trace": no_trace,
    }
)
"""Every rule by the name that its evidence carries, in the order in which evidence of equal weight is shown."""
