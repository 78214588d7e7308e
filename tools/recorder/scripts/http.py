# SPDX-License-Identifier: Apache-2.0 OR MIT
"""HTTP/1.x: valid and invalid requests for what servers/documents.py has."""

from collections.abc import Callable

from conversation import Conversation

HOST = "Host: www.example.org"


def request(line: str, *fields: str | bytes, host: bool = True) -> bytes:
    lines = [line.encode(), *([HOST.encode()] if host else []),
             *[field if isinstance(field, bytes) else field.encode() for field in fields]]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def sent(*requests: bytes, flags: tuple[str, ...] = ()) -> Callable[[Conversation], None]:
    """A script that sends requests in one write and reads until the server closes or is silent."""
    def run(c: Conversation) -> None:
        c.send(b"".join(requests))
        c.receive_rest(1.5)
        c.flags = list(flags)
    return run


def one(line: str, *fields: str | bytes, host: bool = True, body: bytes = b"") -> Callable[[Conversation], None]:
    return sent(request(line, *fields, "Connection: close", host=host) + body,
                flags=("--http-head",) if line.startswith("HEAD") else ())


def get(target: str, *fields: str | bytes) -> Callable[[Conversation], None]:
    return one(f"GET {target} HTTP/1.1", *fields)


def expect_continue(c: Conversation) -> None:
    c.send(request("POST /echo HTTP/1.1", "Content-Length: 5", "Expect: 100-continue", "Connection: close"))
    came = c.receive_until(lambda came: b"\r\n\r\n" in came, 1.5)
    if b" 100 " in came[:20]:
        c.send(b"hello")
    c.receive_rest(1.5)


