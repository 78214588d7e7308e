# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Node.js, with a short application: trailers, 103, 101, CONNECT."""

from collections.abc import Iterator

from .web import HTTPS, WebServer

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
server.listen(Number(process.argv[2]), '127.0.0.1');
'''

FOR_LOAD = r'''
const fs = require('fs'), http = require('http'), https = require('https');
const log = fs.openSync('{directory}/access.log', 'a');
const answer = (request, response) => {
  fs.writeSync(log, `${request.method} ${request.url}\n`);
  response.setHeader('Content-Length', 9);
  response.end('<p>index\n');
};
const tls = {cert: fs.readFileSync('{cert}'), key: fs.readFileSync('{key}')};
http.createServer(answer).listen({port}, '127.0.0.1');
https.createServer(tls, answer).listen({https}, '127.0.0.1');
'''


class NodeJs(WebServer):
    name = "nodejs"
    packages = ("nodejs/bookworm",)
    load_services = (HTTPS,)
    program = "usr/bin/node"

    def commands(self) -> Iterator[list[str]]:
        program = self.write("server.js", self.filled(FOR_LOAD) if self.for_load else NODE)
        yield [self.files.file(self.program), str(program), str(self.port())]
