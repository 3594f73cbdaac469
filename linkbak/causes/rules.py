"""The rules: each looks at one thing and says what it speaks for; `judgement` weighs all that they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count as counting
from math import exp, fsum, lgamma, log, log1p
from typing import TYPE_CHECKING, get_args

from linkbak.causes import Cause, Event, Evidence, Incident, listing
from linkbak.marks import last_word
from linkbak.model import KIND_NAMES, NamedTuple
from linkbak.texts import day, tr

if TYPE_CHECKING:
    from linkbak.index import Case, Interval, Trace, Window


OUTLIVE = frozenset({"invitations", "notes"})
"""Kinds whose rows keep the name, as far as anybody has seen, when an account closes; they may outlive it."""
PRAISE = frozenset({"endorsements", "recommendations"})
"""Kinds that name nobody but connections: 960 of 960 and 41 of 41 people in 12 real archives stood in the list."""


class CaseContext(NamedTuple):
    """One case, with what else bears on it.

    `incidents` are those of the person's network that the window touches; `newest` is when the account's newest
    believed list was taken; `event` is the one they are a member of.
    """

    case: Case
    incidents: tuple[Incident, ...]
    newest: str
    event: Event | None = None

    @property
    def living(self) -> tuple[Trace, ...]:
        """Traces in archives as late that show them by name, which a closed account would not be."""
        return (*(trace for trace in self.case.named if trace.kind not in OUTLIVE | PRAISE), *self.case.invited)

    def outlasted(self, incident: Incident) -> bool:
        """Whether a list of a later day, made after a fault was mended, lacks them too."""
        latest = max(self.newest, self.case.window.before)
        return self.case.later >= 1 and bool(incident.ended) and latest >= incident.ended

    def unsettled(self, incident: Incident) -> bool:
        """Whether a fault may still be why they are missing, since no later list has settled it."""
        return incident.kind == "fault" and not self.outlasted(incident)


_SHORT = timedelta(days=100)


def newest(traces: tuple[Trace, ...]) -> str:
    """When the newest archive among traces was taken, "" if there are none."""
    return max((trace.taken for trace in traces), default="")


def touches(incident: Incident, case: Case) -> bool:
    """Whether an incident is of the person's network and may be why they are missing.

    The list that lacks them was written during a fault; a trim, which was for good, falls into the window, and that is
    short enough for one day of it to explain anything.
    """
    if incident.kind == "fault":
        return written_during(incident, case.person.account, case.window)
    if incident.network != case.person.account.partition("-")[0]:
        return False
    after, before = (datetime.fromisoformat(one) if one else None for one in case.window)
    if after is None or before is None or before - after > _SHORT:
        return False
    return incident.began <= case.window.before and (not incident.ended or incident.ended >= case.window.after)


def written_during(incident: Incident, account: str, window: Window) -> bool:
    """Whether the list that ends a window was written while an incident of the account's network lasted."""
    lasted = incident.began <= window.before and (not incident.ended or window.before <= incident.ended)
    return lasted and incident.network == account.partition("-")[0]


_STATED: Mapping[str, Cause] = {cause: cause for cause in get_args(Cause)} | {"fault": "platform"}
"""The words a user may give with ``cause``; any other word is a reason of their own."""


def your_word(context: CaseContext) -> Iterator[Evidence]:
    """The user said why: their latest mark is verified. One from before this connection began is about another loss."""
    connected_on = context.case.connected_on
    for old in context.case.marks:
        if old.fact in ("removed-by-me", "cause") and not old.undone and old.at[:10] < connected_on:
            text = tr(
                "What you said on {day} is not used: this connection began on {began}.",
                day=day(old.at),
                began=day(connected_on),
            )
            yield _remark("your-word", text)
    if mark := last_word(context.case.marks, connected_on):
        cause = "removed-by-me" if mark.fact == "removed-by-me" else _STATED.get(mark.value, "other")
        yield Evidence("your-word", cause, "verified", True, tr("You said so on {day}.", day=day(mark.at)))