CHUNKED = "Transfer-Encoding: chunked"
FORM = "Content-Type: application/x-www-form-urlencoded"
ALL: dict[str, Callable[[Conversation], None]] = {
    "get": get("/"),
    "get-page": get("/page.html", "User-Agent: recorder/1.0", "Accept: text/html, */*;q=0.1", "Accept-Language: en"),
    "get-empty": get("/empty.txt"),
    "get-octets": get("/octets.bin"),
    "get-large": get("/lines.txt"),
    "get-compressed": get("/lines.txt", "Accept-Encoding: gzip, deflate;q=0.5, br;q=0"),
    "get-encoded-path": get("/a%20file.txt?query=1&x=%22"),
    "keep-alive": sent(request("GET /empty.txt HTTP/1.1"), request("GET /page.html HTTP/1.1"),
                       request("GET /nonesuch HTTP/1.1"), request("GET / HTTP/1.1", "Connection: close")),
    "head": one("HEAD / HTTP/1.1"),
    "head-missing": one("HEAD /nonesuch HTTP/1.1"),
    "http10": sent(request("GET /page.html HTTP/1.0", host=False)),
    "http10-keep-alive": sent(request("GET /page.html HTTP/1.0", "Connection: keep-alive"),
                              request("GET /empty.txt HTTP/1.0")),
    "http09": sent(b"GET /page.html\r\n"),
    "range": get("/lines.txt", "Range: bytes=0-9"),
    "range-suffix": get("/lines.txt", "Range: bytes=-5"),
    "range-many": get("/lines.txt", "Range: bytes=0-1,10-12,-3"),
    "range-unsatisfiable": get("/lines.txt", "Range: bytes=999999999-"),
    "range-wrong": get("/lines.txt", "Range: bytes=9-1"),
    "if-range": get("/lines.txt", "Range: bytes=0-9", 'If-Range: "nonesuch"'),
    "not-modified": get("/page.html", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"),
    "if-none-match": get("/page.html", "If-None-Match: *"),
    "if-match": get("/page.html", 'If-Match: "nonesuch"'),
    "missing": get("/nonesuch"),
    "directory-redirect": get("/folder"),
    "directory-listing": get("/folder/"),
    "forbidden": get("/secret/"),
    "unauthorised": get("/private/", "Authorization: Basic d3Jvbmc6d3Jvbmc="),
    "options": one("OPTIONS / HTTP/1.1"),
    "options-asterisk": one("OPTIONS * HTTP/1.1"),
    "trace": one("TRACE / HTTP/1.1", "X-Seen: yes"),
    "connect": one("CONNECT www.example.org:443 HTTP/1.1"),
    "delete": one("DELETE /page.html HTTP/1.1"),
    "put": one("PUT /new.txt HTTP/1.1", "Content-Length: 5", body=b"hello"),
    "post": one("POST /echo HTTP/1.1", FORM, "Content-Length: 7", body=b"a=1&b=2"),
    "post-chunked": one("POST /echo HTTP/1.1", CHUNKED, "Trailer: X-Sum",
                        body=b"5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n"),
    "post-expect": expect_continue,
    "expect-unknown": one("POST /echo HTTP/1.1", "Content-Length: 0", "Expect: tea"),
    "streamed": get("/stream"),
    "trailers": get("/trailers", "TE: trailers"),
    "early-hints": get("/hints"),
    "no-content": get("/nocontent"),
    "many-fields": get("/fields"),
    "teapot": get("/status/418"),
    "upgrade": one("GET /socket HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade",
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"),
    "upgrade-h2c": sent(request("GET / HTTP/1.1", "Connection: Upgrade, HTTP2-Settings, close", "Upgrade: foo/1",
                                "HTTP2-Settings: AAMAAABkAAQAAP__")),
    "absolute-form": one("GET http://www.example.org/page.html HTTP/1.1"),
    "unknown-method": one("BREW /pot HTTP/1.1"),
    "lower-case-method": one("get / HTTP/1.1"),
    "no-host": one("GET / HTTP/1.1", host=False),
    "two-hosts": one("GET / HTTP/1.1", "Host: other.example.org"),
    "bad-host": one("GET / HTTP/1.1", "Host: a b/c", host=False),
    "bad-version": one("GET / HTTP/3.7"),
    "not-http": sent(b"EHLO client.example.com\r\nQUIT\r\n\r\n"),
    "bad-request-line": sent(b"GET\r\n\r\n"),
    "extra-space": one("GET  /  HTTP/1.1"),
    "empty-line-first": sent(b"\r\n" + request("GET /empty.txt HTTP/1.1", "Connection: close")),
    "long-target": one("GET /" + "x" * 20000 + " HTTP/1.1"),
    "long-field": get("/empty.txt", "X-Long: " + "y" * 70000),
    "fields-without-end": get("/empty.txt", *[f"X-{number}: 1" for number in range(1200)]),
    "space-before-colon": get("/empty.txt", "X-Odd : 1"),
    "obs-fold": get("/empty.txt", "X-Folded: one", " two"),
    "no-colon": get("/empty.txt", "nonsense"),
    "nul-in-field": get("/empty.txt", b"X-Nul: a\x00b"),
    "bare-cr": get("/empty.txt", b"X-Cr: a\rb"),
    "bare-lf": sent(b"GET /empty.txt HTTP/1.1\nHost: www.example.org\nConnection: close\n\n"),
    "dot-segments": get("/folder/../../etc/passwd"),
    "bad-escape": get("/%zz%00"),
    "length-wrong": one("POST /echo HTTP/1.1", "Content-Length: 5x", body=b"hello"),
    "length-negative": one("POST /echo HTTP/1.1", "Content-Length: -5", body=b"hello"),
    "lengths-differ": one("POST /echo HTTP/1.1", "Content-Length: 5", "Content-Length: 6", body=b"hello!"),
    "length-and-coding": one("POST /echo HTTP/1.1", "Content-Length: 5", CHUNKED, body=b"0\r\n\r\n"),
    "coding-unknown": one("POST /echo HTTP/1.1", "Transfer-Encoding: tea", body=b""),
    "coding-chunked-twice": one("POST /echo HTTP/1.1", "Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
    "chunk-size-wrong": one("POST /echo HTTP/1.1", CHUNKED, body=b"xyz\r\nhello\r\n0\r\n\r\n"),
    "chunk-size-overflow": one("POST /echo HTTP/1.1", CHUNKED, body=b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    "post-no-length": one("POST /echo HTTP/1.1"),
    "half-request": sent(b"GET / HTTP/1.1\r\nHost: www.exa"),
}
