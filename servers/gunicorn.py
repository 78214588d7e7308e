# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Gunicorn, with a WSGI application."""

from collections.abc import Iterator

from .web import WebServer

WSGI = '''
import time

def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/echo":
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (f"part {number}\\n".encode() for number in range(3))
    if path == "/nocontent":
        start_response("204 No Content", [])
        return []
    if path == "/fields":
        start_response("200 OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Empty", ""),
                                  ("X-Latin", "caf\\xe9")])
        return [b"fields\\n"]
    if path == "/status/418":
        start_response("418 I'm a teapot", [("Content-Length", "0")])
        return []
    if path == "/hints":
        raise RuntimeError("an error on purpose")
    if path == "/":
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "9")])
        return [b"<p>index\\n"]
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"nothing here\\n"]
'''


class Gunicorn(WebServer):
    name = "gunicorn"
    packages = ("gunicorn",)
    program = "usr/bin/gunicorn"

    def commands(self) -> Iterator[list[str]]:
        self.write("app.py", WSGI)
        yield [self.files.file(self.program), "--chdir", str(self.directory), "--bind", f"127.0.0.1:{self.port()}",
               "--timeout", "5", "app:application"]
