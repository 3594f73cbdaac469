"""From the evidence of all rules to one verdict.

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

from collections.abc import Iterator, Sequence

from linkbak.causes.rules import Scene
from linkbak.causes.verdict import BANDS, Band, Cause, Evidence, Verdict

ORDER: tuple[Cause, ...] = ("account-lives", "closed", "incomplete", "platform", "purge", "unknown")
"""Which of several causes of one band is named: the more the data itself shows, the sooner."""
_NOT_OF_THE_LIVING: dict[Cause, str] = {
    "closed": "An account that an archive as late still shows was not closed.",
    "purge": "An account that an archive as late still shows was not removed by the network.",
}
_ACCOUNTED_FOR = "The known incident in this window may account for the many losses as well."


def weigh(scene: Scene, found: Sequence[Evidence]) -> Verdict:
    """The cause that the evidence comes to, by the rules above."""
    evidence = list(_settled(scene, found))
    evidence += list(_objections(scene, evidence))
    mine = [one for one in evidence if one.rule == "your-word" and one.favours]
    if mine:
        cause, band = mine[0].cause, mine[0].band
    else:
        bands = {one.cause: _band(scene, one.cause, evidence) for one in evidence if one.favours}
        cause = min(bands, key=lambda cause: (BANDS.index(bands[cause]), ORDER.index(cause)), default="unknown")
        band = bands.get(cause, "unknown")
    evidence.sort(key=lambda one: (_place(one, cause), BANDS.index(one.band)))
    return Verdict(cause, band, tuple(evidence), bool(mine))


def _settled(scene: Scene, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """The same, what speaks for a closed and for a living account turned against the one of the two that is said."""
    living = any(one.cause == "account-lives" for one in found)
    contested = living and any(one.rule == "anonymous" for one in found)
    for one in found:
        if contested and one.rule == "anonymous" and scene.living:
            yield one._replace(cause="account-lives", favours=False)
        elif contested and one.cause == "account-lives" and not scene.living:
            yield one._replace(cause="closed", favours=False)
        else:
            yield one


def _objections(scene: Scene, evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """What follows from evidence for one cause against another that something speaks for."""
    for cause in dict.fromkeys(one.cause for one in evidence if one.favours):
        for one in evidence:
            if one.favours and one.cause == "account-lives" and cause in _NOT_OF_THE_LIVING:
                yield Evidence(one.rule, cause, one.band, False, _NOT_OF_THE_LIVING[cause])
                break
        if cause == "purge" and any(one.rule == "incident" and one.favours for one in evidence):
            yield Evidence("incident", "purge", "possible", False, _ACCOUNTED_FOR)


def _band(scene: Scene, cause: Cause, evidence: Sequence[Evidence]) -> Band:
    """The strongest band of what speaks for a cause, capped."""
    best = min(BANDS.index(one.band) for one in evidence if one.favours and one.cause == cause)
    cap: Band = "verified"
    if cause == "account-lives" and any(map(scene.unsettled, scene.incidents)):
        cap = "likely"
    doubted = any(one.cause == cause and not one.favours for one in evidence)
    if doubted or (cause != "incomplete" and scene.case.person.state == "held"):
        cap = "possible"
    return BANDS[max(best, BANDS.index(cap))]


def _place(one: Evidence, cause: Cause) -> int:
    """Where evidence is told: for the cause, against it, for others, against others, for the reader's judgement."""
    if one.cause == "unknown":
        return 0 if cause == "unknown" and one.favours else 4
    return (0 if one.favours else 1) if one.cause == cause else (2 if one.favours else 3)
