"""The task for Windows: its shape is that of the schema that Microsoft documents."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from linkbak.errors import UsageProblem
from linkbak.schedule import windows
from linkbak.schedule.timer import EVERY, spread
from tests.schedule.machines import Machine
from tests.schedule.orders import order

SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
ANY_ORDER = {
    "Task": {"RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"},
    "RegistrationInfo": {"Author", "Description"},
    "Principal": {"LogonType", "RunLevel"},
    "Settings": {
        *("MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "StartWhenAvailable"),
        *("Enabled", "ExecutionTimeLimit", "Priority"),
    },
    "Exec": {"Command", "Arguments"},
    "ScheduleByDay": {"DaysInterval"},
    "ScheduleByWeek": {"DaysOfWeek", "WeeksInterval"},
    "ScheduleByMonth": {"DaysOfMonth", "Months"},
    "Repetition": {"Interval"},
}
"""What linkbak uses of the elements that the schema lets stand in any order, each once (xs:all)."""
IN_ORDER = {
    "TimeTrigger": ["Enabled", "StartBoundary", "Repetition", "RandomDelay"],
    "CalendarTrigger": ["Enabled", "StartBoundary", "RandomDelay", "ScheduleBy(Day|Week|Month)"],
    "Triggers": ["(Time|Calendar)Trigger"],
    "Principals": ["Principal"],
    "Actions": ["Exec"],
    "DaysOfMonth": ["Day"],
}
"""Of triggerBaseType, then of what extends it (xs:sequence)."""
VALUES = {
    "Enabled": "true",
    "StartBoundary": r"\d{4}-\d\d-\d\dT\d\d:\d\d:00",
    "RandomDelay": r"PT\d+M",
    "Interval": "PT1H",
    "LogonType": "InteractiveToken",
    "RunLevel": "LeastPrivilege",
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",
    "ExecutionTimeLimit": r"PT\d+H",
    "Priority": "[0-9]|10",
    "DaysInterval": "1",
    "WeeksInterval": "1",
    "Day": "[1-9]|1[0-9]|2[0-8]",
}


@pytest.fixture(autouse=True)
def wsl(machine: Machine) -> Machine:
    return machine.is_wsl()


@pytest.mark.parametrize("every", EVERY)
def test_its_shape_is_the_schemas(every: str) -> None:
    [piece] = windows.pieces(order("/home/ada/R&D <vault>", spread(every, "0123456789abcdef")))
    task = ElementTree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", piece.text))
    assert (task.tag, task.attrib) == (f"{SPACE}Task", {"version": "1.2"})
    for element in task.iter():
        assert element.tag.startswith(SPACE)
        name, kinds = element.tag.removeprefix(SPACE), [child.tag.removeprefix(SPACE) for child in element]
        if name in ANY_ORDER:
            assert set(kinds) == ANY_ORDER[name]
            assert len(kinds) == len(set(kinds))
        elif name in IN_ORDER:
            assert re.fullmatch(" ".join(IN_ORDER[name]), " ".join(kinds))
        elif name in VALUES:
            assert re.fullmatch(VALUES[name], element.text or "")
        elif name in ("DaysOfWeek", "Months"):
            assert {*kinds} <= {*windows._WEEKDAYS, *windows._MONTHS}
            assert len(kinds) == (1 if name == "DaysOfWeek" else 12)
        else:
            assert name in {"Author", "Description", "Command", "Arguments", *kinds} or not kinds


def test_it_calls_linkbak_inside_wsl_without_a_shell() -> None:
    text = windows.pieces(order("/home/ada/R&D's vault"))[0].text
    user = windows._user()
    assert "<Command>wsl.exe</Command>" in text
    assert (
        f"<Arguments>-d Debian -u {user} --exec /usr/bin/env PATH=/usr/bin:/bin /opt/py/bin/python -P -m linkbak run "
        '--vault "/home/ada/R&amp;D\'s vault"</Arguments>' in text
    )
    assert windows._program(text) == "/opt/py/bin/python"


@pytest.mark.parametrize("sign", ['"', "\\", "%", "$"])
def test_a_path_that_windows_would_change_is_refused(sign: str) -> None:
    with pytest.raises(UsageProblem, match="mean something else"):
        windows.pieces(order(f"/home/ada/my{sign}vault"))


def test_the_file_is_what_windows_reads(wsl: Machine, vault: Path) -> None:
    """UTF-16 with a byte order mark, as it exports tasks itself; and the task is known by the vault."""
    assert list(windows.install(order(str(vault)))) == ["window"]
    data = (wsl.played / "task").read_bytes()
    assert data[:2] == b"\xff\xfe"
    assert data.decode("utf-16") == windows.pieces(order(str(vault)))[0].text
    [heard] = wsl.heard
    assert heard.startswith(f"schtasks.exe /Create /F /TN linkbak-{order(str(vault)).key} /XML /")
