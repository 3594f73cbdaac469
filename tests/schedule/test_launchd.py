"""The property list for launchd: what a Mac would read."""

from __future__ import annotations

import plistlib
from pathlib import Path
from xml.etree import ElementTree

from linkbak.schedule import launchd
from linkbak.schedule.timer import Interval
from tests.schedule.orders import HOSTILE, order

CONTENT = {"dict", "array", "string", "integer", "true", "false"}
"""What of Apple's DTD for property lists may stand in ours."""


def test_what_is_written(strangers_machine: Path) -> None:
    wanted = order(f"/home/{HOSTILE}")
    [piece] = launchd.pieces(wanted)
    log = str(strangers_machine / f"Library/Logs/linkbak-{wanted.key}.log")
    assert piece.where == str(strangers_machine / f"Library/LaunchAgents/io.github.linkbak.{wanted.key}.plist")
    assert plistlib.loads(piece.text.encode()) == {
        "Label": f"io.github.linkbak.{wanted.key}",
        "ProgramArguments": ["/opt/py/bin/python", "-P", "-m", "linkbak", "run", "--vault", f"/home/{HOSTILE}"],
        "EnvironmentVariables": {"PATH": "/usr/bin:/bin"},
        "StartCalendarInterval": {"Minute": 17, "Hour": 10},
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 10,
        "Umask": 0o077,
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }


def test_it_is_a_property_list_by_its_grammar() -> None:
    """The rules of PropertyList-1.0.dtd, which `plutil -lint` holds it against on a Mac."""
    text = launchd.pieces(order())[0].text
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple')
    plist = ElementTree.fromstring(text)
    assert (plist.tag, plist.attrib, len(plist)) == ("plist", {"version": "1.0"}, 1)
    for element in plist.iter():
        kinds = [child.tag for child in element]
        assert {*kinds} - {"key"} <= CONTENT
        if element.tag == "dict":
            assert kinds[::2] == ["key"] * (len(kinds) // 2)
            assert "key" not in kinds[1::2]
            assert len(kinds) % 2 == 0
        elif element.tag not in ("plist", "array"):
            assert kinds == []


def test_what_somebody_else_wrote_is_not_taken_for_ours() -> None:
    assert launchd._said("no property list") == {}
    assert launchd._said("<plist version='1.0'><array/></plist>") == {}
    assert launchd._interval([{"Minute": 1}, {"Minute": 31}]) is None
    assert launchd._interval({"Minute": 1, "Month": 3}) is None
    assert launchd._interval({"Minute": "1"}) is None
    assert launchd._interval({"Hour": 1}) is None
    assert launchd._interval({"Minute": 1}) == Interval("hour", 1)