def still_named(context: CaseContext) -> Iterator[Evidence]:
    """An archive as late shows their name and address: the account lives, for certain if something in it is younger."""
    case = context.case
    strong = tuple(trace for trace in context.living if trace in case.named)
    weak = tuple(trace for trace in case.named if trace.kind in OUTLIVE)
    if case.renewed:
        text = tr(
            "{archive} shows a message with them, or a name of theirs, that is younger than the list of"
            " {day}, which lacks them.",
            archive=_where(case.renewed),
            day=day(case.window.before),
        )
        yield Evidence("still-named", "account-lives", "verified", True, text)
    elif strong:
        text = tr(
            "{archive} still shows their name and address, but nothing newer than the loss.", archive=_where(strong)
        )
        yield Evidence("still-named", "account-lives", "likely", True, text)
    elif weak:
        text = tr(
            "{archive} still shows their name and address. Such a row may outlive an account.", archive=_where(weak)
        )
        yield Evidence("still-named", "account-lives", "possible", True, text)


def still_praised(context: CaseContext) -> Iterator[Evidence]:
    """Endorsements or recommendations, which only name connections, name them: perhaps the list is not whole."""
    praise = tuple(trace for trace in context.case.named if trace.kind in PRAISE)
    if praise:
        text = tr(
            "{archive} still names them, as it does of nobody but connections: is the list whole?",
            archive=_where(praise),
        )
        yield Evidence("still-praised", "incomplete", "possible", True, text)


def invited_again(context: CaseContext) -> Iterator[Evidence]:
    """The owner invited them after the window began: the account lived, and they were not connected."""
    if context.case.invited:
        archive, after = _where(context.case.invited), context.case.window.after
        text = tr("{archive} shows that you invited them again.", archive=archive)
        if after:
            text = tr("{archive} shows that you invited them again after {day}.", archive=archive, day=day(after))
        yield Evidence("invited-again", "account-lives", "verified", True, text)


def anonymous(context: CaseContext) -> Iterator[Evidence]:
    """A conversation of two that once had their name and address now says "LinkedIn Member"."""
    if context.case.anonymous:
        text = tr(
            'Your conversation, which once showed their name, says "LinkedIn Member" in the archive of {day}.',
            day=day(newest(context.case.anonymous)),
        )
        yield Evidence("anonymous", "closed", "likely", True, text)


def held(context: CaseContext) -> Iterator[Evidence]:
    """They are missing only from a list whose losses are not believed."""
    if context.case.person.state == "held":
        text = tr(
            "The list of {day} lacks more people than can be believed, or is not whole."
            " Until the next archive shows whether they are gone, no other reason is more than possible.",
            day=day(context.case.window.before),
        )
        yield Evidence("held", "incomplete", "likely", True, text)


def incident(context: CaseContext) -> Iterator[Evidence]:
    """The list was written during a known fault of the network, or after it had ended connections for good."""
    for one in context.incidents:
        began = day(one.began)
        text = tr("{day}, a known incident during which the list was written: {what}", day=began, what=one.what)
        if one.kind == "trim":
            text = tr("{day}, a known incident in this window: {what}", day=began, what=one.what)
            yield Evidence("incident", "platform", "possible", True, text)
        elif context.outlasted(one):
            text += " " + tr("A list of a later day, made after it was mended, lacks them too.")
            yield Evidence("incident", "platform", "possible", False, text)
        else:
            text += " " + tr("The next archive will tell.")
            yield Evidence("incident", "platform", "possible", True, text)


def together(context: CaseContext) -> Iterator[Evidence]:
    """They are a member of a sweep; for a cull that is a remark, since only the owner knows who removed them."""
    case, event = context.case, context.event
    if event is not None and event.kind == "sweep":
        text = tr("One of {people}.", people="; ".join(event.evidence))
        looked = "messages" in case.kinds and not case.person.untold
        if not looked:
            text += " " + tr("No archive since then holds messages, which might show otherwise.")
        yield Evidence("together", "purge", event.band if looked else "possible", True, text)
    elif event is not None and event.kind == "cull":
        yield _remark("together", tr("One of {people}.", people="; ".join(event.evidence)))


def was_hidden(context: CaseContext) -> Iterator[Evidence]:
    """Their last row showed only a date: a remark, but no reason to call the account closed."""
    if context.case.was_hidden:
        text = tr(
            "Before, their row showed only a date: the profile was hibernated, restricted or being closed."
            " Which of these, and whether it has to do with their going, is not in the data."
        )
        yield _remark("was-hidden", text)


