# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The small HTTP servers, and two that programs bring along: Python's, Gunicorn, Node.js."""

from scripts import http

from . import documents
from .server import Recording, inetd, write
from .web import ETAG, WebServer, boundary

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

NODE = r'''
const http = require('http');
const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path === '/echo') {
    response.writeHead(200, {'Content-Type': 'text/plain'});
    request.pipe(response);
  } else if (path === '/stream') {
    response.writeHead(200, {'Content-Type': 'text/plain'});
    let part = 0;
    const timer = setInterval(() => {
      response.write(`part ${++part}\n`);
      if (part === 3) { clearInterval(timer); response.end(); }
    }, 50);
  } else if (path === '/trailers') {
    response.writeHead(200, {'Content-Type': 'text/plain', 'Trailer': 'X-Sum, X-Other'});
    response.write('a body with trailers\n');
    response.addTrailers({'X-Sum': '21', 'X-Other': 'a, b'});
    response.end();
  } else if (path === '/hints') {
    response.writeContinue();
    response.writeEarlyHints({link: ['</style.css>; rel=preload; as=style', '</x.js>; rel=preload']});
    response.writeProcessing();
    response.end('hinted\n');
  } else if (path === '/nocontent') {
    response.writeHead(204).end();
  } else if (path === '/fields') {
    response.writeHead(200, 'All Right', [['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2; Path=/'], ['X-Empty', ''],
                                          ['x-lower', 'one,two,,three']]);
    response.end('fields\n');
  } else if (path === '/status/418') {
    response.writeHead(418).end();
  } else if (path === '/page.html') {
    response.writeHead(304, {ETag: '"page"'}).end();
  } else if (path === '/lines.txt') {
    response.writeHead(206, {'Content-Range': 'bytes 0-9/3000', 'Content-Length': 10}).end('0123456789');
  } else if (path === '/empty.txt') {
    response.end();
  } else if (path === '/') {
    response.setHeader('Content-Length', 9);
    response.end('<p>index\n');
  } else {
    response.statusCode = 404;
    response.end(`no ${path}\n`);
  }
});
server.on('upgrade', (request, socket) => {
  socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
             'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x05Hello');
});
server.on('connect', (request, socket) => {
  socket.end('HTTP/1.1 200 Connection Established\r\n\r\nfrom the tunnel');
});
server.headersTimeout = 3000;
server.requestTimeout = 4000;
server.listen(8080, '127.0.0.1');
'''


class Webfs(WebServer):
    name = "webfs"
    packages = ("webfs",)
    rules = [ETAG, boundary(rb"[0-9A-Za-z_-]{10,60}")]

    def start(self) -> None:
        self.spawn("webfsd", "-F", "-i", "127.0.0.1", "-p", "8080", "-r", documents.ROOT, "-f", "index.html",
                   "-b", "ann:pass", "-n", "www.example.org")
        self.wait_for_port(self.port)

    def recordings(self) -> list[Recording]:
        # Everything is private; all conversations but one bring the password.
        def with_password(script):
            def run(c):
                say = c.say_octets
                password = b"\r\nAuthorization: Basic YW5uOnBhc3M=\r\nHost:"
                c.say_octets = lambda octets: say(octets.replace(b"\r\nHost:", password))
                script(c)
            return run
        scripts = {name: with_password(script) if name != "unauthorised" else script
                   for name, script in http.ALL.items()}
        return [Recording("http", self.name, ("127.0.0.1", self.port), scripts, self.rules, client_side=False)]


class MiniHttpd(WebServer):
    name = "mini-httpd"
    packages = ("mini-httpd",)

    def start(self) -> None:
        self.spawn("mini_httpd", "-D", "-p", "8080", "-h", "127.0.0.1", "-d", documents.ROOT, "-c", "cgi-bin/*",
                   "-u", "nobody", "-l", "/tmp/log")
        self.wait_for_port(self.port)


class MicroHttpd(WebServer):
    name = "micro-httpd"
    packages = ("micro-httpd",)

    def start(self) -> None:
        inetd(8080, ["/usr/sbin/micro-httpd", documents.ROOT])
        self.wait_for_port(self.port)


class BusyBox(WebServer):
    name = "busybox"
    packages = ("busybox",)

    def configure(self) -> None:
        write("/etc/httpd.conf", "/private:ann:pass\nA:*\n")

    def start(self) -> None:
        self.spawn("busybox", "httpd", "-f", "-p", "127.0.0.1:8080", "-h", documents.ROOT, "-c", "/etc/httpd.conf")
        self.wait_for_port(self.port)


class PythonHttp(WebServer):
    name = "python"
    packages = ("python3",)

    def start(self) -> None:
        self.spawn("python3", "-m", "http.server", "8080", "--bind", "127.0.0.1", "--directory", documents.ROOT,
                   "--protocol", "HTTP/1.1")
        self.wait_for_port(self.port)


class Gunicorn(WebServer):
    name = "gunicorn"
    packages = ("gunicorn",)

    def configure(self) -> None:
        write("/srv/app.py", WSGI)

    def start(self) -> None:
        self.spawn("gunicorn", "--chdir", "/srv", "--bind", "127.0.0.1:8080", "--timeout", "5", "app:application")
        self.wait_for_port(self.port)


class NodeJs(WebServer):
    name = "nodejs"
    packages = ("nodejs/bookworm",)  # whatever else the machine may have

    def configure(self) -> None:
        write("/srv/server.js", NODE)

    def start(self) -> None:
        self.spawn("node", "/srv/server.js")
        self.wait_for_port(self.port)
