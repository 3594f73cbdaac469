"""An address is pinged as Healthchecks has it, tried again, and never waited for without end."""

from __future__ import annotations

import pytest

from linkbak.automation.notify import Patience, Undelivered, address, ping
from tests.automation.notify.servers import Web, mute, unused_port

HINT = (
    "Look at the address: `linkbak config show notify --secrets`. `linkbak config test-notification --ping` tries it."
)


class Nap:
    """Says how long somebody would have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    @property
    def patience(self) -> Patience:
        return Patience(seconds=60, sleep=self.slept.append)


ONCE = Patience(seconds=60, pauses=())
BRIEF = Patience(seconds=0.1, pauses=())


@pytest.mark.parametrize(
    ("given", "signal", "meant"),
    [
        ("https://hc-ping.com/uuid", "success", "https://hc-ping.com/uuid"),
        ("https://hc-ping.com/uuid", "start", "https://hc-ping.com/uuid/start"),
        ("https://hc-ping.com/uuid/", "fail", "https://hc-ping.com/uuid/fail"),
        ("https://hc-ping.com/uuid/", "success", "https://hc-ping.com/uuid/"),
        ("https://hc.example.com/ping/key/slug?create=1", "fail", "https://hc.example.com/ping/key/slug/fail?create=1"),
        ("  https://hc-ping.com/uuid \n", "success", "https://hc-ping.com/uuid"),
        ("HTTP://HC.example.com:8000/x#y", "start", "http://hc.example.com:8000/x/start"),
        ("https://hc.example.com", "success", "https://hc.example.com/"),
        ("https://hc.example.com", "fail", "https://hc.example.com/fail"),
        ("https://ada:secret@hc.example.com/x", "fail", "https://ada:secret@hc.example.com/x/fail"),
        ("https://[::1]:8000/x", "fail", "https://[::1]:8000/x/fail"),
        ("https://bücher.example/späte?ü=1", "success", "https://xn--bcher-kva.example/sp%C3%A4te?%C3%BC=1"),
        ("https://hc.example.com/a%2Fb c", "success", "https://hc.example.com/a%2Fb%20c"),
        (
            "https://kuma.example/api/push/T?status=up&msg=OK&ping=",
            "success",
            "https://kuma.example/api/push/T?status=up&msg=OK&ping=",
        ),
        (
            "https://kuma.example/api/push/T?status=up&msg=OK&ping=",
            "fail",
            "https://kuma.example/api/push/T?status=down&msg=OK&ping=",
        ),
        (
            "https://kuma.example/api/push/T?msg=OK&status=up",
            "fail",
            "https://kuma.example/api/push/T?msg=OK&status=down",
        ),
        ("https://hc.example.com/x?status=upper", "fail", "https://hc.example.com/x/fail?status=upper"),
    ],
)
def test_where_a_signal_goes(given: str, signal: str, meant: str) -> None:
    assert address(given, signal) == meant


def test_uptime_kuma_is_told_of_no_start() -> None:
    assert address("https://kuma.example/api/push/T?status=up&msg=OK&ping=", "start") is None
    assert ping("https://kuma.example/api/push/T?status=up", "start") is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "the address begins neither with https:// nor with http://"),
        ("hc-ping.com/secret", "the address begins neither with https:// nor with http://"),
        ("file:///etc/passwd", "the address begins neither with https:// nor with http://"),
        ("ftp://secret@example.com/x", "the address begins neither with https:// nor with http://"),
        ("https:///secret", "the address names no host"),
        ("https://example.com:secret/", "the address makes no sense"),
        ("https://[secret/", "the address makes no sense"),
        ("https://" + "ü" * 80 + ".example/", "the address makes no sense"),
    ],
)
def test_what_is_no_address_of_the_web_is_not_asked(given: str, why: str) -> None:
    failed = ping(given, "success")

    assert failed is not None
    assert (failed.why, failed.hint) == (why, HINT)
    assert "secret" not in failed.channel + failed.why


def test_a_run_that_goes_well_is_a_start_and_a_success(web: Web) -> None:
    assert ping(f"{web.url}/uuid", "start") is None
    assert ping(f"{web.url}/uuid", "success") is None

    assert [(one.method, one.path, one.body) for one in web.asked] == [("GET", "/uuid/start", ""), ("GET", "/uuid", "")]
    assert web.asked[0].headers["User-Agent"].startswith("linkbak/")


def test_what_is_said_is_one_line_in_the_body(web: Web) -> None:
    assert ping(f"{web.url}/uuid?create=1", "fail", "status 12:\nverify\tü " + 300 * "x") is None

    (asked,) = web.asked
    assert (asked.method, asked.path) == ("POST", "/uuid/fail?create=1")
    assert asked.body == ("status 12: verify ü " + 300 * "x")[:200]


def test_a_name_and_password_go_into_a_header(web: Web) -> None:
    assert ping(web.url.replace("://", "://ada:s%40cret@") + "/uuid", "success") is None

    assert web.asked[0].headers["Authorization"] == "Basic YWRhOnNAY3JldA=="
    assert web.paths == ["/uuid"]


def test_a_service_that_stumbles_is_asked_again(web: Web) -> None:
    nap = Nap()
    web.answer(500, 429, 200)

    assert ping(f"{web.url}/uuid", "success", patience=nap.patience) is None
    assert web.paths == ["/uuid", "/uuid", "/uuid"]
    assert nap.slept == [1.0, 5.0]


def test_a_service_that_goes_on_stumbling_is_given_up(web: Web) -> None:
    nap = Nap()
    web.answer(503)

    failed = ping(f"{web.url}/very-secret", "success", patience=nap.patience)

    assert failed == Undelivered("ping 127.0.0.1", "the service answered 503", HINT)
    assert len(web.paths) == 3
    assert nap.slept == [1.0, 5.0]


def test_a_service_that_says_no_is_asked_once(web: Web) -> None:
    web.answer(404)

    failed = ping(f"{web.url}/uuid", "success", patience=Nap().patience)

    assert failed == Undelivered("ping 127.0.0.1", "the service answered 404", HINT)
    assert len(web.paths) == 1


def test_a_service_that_knows_no_start_is_no_trouble(web: Web) -> None:
    """If the address itself is wrong, the ping at the end of the run says so."""
    web.answer(404)

    assert ping(f"{web.url}/uuid", "start") is None
    assert ping(f"{web.url}/uuid", "fail") is not None


def test_a_check_that_is_not_there_is_told_although_the_service_says_ok(web: Web) -> None:
    """Healthchecks has answered so, with status 200, to an address that no check has."""
    web.answer(200, body=b"OK (not found)")

    failed = ping(f"{web.url}/uuid", "success", patience=Nap().patience)

    assert failed == Undelivered("ping 127.0.0.1", "the service answered: not found", HINT)


def test_redirects_are_followed_a_few_times(web: Web) -> None:
    web.answers = [(302, {"Location": f"{web.url}/other"}, b""), (200, {}, b"OK")]

    assert ping(web.url.replace("://", "://ada:secret@") + "/uuid", "success", "fine") is None
    assert [(one.method, one.path) for one in web.asked] == [("POST", "/uuid"), ("GET", "/other")]
    assert "Authorization" not in web.asked[1].headers


@pytest.mark.parametrize("target", ["/uuid", "ftp://127.0.0.1/x", "file:///etc/hostname"])
def test_redirects_in_circles_or_elsewhere_are_not_followed(web: Web, target: str) -> None:
    web.answers = [(302, {"Location": target}, b"")]

    failed = ping(f"{web.url}/uuid", "success", patience=Nap().patience)

    assert failed == Undelivered("ping 127.0.0.1", "the service answered 302", HINT)
    assert len(web.asked) <= 4


def test_the_proxy_of_the_environment_is_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", web.url)

    assert ping("http://hc.example/uuid", "success") is None
    assert web.paths == ["http://hc.example/uuid"]


def test_nobody_at_the_address(web: Web) -> None:
    failed = ping(f"http://127.0.0.1:{unused_port()}/secret", "success", patience=Nap().patience)

    assert failed == Undelivered("ping 127.0.0.1", "connection refused", HINT)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nO"], ids=["silent", "stuck"])
def test_a_service_that_hangs_is_not_waited_for(said: bytes) -> None:
    with mute(said) as port:
        failed = ping(f"http://127.0.0.1:{port}/secret", "success", patience=BRIEF)

    assert failed == Undelivered("ping 127.0.0.1", "no answer in time", HINT)


def test_a_service_that_never_comes_to_an_end_is_not_waited_for() -> None:
    """Each byte comes soon enough, and there is always another."""
    with mute(b"HTTP/1.1 200 OK\r\nX-Long: ", drips=b"x") as port:
        failed = ping(f"http://127.0.0.1:{port}/secret", "success", patience=BRIEF)

    assert failed == Undelivered("ping 127.0.0.1", "no answer in time", HINT)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", "the connection broke"),
        (b"220 mail.example.com ESMTP\r\n", "what answered does not speak HTTP as it should"),
    ],
)
def test_a_service_that_is_none(said: bytes, why: str) -> None:
    with mute(said, closes=True) as port:
        failed = ping(f"http://127.0.0.1:{port}/secret", "success", patience=ONCE)

    assert failed is not None
    assert failed.why in (why, "connection reset by peer")


def test_a_service_without_tls_behind_https(web: Web) -> None:
    failed = ping(f"https://127.0.0.1:{web.port}/secret", "success", patience=ONCE)

    assert failed == Undelivered("ping 127.0.0.1", "what answered does not speak HTTP as it should", HINT)
