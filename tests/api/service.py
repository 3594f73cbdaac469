"""LinkedIn's API as it is known to behave, faults included, on this machine alone; and a keyring of no system."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import keyring
import keyring.backend
import pytest

from linkbak.api import client

TOKEN = "AQX-invented-token"
Row = dict[str, Any]


@dataclass
class Service:
    """What the invented LinkedIn holds and how it behaves.

    `data` has for each domain its answers, each a list of rows; a domain that is not there was not put together.
    `refusals` are answered first, one a call: a status and its headers, for the domain named or for any ("").
    `calls` are the domain and the start of every call that came.
    """

    data: dict[str, list[list[Row]]] = field(default_factory=dict)
    refusals: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    calls: list[tuple[str, int]] = field(default_factory=list)
    breaks_at: tuple[str, int] | None = None
    slept: list[float] = field(default_factory=list)
    token: str = TOKEN
    version: str = "202312"

    def asked(self, domain: str) -> list[int]:
        """The starts at which a domain was asked for."""
        return [start for name, start in self.calls if name == domain]

    def answer(self, query: dict[str, list[str]], headers: Any) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one call."""
        domain, start = query["domain"][0], int(query["start"][0])
        self.calls.append((domain, start))
        if headers["Authorization"] != f"Bearer {self.token}":
            return 401, {}, b'{"status":401,"code":"INVALID_ACCESS_TOKEN","message":"Invalid access token"}'
        if headers["LinkedIn-Version"] != self.version:
            return 426, {}, b'{"status":426,"code":"NONEXISTENT_VERSION"}'
        for refusal in self.refusals:
            if refusal[0] in ("", domain):
                self.refusals.remove(refusal)
                return refusal[1], refusal[2], b"{}"
        if (domain, start) == self.breaks_at:
            return 500, {}, b"{}"
        if query["q"] != ["criteria"]:
            return 400, {}, b"{}"
        if domain in self.bodies:
            return 200, {}, self.bodies[domain]
        answers = self.data.get(domain, [])
        if start >= len(answers):
            return 404, {}, b'{"status":404,"message":"No data found for this memberId"}'
        links = []
        if start + 1 < len(answers):
            href = f"/rest/memberSnapshotData?count=10&domain={domain}&q=criteria&start={start + 1}"
            links.append({"type": "application/json", "rel": "next", "href": href})
        body = {
            "paging": {"start": start, "count": 10, "links": links, "total": 2},
            "elements": [{"snapshotData": answers[start], "snapshotDomain": domain}],
        }
        return 200, {}, json.dumps(body).encode()


@contextmanager
def running(service: Service) -> Iterator[str]:
    """The address of the service while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = service.answer(parse_qs(urlsplit(self.path).query), self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/rest/memberSnapshotData"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@contextmanager
def in_place_of_linkedin(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, Ring]]:
    """The service at LinkedIn's own address, an empty keyring, and no waiting; no byte goes over a wire."""

    def answer(request: httpx.Request) -> httpx.Response:
        status, headers, body = service.answer(parse_qs(request.url.query.decode()), request.headers)
        return httpx.Response(status, headers=headers, content=body)

    service, ring, before = Service(), Ring(), keyring.get_keyring()
    there = {client.ADDRESS.partition("/rest/")[0]: httpx.MockTransport(answer)}
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, mounts=there, verify=_certificates()))
    monkeypatch.setattr(client, "sleep", service.slept.append)
    keyring.set_keyring(ring)
    try:
        yield service, ring
    finally:
        keyring.set_keyring(before)


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: every client would read them anew."""
    return ssl.create_default_context()


def person(number: int, connected: str = "05 Mar 2024", **more: str) -> Row:
    """A row of the connections, its keys in no order."""
    return {
        "URL": f"https://www.linkedin.com/in/person-{number}",
        "Last Name": "Example",
        "First Name": f"Person{number}",
        "Connected On": connected,
        "Email Address": "",
        "Position": "Engineer",
        "Company": "Example Works",
    } | more


def hidden(connected: str) -> Row:
    """A row that shows only its date."""
    return dict.fromkeys(person(0), "") | {"Connected On": connected}
