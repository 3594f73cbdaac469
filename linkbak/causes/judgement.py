"""From the evidence of all rules to one verdict.

Every rule is asked, then all that they found is weighed:

1. The user's word wins over everything, and is verified because it is theirs.
2. Each cause has the strongest band of what speaks for it: verified, likely, possible.
3. One piece of evidence against a cause caps it at possible:

   - an account that an archive showed when the connection was gone already lived then: "LinkedIn Member" in any archive
     counts against that and never for "closed", since they may have hidden or closed the account at some later time.
     Only data that shows the account itself does this: a row that may outlive it never overrules "LinkedIn Member";
   - that the account lives speaks against "closed" and "purge";
   - a known incident in the window that nothing refutes speaks against "purge": it accounts for many losses as well;
   - a list made after a fault was mended, on a later day, speaks against the fault.

4. While a loss is held, every cause but "incomplete" is capped at possible: nobody is known to be gone.
5. While a known fault in the window may still be the reason, "the account lives, the connection ended" is at most
   likely: the fault may have left out the row.
6. The strongest band wins, the first in `ORDER` where several causes have it. A cause with nothing for it is never
   said.

So "closed" is only ever said where a conversation says "LinkedIn Member" and nothing shows that the account outlived
the connection (or where the user says it), and "verified" only of the user's word, and of an account that an archive as
late shows by name with nothing against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from linkbak.causes.mass_loss import MassLoss, mass_loss
from linkbak.causes.rules import RULES, CaseContext, touches
from linkbak.causes.verdict import BANDS, Band, Cause, Evidence, Incident, Verdict

if TYPE_CHECKING:
    from linkbak.index import Case, Interval

ORDER: tuple[Cause, ...] = ("account-lives", "closed", "incomplete", "platform", "purge", "unknown")
"""Which of several causes of one band is named: the more the data itself shows, the sooner."""
_NOT_OF_THE_LIVING: dict[Cause, str] = {
    "closed": "An account that an archive as late still shows was not closed.",
    "purge": "An account that an archive as late still shows was not removed by the network.",
}
_ACCOUNTED_FOR = "The known incident in this window may account for the many losses as well."


def judge(case: Case, intervals: Sequence[Interval], incidents: Sequence[Incident]) -> Verdict:
    """Why one person is gone, as far as anyone can know; `intervals` are all windows of their account, in any order."""
    return judge_all([case], intervals, incidents)[0]


def judge_all(cases: Iterable[Case], intervals: Sequence[Interval], incidents: Sequence[Incident]) -> list[Verdict]:
    """The same for many people of one account, each window looked at once."""
    latest = max((interval.window.before for interval in intervals), default="")
    by_end = {interval.window.before: interval for interval in intervals}

    @cache
    def remarkable(interval: Interval) -> MassLoss | None:
        return mass_loss(interval, intervals)

    def context(case: Case) -> CaseContext:
        interval = by_end.get(case.window.before)
        within = interval is not None and interval.window.after <= case.window.after
        near = tuple(one for one in incidents if touches(one, case))
        return CaseContext(
            case, near, latest, lambda: remarkable(interval) if interval is not None and within else None
        )

    return [_verdict(context(case)) for case in cases]


def _verdict(context: CaseContext) -> Verdict:
    return weigh(context, [one for rule in RULES.values() for one in rule(context)])


def weigh(context: CaseContext, found: Sequence[Evidence]) -> Verdict:
    """The cause that the evidence comes to, by the rules above."""
    evidence = list(_settled(context, found))
    evidence += list(_objections(context, evidence))
    mine = [one for one in evidence if one.rule == "your-word" and one.favours]
    if mine:
        cause, band = mine[0].cause, mine[0].band
    else:
        bands = {one.cause: _band(context, one.cause, evidence) for one in evidence if one.favours}
        cause = min(bands, key=lambda cause: (BANDS.index(bands[cause]), ORDER.index(cause)), default="unknown")
        band = bands.get(cause, "unknown")
    evidence.sort(key=lambda one: (_place(one, cause), BANDS.index(one.band)))
    return Verdict(cause, band, tuple(evidence), bool(mine))


def _settled(context: CaseContext, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """The same, what speaks for a closed and for a living account turned against the one of the two that is said."""
    living = any(one.cause == "account-lives" for one in found)
    contested = living and any(one.rule == "anonymous" for one in found)
    for one in found:
        if contested and one.rule == "anonymous" and context.living:
            yield one._replace(cause="account-lives", favours=False)
        elif contested and one.cause == "account-lives" and not context.living:
            yield one._replace(cause="closed", favours=False)
        else:
            yield one


def _objections(context: CaseContext, evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """What follows from evidence for one cause against another that something speaks for."""
    for cause in dict.fromkeys(one.cause for one in evidence if one.favours):
        for one in evidence:
            if one.favours and one.cause == "account-lives" and cause in _NOT_OF_THE_LIVING:
                yield Evidence(one.rule, cause, one.band, False, _NOT_OF_THE_LIVING[cause])
                break
        if cause == "purge" and any(one.rule == "incident" and one.favours for one in evidence):
            yield Evidence("incident", "purge", "possible", False, _ACCOUNTED_FOR)


def _band(context: CaseContext, cause: Cause, evidence: Sequence[Evidence]) -> Band:
    """The strongest band of what speaks for a cause, capped."""
    best = min(BANDS.index(one.band) for one in evidence if one.favours and one.cause == cause)
    cap: Band = "verified"
    if cause == "account-lives" and any(map(context.unsettled, context.incidents)):
        cap = "likely"
    doubted = any(one.cause == cause and not one.favours for one in evidence)
    if doubted or (cause != "incomplete" and context.case.person.state == "held"):
        cap = "possible"
    return BANDS[max(best, BANDS.index(cap))]


def _place(one: Evidence, cause: Cause) -> int:
    """Its place in a verdict: for the cause, against it, for others, against others, remarks for the reader."""
    if one.cause == "unknown":
        return 0 if cause == "unknown" and one.favours else 4
    return (0 if one.favours else 1) if one.cause == cause else (2 if one.favours else 3)
