"""A small browser: one kept connection, cookies, the hidden fields of a page; and a way to send much at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TIMEOUT = 30  # seconds


@dataclass(frozen=True)
class Request:
    """As it goes over the wire, and the status that answers it."""

    method: str
    path: str
    cookies: str
    status: int = 200
    form: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes


class Unexpected(Exception):
    """The server gave another answer than the measurement is about."""


@dataclass
class Page(HTMLParser):
    """What of a page matters here."""

    html: str
    hidden: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in found:
            kept = self.hidden if found.get("type") == "hidden" else self.values
            kept[found["name"]] = found.get("value", "")
        elif tag == "link" and found.get("rel") == "stylesheet":
            self.styles.append(found["href"])
        elif tag == "script":
            self.scripts.append(found["src"])


class Browser:
    """One person at one address."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.jar: dict[str, str] = {}

    @property
    def cookies(self) -> str:
        return _as_header(self.jar)

    def cookies_with(self, **others: str) -> str:
        return _as_header({**self.jar, **others})

    def get(self, path: str, status: int = 200) -> Answer:
        return self._send(Request("GET", path, self.cookies, status))

    def post(self, path: str, form: dict[str, str], status: int = 302) -> Answer:
        return self._send(Request("POST", path, self.cookies, status, urlencode(form)))

    def page(self, path: str) -> Page:
        return Page(self.get(path).body.decode())

    def sign_in(self, email: str, password: str) -> None:
        """Through the form, as people do."""
        path = "/accounts/login/"
        self.post(path, {**self.page(path).hidden, "login": email, "password": password})

    def _send(self, request: Request) -> Answer:
        self.connection.close()  # the server may have closed it: nothing here is being timed
        answer = _exchange(self.connection, request)
        for value in answer.headers.get_all("Set-Cookie", []):
            self.jar |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        return answer


def send_all(port: int, requests: Sequence[Request], threads: int) -> None:
    """Each thread sends its share, one after the other over one kept connection."""
    with ThreadPoolExecutor(threads) as pool:
        shares = [pool.submit(_send_share, port, requests[number::threads]) for number in range(threads)]
    for share in shares:
        share.result()


def _send_share(port: int, requests: Sequence[Request]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        for request in requests:
            _exchange(connection, request)
    finally:
        connection.close()


def _exchange(connection: HTTPConnection, request: Request) -> Answer:
    headers = {"Cookie": request.cookies, "Accept-Encoding": "gzip", **dict(request.headers)}
    if request.method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(request.method, request.path, request.form or None, headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != request.status:
        raise Unexpected(f"{request.method} {request.path} gave {response.status} instead of {request.status}")
    return Answer(response.status, response.headers, body)


def _as_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