def no_trace(context: CaseContext) -> Iterator[Evidence]:
    """No archive as late shows them at all: what was looked at, and what could have shown them but was absent."""
    case = context.case
    if case.named or case.invited or case.anonymous:
        return
    text = tr("The list does not say why somebody is gone.") + " "
    if "messages" in case.kinds:
        text += tr("Later archives hold messages, but no trace of them.")
    else:
        text += tr("No later archive holds messages, which might have told.")
    yield Evidence("no-trace", "unknown", "unknown", True, text)


def _remark(rule: str, text: str) -> Evidence:
    """Evidence that decides nothing, for the reader's own judgement."""
    return Evidence(rule, "unknown", "unknown", False, text)


def _where(traces: tuple[Trace, ...]) -> str:
    last = newest(traces)
    kinds = sorted({trace.kind for trace in traces if trace.taken == last})
    return tr(
        "The archive of {day} ({kinds})", day=day(last), kinds=listing(KIND_NAMES.get(kind, kind) for kind in kinds)
    )


RULES: Sequence[Callable[[CaseContext], Iterator[Evidence]]] = (
    *(your_word, still_named, still_praised, invited_again, anonymous, held, incident, together, was_hidden),
    no_trace,
)
"""Every rule, in the order in which evidence of equal weight is shown."""


# --- mass loss --------------------------------------------------------------------------------------------------------
# Whether one window lost far more people than expected from this account's other windows.
#
# **How improbable are so many losses?** Losses are counted over connection-days (list size times days). The other
# windows between believed lists are the history: L losses over E connection-days. With the prior Gamma(1/2, P) the rate
# has the posterior Gamma(1/2 + L, P + E), which predicts a negative binomial number for this window; the chance is its
# tail from the count on (Gelman et al., Bayesian Data Analysis, 3rd ed., sections 2.6 and 2.8). P holds what is known
# of all accounts. Real losses clump more than that: counts are first divided by the dispersion of the history,
# Pearson's chi-square over its degrees of freedom, never less than 1 (quasi-Poisson: McCullagh & Nelder, Generalized
# Linear Models, 2nd ed., section 6.2.3).
#
# The chance is multiplied by the number of windows, since among many one looks remarkable by chance
# (Bonferroni). Those who came back later are no losses. A window of the history that lost remarkably many sparse rows
# (the tail of a binomial with their share in the list) is left out: an earlier mass loss is not the account's own rate.

# --- tails of distributions ---
# How improbable a count is, summed term by term away from the mean, where the terms only fall: so nothing cancels, and
# a tail of 1e-200 is as exact as one of a half; below about 1e-308 it is 0.

_NEGLIGIBLE = 1e-18
"""A term that is so small a part of the sum no longer changes it."""


def negative_binomial_tail(least: int, shape: float, share: float) -> float:
    """P(X >= `least`) for a Poisson number X whose rate has a gamma distribution of that `shape`.

    `share` is the part of all exposure in which X is counted: e / (E + e) for a window of exposure e and a rate known
    from an exposure E. So X is what a Gamma(shape, E) posterior predicts for the window (Gelman et al., Bayesian Data
    Analysis, 3rd ed., section 2.6).
    """
    if least <= 0:
        return 1.0

    def log_chance(count: int) -> float:
        ways = lgamma(shape + count) - lgamma(shape) - lgamma(count + 1)
        return ways + shape * log1p(-share) + count * log(share)

    if least > shape * share / (1 - share):
        rising = ((shape + count) / (count + 1) * share for count in counting(least))
        return _sum(log_chance(least), rising)
    falling = (count / (shape + count - 1) / share for count in range(least - 1, 0, -1))
    return max(0.0, 1.0 - _sum(log_chance(least - 1), falling))


def binomial_tail(least: int, tries: int, chance: float) -> float:
    """P(X >= `least`) for the number X of successes in `tries` independent trials."""
    if least <= 0 or chance >= 1:
        return float(least <= tries)
    if least > tries or chance <= 0:
        return 0.0

    def log_chance(count: int) -> float:
        ways = lgamma(tries + 1) - lgamma(count + 1) - lgamma(tries - count + 1)
        return ways + count * log(chance) + (tries - count) * log1p(-chance)

    odds = chance / (1 - chance)
    if least > tries * chance:
        return _sum(log_chance(least), ((tries - count) / (count + 1) * odds for count in range(least, tries)))
    falling = (count / (tries - count + 1) / odds for count in range(least - 1, 0, -1))
    return max(0.0, 1.0 - _sum(log_chance(least - 1), falling))


