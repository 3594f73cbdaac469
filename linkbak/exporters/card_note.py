"""What a card says of someone where it has no place of its own for it: a text of a few lines."""

from __future__ import annotations

from linkbak.exporters.content_lines import one_line
from linkbak.history.records import Entry
from linkbak.report.words import day, window

_NETWORKS = {"linkedin": "LinkedIn"}


def network(entry: Entry) -> str:
    """The short name of the network that they are known from: ``linkedin``."""
    return entry.person.account.partition("-")[0]


def network_name(entry: Entry) -> str:
    """The same as it calls itself."""
    return _NETWORKS.get(network(entry), network(entry).capitalize())


def card_note(entry: Entry) -> str:
    """A line each: what the owner wrote comes first.

    It changes only when `Entry.revised` does (or an archive older than others is imported after them). So it does not
    tell those who are lost for certain from those who are not yet, which turns with any later list, nor of those whom
    only a list lacks that is not believed.
    """
    person, name = entry.person, network_name(entry)
    lines = [*entry.notes]
    if person.row.connected_on:
        lines.append(f"Connected on {name}: {person.row.connected_on.isoformat()}")
    if entry.former:
        lines.append(f"Formerly: {', '.join(one_line(former) for former in entry.former)}")
    if person.window:
        if person.state == "hidden":
            lines.append(f"{name} shows only a date of them since {day(person.window.before)}.")
        elif person.state in ("suspected", "confirmed"):
            lines.append(f"No longer among the connections on {name}: gone {window(*person.window)}.")
        elif person.state == "unclear":
            lines.append(f"Perhaps no longer among the connections on {name}; the lists allow two readings.")
    return "\n".join(lines) or f"From {name}."
