"""Logging in by browser: the owner says yes at LinkedIn, and comes back to this machine with a code for a token."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest

from linkbak.api import login as logging_in
from linkbak.cli import api as verb
from linkbak.paths import state_folder
from tests.api.service import TOKEN, Ring, Service, in_place_of_linkedin
from tests.cli.running import Ran, run

SECRET = "invented-client-secret"
Browser = Callable[[dict[str, str]], None]
"""What the owner's browser does, given the parameters of the page that it was sent to."""


@pytest.fixture
def linkedin(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, Ring]]:
    with in_place_of_linkedin(monkeypatch) as both:
        both[0].data = {"PROFILE": [[{"First Name": "Ada"}]]}
        yield both


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    run("init", tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    monkeypatch.setenv("LINKBAK_API_PORT", str(found))
    monkeypatch.setenv("LINKBAK_API_CLIENT", "my-app")
    return found


@contextmanager
def exchange(
    monkeypatch: pytest.MonkeyPatch, status: int = 200, body: bytes | None = None
) -> Iterator[list[dict[str, str]]]:
    """LinkedIn's page that gives tokens for codes; gives the forms that came."""
    forms: list[dict[str, str]] = []
    given = json.dumps({"access_token": TOKEN, "expires_in": 60 * 86_400}).encode() if body is None else body

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            forms.append({name: values[0] for name, values in form.items()})
            self.send_response(status)
            self.send_header("Content-Length", str(len(given)))
            self.end_headers()
            self.wfile.write(given)

        def log_message(self, format: str, *words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setattr(logging_in, "EXCHANGE", f"http://127.0.0.1:{server.server_port}/")
        yield forms
        server.shutdown()
        thread.join()


def login(monkeypatch: pytest.MonkeyPatch, vault: Path, browser: Browser, typed: str = f"{SECRET}\n") -> Ran:
    """Log in while a browser opens what is told, as soon as it is."""
    threads: list[threading.Thread] = []

    def tell(address: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        threads.append(threading.Thread(target=browser, args=(asked,)))
        threads[-1].start()

    monkeypatch.setattr(verb, "_tell", tell)
    ran = run("api", "login", "--browser", "--json", vault=vault, typed=typed)
    for thread in threads:
        thread.join()
    return ran


def back(asked: dict[str, str], **said: str) -> int:
    """Go to where LinkedIn sends the browser; gives the status that it is answered with."""
    try:
        with urlopen(f"{asked['redirect_uri']}?{urlencode(said)}") as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def test_a_yes_in_the_browser_brings_a_token_and_its_end(
    linkedin: tuple[Service, Ring], vault: Path, port: int, monkeypatch: pytest.MonkeyPatch, strangers_machine: Path
) -> None:
    _, ring = linkedin
    seen: list[dict[str, str]] = []

    def browser(asked: dict[str, str]) -> None:
        seen.append(asked)
        back(asked, code="the-code", state=asked["state"])

    with exchange(monkeypatch) as forms:
        ran = login(monkeypatch, vault, browser)

    assert (ran.status, ran.json["login"]["days_left"], ran.json["login"]["assumed"]) == (0, 60, False)
    redirect = f"http://127.0.0.1:{port}/linkbak"
    assert {name: value for name, value in seen[0].items() if name != "state"} == {
        "response_type": "code",
        "client_id": "my-app",
        "redirect_uri": redirect,
        "scope": "r_dma_portability_self_serve",
    }
    assert len(seen[0]["state"]) > 40
    assert forms == [
        {
            "grant_type": "authorization_code",
            "code": "the-code",
            "redirect_uri": redirect,
            "client_id": "my-app",
            "client_secret": SECRET,
        }
    ]
    assert sorted(ring.held.values()) == [TOKEN, SECRET]
    for secret in (TOKEN, SECRET, "the-code"):
        assert secret not in ran.out + ran.err
        assert not any(
            secret.encode() in path.read_bytes()
            for root in (strangers_machine, vault, state_folder(vault))
            for path in root.rglob("*")
            if path.is_file()
        )
    with exchange(monkeypatch) as forms:  # the next time the secret is there
        assert login(monkeypatch, vault, browser, typed="\n").status == 0
        assert forms[0]["client_secret"] == SECRET
    assert run("api", "logout", vault=vault).status == 0
    assert ring.held == {}


def test_whoever_does_not_know_the_state_is_not_heard(
    linkedin: tuple[Service, Ring], vault: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another page, another name of this machine, another path, somebody who connects and says nothing."""
    answered: list[int] = []

    def browser(asked: dict[str, str]) -> None:
        socket.create_connection(("127.0.0.1", port)).close()
        answered.append(back(asked, code="not-ours", state="guessed"))
        answered.append(back(asked, code="not-ours"))
        answered.append(back({"redirect_uri": f"http://127.0.0.1:{port}/"}, code="not-ours", state=asked["state"]))
        query = urlencode({"code": "not-ours", "state": asked["state"]})
        named = Request(f"{asked['redirect_uri']}?{query}", headers={"Host": f"evil.example.com:{port}"})
        try:
            urlopen(named)
        except HTTPError as refused:
            answered.append(refused.code)
        answered.append(back(asked, code="ours", state=asked["state"]))

    with exchange(monkeypatch) as forms:
        assert login(monkeypatch, vault, browser).status == 0
    assert answered == [404, 404, 404, 404, 200]
    assert [form["code"] for form in forms] == ["ours"]


@pytest.mark.parametrize(
    ("said", "given", "status", "says"),
    [
        ({"error": "user_cancelled_login"}, (200, None), 2, "LinkedIn gave no code (user_cancelled_login)"),
        ({"error": "\x1b[31m<script>"}, (200, None), 2, "LinkedIn gave no code: somebody said no"),
        ({"code": "c"}, (401, b'{"error":"invalid_client"}'), 14, "LinkedIn gives no token for this app"),
        ({"code": "c"}, (200, b"<html>"), 14, "LinkedIn gives no token for this app"),
        ({"code": "c"}, (200, b"x" * 100_000), 15, "LinkedIn cannot be reached (NotServed)"),
        (
            {"code": "c"},
            (200, b'{"access_token":"wrong","expires_in":5184000}'),
            14,
            "LinkedIn does not take the token",
        ),
    ],
)
def test_a_no_keeps_nothing(
    said: dict[str, str],
    given: tuple[int, bytes | None],
    status: int,
    says: str,
    linkedin: tuple[Service, Ring],
    vault: Path,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def browser(asked: dict[str, str]) -> None:
        back(asked, state=asked["state"], **said)

    with exchange(monkeypatch, *given):
        ran = login(monkeypatch, vault, browser)
    assert (ran.status, linkedin[1].held) == (status, {})
    assert says in json.loads(ran.err)["error"]["message"]
    assert run("api", "--json", vault=vault).json["login"] is None


def test_what_is_missing_is_said_before_anything_is_asked(
    linkedin: tuple[Service, Ring], vault: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "without the app's client secret" in login(monkeypatch, vault, lambda asked: None, typed="\n").err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ran = login(monkeypatch, vault, lambda asked: None)
    assert (ran.status, f"port {port} of this machine" in ran.err) == (15, True)
    monkeypatch.setenv("LINKBAK_API_CLIENT", "")
    assert "the client ID of your app is missing" in login(monkeypatch, vault, lambda asked: None).err
    assert run("api", "fetch", "--browser", vault=vault).status == 2


def test_the_browser_is_told_so_in_whole_in_any_language(
    linkedin: tuple[Service, Ring], vault: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging_in, "tr", lambda text, **values: "Zamknij tę stronę: już." if "Close" in text else text)
    told: list[str] = []

    def browser(asked: dict[str, str]) -> None:
        with urlopen(f"{asked['redirect_uri']}?{urlencode({'code': 'the-code', 'state': asked['state']})}") as answer:
            told.append(answer.read().decode())

    with exchange(monkeypatch):
        assert login(monkeypatch, vault, browser).status == 0
    assert told == ["Zamknij tę stronę: już."]
