"""Whose archive it is, as far as its own tables and file names tell."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from linkbak.adapters.linkedin.csv import Issues, Records
from linkbak.adapters.linkedin.files import Claims
from linkbak.adapters.linkedin.messages import read_invitations
from linkbak.adapters.linkedin.tables import folded
from linkbak.model import Files, Owner

MOST = 10
_URN = re.compile(r"urn:li:member:([0-9]+)")


def owner_of(files: Files, claims: Claims) -> Owner:
    """The inviter of every outgoing and invitee of every incoming invitation, the profile's name, the member number.

    What is told most often comes first.
    """
    urls, ids, names = _invited(files, claims)
    profile = _profile_names(files, claims)
    return Owner(
        urls=_often(urls),
        member_ids=tuple(dict.fromkeys([*claims.members, *_often(ids)]))[:MOST],
        names=tuple(dict.fromkeys([*profile, *_often(names)]))[:MOST],
    )


def _invited(files: Files, claims: Claims) -> tuple[Counter[str], Counter[str], Counter[str]]:
    urls, ids, names = Counter[str](), Counter[str](), Counter[str]()
    for named in claims.of("Invitations.csv"):
        with files.open(named.path) as stream:
            for row in read_invitations(stream, Issues(named.path)):
                sides = {"OUTGOING": (row.inviter_url, row.sender), "INCOMING": (row.invitee_url, row.recipient)}
                url, name = sides.get(row.direction.upper(), ("", ""))
                names[name.strip()] += 1
                if found := _URN.fullmatch(url):
                    ids[found[1]] += 1
                else:
                    urls[url] += 1
    return urls, ids, names


def _profile_names(files: Files, claims: Claims) -> list[str]:
    found = []
    for named in claims.of("Profile.csv"):
        with files.open(named.path) as stream:
            rows = [row for _, row in islice(Records(stream), 10) if row]
        header = [folded(cell) for cell in rows[0]] if rows else []
        if "firstname" in header and "lastname" in header:
            cells = (header.index("firstname"), header.index("lastname"))
            for row in rows[1:2]:
                found.append(" ".join(row[at].strip() for at in cells if at < len(row)).strip())
    return [name for name in found if name]


def _often(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(text for text, _ in counted.most_common(MOST + 1) if text)[:MOST]
