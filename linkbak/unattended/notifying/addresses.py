"""Addresses on the web: taken apart, put together, and opened without surprises."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

if TYPE_CHECKING:
    from http.client import HTTPMessage

_SAFE = "/:@!$&'()*+,;=-._~%?"
_STATUS = re.compile(r"(^|&)status=up(?=&|$)", re.IGNORECASE)


def host(url: str) -> str:
    """The host of an address, which is no secret; "" if there is none to be seen."""
    try:
        return _ascii_host(urlsplit(url.strip()))
    except ValueError:
        return ""


def address(url: str, signal: str) -> str | None:
    """Where a signal goes, in ASCII; None if this service is not told of it. Raises ValueError with what is wrong."""
    try:
        parts = urlsplit(url.strip())
        name, port = _ascii_host(parts), parts.port
    except ValueError:
        raise ValueError("the address makes no sense") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError("the address begins neither with https:// nor with http://")
    if not name:
        raise ValueError("the address names no host")
    path, query = quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE)
    if _STATUS.search(query):
        if signal == "start":
            return None
        query = _STATUS.sub(rf"\1status={'down' if signal == 'fail' else 'up'}", query)
    elif signal != "success":
        path = f"{path.rstrip('/')}/{signal}"
    login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    where = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{login}{where}{f':{port}' if port else ''}{path or '/'}{f'?{query}' if query else ''}"


def request(place: str, data: bytes | None, headers: dict[str, str]) -> Request:
    """What is asked for; a name and password in the address go where they belong, into a header of their own."""
    from base64 import b64encode

    parts = urlsplit(place)
    login, _, where = parts.netloc.rpartition("@")
    made = Request(parts._replace(netloc=where).geturl(), data, headers)  # noqa: S310  # the scheme is checked above
    if login:
        made.add_unredirected_header("Authorization", f"Basic {b64encode(unquote(login).encode()).decode('ascii')}")
    return made


def opener() -> OpenerDirector:
    """Opens http and https and nothing else, by the proxy of the environment if there is one."""
    made = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        _Redirects(),
        HTTPErrorProcessor(),
    ):
        made.add_handler(handler)
    return made


def _ascii_host(parts: SplitResult) -> str:
    name = parts.hostname or ""
    try:
        return name.encode("ascii").decode("ascii")
    except UnicodeEncodeError:
        return name.encode("idna").decode("ascii")  # UnicodeError is a ValueError


class _Redirects(HTTPRedirectHandler):
    """Follows a few, and never from https to http."""

    max_redirections = 3
    max_repeats = 2

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """The request that follows, or None for an answer that is then an error."""
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and scheme != req.type:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)
