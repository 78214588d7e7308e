# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The large HTTP servers: nginx, Apache, lighttpd, H2O, Caddy, HAProxy."""

import normal
from scripts import http

from . import documents
from .server import Recording, Server, write

ETAG = normal.group_by(rb"(?i)(?:etag|if-none-match): (?:W/)?\"([^\"\r\n]*)\"", normal.shape)
NONCE = normal.group_by(rb"nonce=\"([^\"]*)\"", normal.token)
RULES = [ETAG]


def boundary(pattern: bytes) -> normal.Rule:
    """The boundary of multipart/byteranges, where it is named and where it stands."""
    return normal.group_by(rb"(?:boundary=|--)(" + pattern + rb")", normal.token)


APPLICATION = ("/echo", "/stream", "/nocontent", "/fields", "/status/418")


class WebServer(Server):
    port = 8080
    rules: list[normal.Rule] = RULES

    def prepare(self) -> None:
        documents.make()
        self.configure()

    def configure(self) -> None:
        pass

    def recordings(self) -> list[Recording]:
        return [Recording("http", self.name, ("127.0.0.1", self.port), http.ALL, self.rules)]


class Nginx(WebServer):
    name = "nginx"
    packages = ("nginx-core",)
    rules = [ETAG, boundary(rb"\d{20}")]

    def configure(self) -> None:
        write("/etc/nginx/people", "ann:{PLAIN}pass\n")
        write("/etc/nginx/nginx.conf", f"""
daemon off;
error_log /tmp/error.log;
events {{ }}
http {{
  include mime.types;
  access_log off;
  gzip on; gzip_min_length 100; gzip_types text/plain;
  client_header_timeout 3s; client_body_timeout 3s; keepalive_timeout 3s;
  server {{
    listen 127.0.0.1:8080;
    server_name www.example.org;
    root {documents.ROOT};
    location /folder/ {{ autoindex on; }}
    location /private/ {{ auth_basic "private"; auth_basic_user_file people; }}
    location = /echo {{ client_max_body_size 10; return 200 "echo\\n"; }}
    location = /nocontent {{ return 204; }}
    location = /fields {{ add_header Set-Cookie "a=1; Path=/"; add_header Set-Cookie "b=2";
      add_header Link "</style.css>; rel=preload" always; expires 60; return 200 "fields\\n"; }}
    location = /status/418 {{ return 418; }}
    location = /stream {{ ssi on; ssi_types *; alias {documents.ROOT}/page.html; }}
    location = /socket {{ return 426; }}
    location = /trailers {{ return 301 https://$host/other; }}
    location = /hints {{ return 444; }}
  }}
}}
""")

    def start(self) -> None:
        self.spawn("nginx")
        self.wait_for_port(self.port)


class Apache(WebServer):
    name = "apache"
    packages = ("apache2", "apache2-utils")
    rules = [ETAG, NONCE, boundary(rb"[0-9a-f]{10,20}")]

    def configure(self) -> None:
        self.run("htpasswd", "-b", "-c", "/etc/apache2/people", "ann", "pass")
        modules = ("cgid", "deflate", "autoindex", "dav", "dav_fs", "headers", "auth_digest", "asis")
        self.run("a2enmod", *modules)
        write("/etc/apache2/ports.conf", "Listen 127.0.0.1:8080\n")
        write("/etc/apache2/sites-enabled/000-default.conf", f"""
ServerName www.example.org
Timeout 3
KeepAliveTimeout 2
TraceEnable on
Protocols http/1.1
AcceptPathInfo on
ScriptSock /tmp/cgisock
<VirtualHost 127.0.0.1:8080>
  DocumentRoot {documents.ROOT}
  <Directory {documents.ROOT}>
    Options +Indexes
    Require all granted
  </Directory>
  <Location /private/>
    AuthType Digest
    AuthName "private"
    AuthDigestProvider file
    AuthUserFile /etc/apache2/people
    Require valid-user
  </Location>
  {''.join(f'ScriptAlias {path} {documents.ROOT}/cgi-bin/app{path}' + chr(10) for path in APPLICATION)}
</VirtualHost>
""")

    def start(self) -> None:
        self.spawn("apache2ctl", "-D", "FOREGROUND")
        self.wait_for_port(self.port)