def _sum(log_first: float, ratios: Iterator[float]) -> float:
    """The first term and those after it, each the one before times its ratio."""
    term = total = 1.0
    for ratio in ratios:
        term *= ratio
        if term < total * _NEGLIGIBLE:
            break
        total += term
    return min(1.0, exp(log_first + log(total)))


FEW = 10
"""The least losses in a window for a purge."""
_TIMES, _WINDOWS, _LEVEL = 10.0, 6, 0.01
"""For more than a hint: how many times the losses expected, in how many windows of history; and the level at
which a window of the history is an earlier mass loss."""
_PRIOR = 0.5 / (0.0005 / 30.4)
"""The prior: half a loss in so many connection-days, from 0.05 % a month in four real pairs of exports."""


class Usual(NamedTuple):
    """The losses expected of a window at the account's own rate, and the chance of as many as there are.

    `others` counts the windows of the history; with none, the rate is that of real accounts.
    """

    lost: int
    expected: float
    chance: float
    others: int

    @property
    def text(self) -> str:
        """For people."""
        return tr(
            "{lost} left in all; about {expected} is usual for that time",
            lost=f"{self.lost:,}",
            expected=f"{self.expected:.1f}",
        )

    @property
    def band_chance(self) -> float:
        """The chance, or 1 where the history is too short, or the window too little beyond it, for more than a hint."""
        return self.chance if self.others >= _WINDOWS and self.lost >= _TIMES * self.expected else 1.0


class LossRates:
    """An account's windows, looked at once, to compare many of them with all others."""

    def __init__(self, intervals: Sequence[Interval]) -> None:
        self._trials, level = len(intervals), _LEVEL / max(len(intervals), 1)
        self._usable = [
            (one, _exposure(one), _lost(one)) for one in intervals if _exposure(one) > 0 and not _remarkable(one, level)
        ]

    def expected(self, interval: Interval) -> float:
        """The losses expected of a window, at the rate of all others."""
        return self._compared(interval)[0]

    def usual(self, interval: Interval, lost: int) -> Usual:
        """How far so many losses of a window stand out from the account's others, each window counted as one trial."""
        expected, evidence, mine, others = self._compared(interval)
        total = sum(gone for _, gone in others)
        spread = _dispersion(others, total / evidence) if len(others) > 1 else 1.0
        chance = negative_binomial_tail(int(lost / spread), 0.5 + total / spread, mine / (evidence + mine))
        return Usual(lost, expected, min(1.0, chance * self._trials), len(others))

    def _compared(self, interval: Interval) -> tuple[float, float, float, list[tuple[float, int]]]:
        """The losses expected, the exposure of the prior and all others, that of the window, the others in numbers."""
        others = [(exposure, gone) for one, exposure, gone in self._usable if one != interval]
        evidence, mine = _PRIOR + fsum([exposure for exposure, _ in others]), max(_exposure(interval), 1.0)
        return (0.5 + sum([gone for _, gone in others])) / evidence * mine, evidence, mine, others


def _remarkable(interval: Interval, level: float) -> bool:
    """Whether a window lost remarkably many sparse rows, so that it says nothing about the account's own rate."""
    lost, share = _lost(interval), min(1.0, interval.sparse / max(interval.listed, 1))
    return lost >= FEW and binomial_tail(min(interval.sparse_lost, lost), lost, share) < level


def _lost(interval: Interval) -> int:
    """How many are gone for good, as far as is known today."""
    return interval.lost - interval.back


def _exposure(interval: Interval) -> float:
    return interval.listed * interval.days


def _dispersion(windows: Sequence[tuple[float, int]], rate: float) -> float:
    """How much more losses differ between windows (exposure, losses) than at a steady rate; 1 if they do not."""
    if rate <= 0:
        return 1.0
    squares = fsum([(lost - rate * exposure) ** 2 / (rate * exposure) for exposure, lost in windows])
    return max(1.0, squares / (len(windows) - 1))
