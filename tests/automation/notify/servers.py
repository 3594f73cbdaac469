"""Real servers on this machine that write down what they are told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


class Web:
    """A web server; `answers` are given in turn, the last one again and again."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = [(200, {}, b"OK")]
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def answer(self, *statuses: int, body: bytes = b"OK", **headers: str) -> None:
        self.answers = [(status, headers, body) for status in statuses]

    def next_answer(self) -> tuple[int, dict[str, str], bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def web() -> Iterator[Web]:
    """A server of HTTP on a port of its own."""
    told = Web()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            told.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            status, headers, data = told.next_answer()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _take

        def log_message(self, *words: Any) -> None:
            """A test prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def mute(said: bytes = b"", *, closes: bool = False, drips: bytes = b"") -> Iterator[int]:
    """The port of a server that takes a connection, says a few bytes, and then nothing more, or closes.

    One that `drips` says these bytes again and again, so that no single wait is long.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.02)
    over = threading.Event()

    def serve() -> None:
        held: list[socket.socket] = []
        while not over.is_set():
            for connection in held if drips else ():
                with suppress(OSError):
                    connection.sendall(drips)
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            if said:
                connection.sendall(said)
            if closes:
                connection.recv(65536)
                connection.close()
            else:
                held.append(connection)
        for connection in held:
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listener.close()


class Mail(NamedTuple):
    """One mail as it came in."""

    sender: str
    receivers: list[str]
    content: bytes


@contextmanager
def smtp() -> Iterator[tuple[int, list[Mail]]]:
    """A mail server: its port, and what has come in."""
    from aiosmtpd.controller import Controller

    received: list[Mail] = []

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            received.append(Mail(envelope.mail_from, envelope.rcpt_tos, envelope.content))
            return "250 OK"

    controller = Controller(Handler(), hostname="127.0.0.1", port=unused_port())
    controller.start()
    try:
        yield controller.port, received
    finally:
        controller.stop()


def unused_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
