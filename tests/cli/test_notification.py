"""`linkbak config test-notification` tries every way that is set up, and tells what came of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkbak import paths
from linkbak.errors import Exit
from tests.automation.notify import servers
from tests.cli.running import run

SHOWS = "linkbak config show notify --secrets"
SUBJECT = "linkbak: a test message"


@pytest.fixture
def web() -> Iterator[servers.Web]:
    with servers.web() as running:
        yield running


def set_up(**notify: object) -> None:
    """What the config file says under [notify]."""
    file = paths.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[notify]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in notify.items()))


def writes(place: Path) -> list[str]:
    return [
        sys.executable,
        "-c",
        f"import sys; open({str(place)!r}, 'w').write(sys.argv[1] + sys.stdin.read())",
        "{subject}",
    ]


def test_every_way_is_tried(tmp_path: Path, web: servers.Web) -> None:
    set_up(command=writes(tmp_path / "told"), apprise=[f"json://127.0.0.1:{web.port}"], ping=f"{web.url}/uuid")

    ran = run("config", "test-notification", "--ping")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"command {Path(sys.executable).name}: sent\napprise json: sent\nping 127.0.0.1: sent\n"
    assert (tmp_path / "told").read_text().startswith(f"{SUBJECT}This is how linkbak tells you")
    assert json.loads(web.asked[0].body)["title"] == SUBJECT
    assert [(one.method, one.path, one.body) for one in web.asked[1:]] == [
        ("POST", "/uuid", "a test by linkbak config test-notification")
    ]


def test_no_ping_is_sent_unasked(tmp_path: Path, web: servers.Web) -> None:
    """A ping says that a run went well, and somebody may rely on that."""
    set_up(command=writes(tmp_path / "told"), ping=f"{web.url}/uuid")

    ran = run("config", "test-notification")

    assert ran.status == 0
    assert ran.out.splitlines()[1:] == ["the address to ping was left alone; --ping tries it, too"]
    assert web.asked == []


def test_what_fails_is_told_with_what_to_do(tmp_path: Path, web: servers.Web) -> None:
    web.answer(404)
    set_up(command=["/no/such/tell", "secret"], ping=f"{web.url}/secret")

    ran = run("config", "test-notification", "--ping")

    assert ran.status == Exit.MACHINE
    assert ran.out == (
        "command tell: not delivered: it cannot be run: no such file or directory\n"
        "  `linkbak config show notify --secrets` shows the command; `linkbak config test-notification` tries it.\n"
        "ping 127.0.0.1: not delivered: the service answered 404\n"
        f"  Look at the address: `{SHOWS}`. `linkbak config test-notification --ping` tries it.\n"
    )
    silent = run("config", "test-notification", "--ping", "--quiet")
    assert (silent.status, silent.out) == (Exit.MACHINE, "")
    assert silent.err == (
        "command tell: not delivered: it cannot be run: no such file or directory\n"
        "ping 127.0.0.1: not delivered: the service answered 404\n"
    )


def test_the_document(tmp_path: Path) -> None:
    set_up(command=writes(tmp_path / "told"), apprise=["secret://secret"])

    ran = run("config", "test-notification", "--json")

    assert ran.status == Exit.MACHINE
    assert ran.json == {
        "schema": "linkbak.notify/1",
        "channels": [
            {"channel": f"command {Path(sys.executable).name}", "delivered": True, "why": None, "hint": None},
            {
                "channel": "apprise secret",
                "delivered": False,
                "why": "apprise does not understand the address",
                "hint": f"Look at the address: `{SHOWS}`. `linkbak config test-notification` tries it.",
            },
        ],
    }


def test_no_program_is_given_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of sealed copies: a command that is told, and git, hooks of ssh and all others inherit what linkbak has."""
    monkeypatch.setenv("LINKBAK_SEAL_PASSPHRASE", "correct horse")
    set_up(command=["sh", "-c", f"env > '{tmp_path}/told'"])

    assert run("config", "test-notification").status == 0
    assert "correct horse" not in (tmp_path / "told").read_text()
    assert "LINKBAK_SEAL_PASSPHRASE" not in os.environ


def test_nothing_set_up_is_said_with_the_way_to_set_it_up() -> None:
    ran = run("config", "test-notification")

    assert ran.status == Exit.USAGE
    assert "linkbak config set notify.command" in ran.err


def test_only_a_ping_is_set_up(web: servers.Web) -> None:
    set_up(ping=f"{web.url}/uuid")

    assert run("config", "test-notification").out == "the address to ping was left alone; --ping tries it, too\n"