class Lighttpd(WebServer):
    name = "lighttpd"
    packages = ("lighttpd",)
    rules = [ETAG, NONCE, boundary(rb"\w{12,60}")]

    def configure(self) -> None:
        write("/etc/people", "ann:pass\n")
        write("/etc/lighttpd/lighttpd.conf", f"""
server.modules = ("mod_access", "mod_alias", "mod_auth", "mod_authn_file", "mod_cgi", "mod_deflate", "mod_dirlisting",
                  "mod_redirect", "mod_setenv")
server.document-root = "{documents.ROOT}"
server.port = 8080
server.bind = "127.0.0.1"
server.errorlog = "/tmp/error.log"
server.max-keep-alive-idle = 2
server.max-read-idle = 3
index-file.names = ("index.html")
mimetype.assign = (".html" => "text/html", ".txt" => "text/plain")
deflate.mimetypes = ("text/plain")
deflate.allowed-encodings = ("gzip")
server.stream-response-body = 1
$HTTP["url"] =~ "^/folder/" {{ dir-listing.activate = "enable" }}
auth.backend = "plain"
auth.backend.plain.userfile = "/etc/people"
auth.require = ("/private/" => ("method" => "digest", "algorithm" => "SHA-256", "realm" => "private",
                                "require" => "valid-user"))
$HTTP["url"] =~ "^/(echo|stream|nocontent|fields|status)" {{
  alias.url = ({', '.join(f'"{path}" => "{documents.ROOT}/cgi-bin/app"' for path in APPLICATION)})
  cgi.assign = ("" => "")
}}
""")

    def start(self) -> None:
        self.spawn("lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf")
        self.wait_for_port(self.port)


class H2o(WebServer):
    name = "h2o"
    packages = ("h2o",)
    rules = [ETAG, boundary(rb"[0-9A-Za-z]{16,40}")]

    def configure(self) -> None:
        write("/etc/h2o.conf", f"""
user: nobody
http1-request-timeout: 3
listen: {{host: 127.0.0.1, port: 8080}}
compress: [gzip]
hosts:
  "www.example.org:8080":
    paths:
      "/":
        file.dir: {documents.ROOT}
      "/folder":
        file.dir: {documents.ROOT}/folder
        file.dirlisting: ON
      "/fields":
        file.file: {documents.ROOT}/page.html
        header.add: "Set-Cookie: a=1; Path=/"
        header.add: "Link: </style.css>; rel=preload"
      "/trailers":
        redirect: https://www.example.org/
      "/hints":
        redirect: {{status: 307, url: "/page.html"}}
""")

    def start(self) -> None:
        self.spawn("h2o", "-c", "/etc/h2o.conf")
        self.wait_for_port(self.port)


class Caddy(WebServer):
    name = "caddy"
    packages = ("caddy",)
    rules = [ETAG, boundary(rb"[0-9a-f]{60}")]

    def configure(self) -> None:
        write("/etc/caddy/Caddyfile", f"""
{{
  admin off
  auto_https off
  servers {{
    timeouts {{
      read_body 3s
      read_header 3s
      idle 2s
    }}
  }}
}}
http://www.example.org:8080 {{
  root * {documents.ROOT}
  encode gzip
  respond /echo "{{http.request.body}}"
  respond /nocontent 204
  respond /status/418 "short and stout" 418
  respond /secret/* 403
  header /fields {{
    Set-Cookie "a=1; Path=/"
    +Set-Cookie "b=2"
    Link "</style.css>; rel=preload"
    -Server
  }}
  respond /fields "fields"
  templates /stream
  redir /trailers https://www.example.org/ 308
  file_server browse
}}
""")

    def start(self) -> None:
        self.spawn("caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile")
        self.wait_for_port(self.port)


class HaProxy(WebServer):
    """Answers of its own; nothing stands behind it, so what it passes on ends in 503."""

    name = "haproxy"
    packages = ("haproxy",)

    def configure(self) -> None:
        write("/etc/haproxy.cfg", """
defaults
  mode http
  timeout client 3s
  timeout server 3s
  timeout connect 1s
  timeout http-request 2s
frontend web
  bind 127.0.0.1:8080
  acl hints path /hints
  http-request early-hint Link "</style.css>; rel=preload; as=style" if hints
  http-request early-hint Link "</script.js>; rel=preload; as=script" if hints
  http-request return status 200 content-type text/plain string "hinted" if hints
  http-request return status 204 if { path /nocontent }
  http-request return status 418 content-type text/plain string "short and stout" if { path /status/418 }
  acl fields path /fields
  http-request return status 200 content-type text/plain string "fields" hdr Set-Cookie "a=1" hdr Set-Cookie b=2 if fields
  http-request auth realm private if { path_beg /private }
  http-request deny deny_status 403 if { path_beg /secret }
  http-request redirect code 303 location /page.html if { path /folder }
  http-request tarpit deny_status 429 if { path /trailers }
  http-request return status 200 content-type text/html string "<p>index" if { path / }
  default_backend nothing
backend nothing
  server none 127.0.0.1:9
""")

    def start(self) -> None:
        self.spawn("haproxy", "-db", "-f", "/etc/haproxy.cfg")
        self.wait_for_port(self.port)
