"""Services of apprise are told, one by one; what one of them does harms nobody else."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from email import message_from_bytes, policy

import pytest

from linkbak.automation import notify as services
from linkbak.automation.notify import Message, Undelivered, channels, notify
from linkbak.settings import Notify
from tests.automation.notify.servers import Web, mute, smtp, unused_port

NEWS = Message("linkbak: 3 people vanished", "3 vanished,\n1 came <b>back</b> & *all* is well.", "news")
HINT = "Look at the address: `linkbak config show notify --secrets`. `linkbak config test-notification` tries it."


def by(*urls: str) -> Notify:
    return Notify(apprise=urls)


def json_url(web: Web) -> str:
    return f"json://127.0.0.1:{web.port}/secret-path?+X-Token=secret-token"


def test_a_mail_arrives() -> None:
    with smtp() as (port, received):
        url = f"mailto://127.0.0.1:{port}?from=linkbak@example.com&to=ada@example.com&mode=insecure&format=text"
        assert notify(by(url), NEWS) == []

    (mail,) = received
    assert mail.receivers == ["ada@example.com"]
    content = message_from_bytes(mail.content, policy=policy.default)
    assert content["Subject"] == NEWS.subject
    assert "linkbak" in content["From"]
    body = content.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip().splitlines() == NEWS.body.splitlines()


@pytest.mark.parametrize(("kind", "meant"), [("news", "info"), ("reminder", "warning"), ("trouble", "failure")])
def test_a_web_service_is_told(web: Web, kind: str, meant: str) -> None:
    assert notify(by(json_url(web)), NEWS._replace(kind=kind)) == []  # type: ignore[arg-type]

    (asked,) = web.asked
    sent = json.loads(asked.body)
    assert (sent["title"], sent["message"], sent["type"]) == (NEWS.subject, NEWS.body, meant)


def test_one_that_fails_stops_no_other_and_nothing_secret_is_said(
    web: Web, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    unreachable = f"json://ada:secret@127.0.0.1:{unused_port()}/secret"
    how = by(unreachable, "nonsense://secret", "secret", "tgram://secret/", json_url(web))

    with caplog.at_level(logging.DEBUG):
        failed = notify(how, NEWS)

    assert failed == [
        Undelivered("apprise json", "the service did not take it", HINT),
        Undelivered("apprise nonsense", "apprise does not understand the address", HINT),
        Undelivered("apprise", "apprise does not understand the address", HINT),
        Undelivered("apprise tgram", "apprise does not understand the address", HINT),
    ]
    assert len(web.asked) == 1
    assert channels(how) == ("apprise json", "apprise nonsense", "apprise", "apprise tgram", "apprise json")
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.name == "apprise"]


def test_a_service_that_answers_badly(web: Web) -> None:
    web.answer(500)

    assert notify(by(json_url(web)), NEWS) == [Undelivered("apprise json", "the service did not take it", HINT)]


def test_a_service_that_hangs_is_not_waited_for() -> None:
    with mute() as port:
        failed = services.send(f"json://127.0.0.1:{port}/secret", NEWS, seconds=0.2)

    assert failed == Undelivered("apprise json", "no answer within 0.2 seconds", HINT)


def test_without_apprise_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, web: Web) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)

    (failed,) = notify(by(json_url(web)), NEWS)

    assert (failed.channel, failed.why) == ("apprise json", "apprise is not installed")
    assert "pip install '.[notify]'" in failed.hint


def test_a_fault_within_a_service_ends_nothing(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    import apprise

    def broken(self: object, *words: Sequence[object], **names: object) -> bool:
        raise RuntimeError("secret")

    monkeypatch.setattr(apprise.Apprise, "notify", broken)

    assert notify(by(json_url(web)), NEWS) == [Undelivered("apprise json", "apprise failed (RuntimeError)", HINT)]


def test_nothing_is_told_to_nobody() -> None:
    assert notify(Notify(), NEWS) == []
    assert channels(Notify()) == ()
