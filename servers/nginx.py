# SPDX-License-Identifier: Apache-2.0 OR MIT
"""nginx, with responses from its configuration alone."""

from collections.abc import Iterator

from .web import HTTPS, WebServer

SETTINGS = """\
daemon off;
error_log {directory}/error.log;
pid {directory}/nginx.pid;
events { }
http {
  types { text/html html; text/plain txt; application/octet-stream bin; }
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  access_log off;
  gzip on; gzip_min_length 100; gzip_types text/plain;
  client_header_timeout 3s; client_body_timeout 3s; keepalive_timeout 3s;
  server {
    listen 127.0.0.1:{port} backlog=511;
    server_name www.example.org;
    root {documents};
    location /folder/ { autoindex on; }
    location /private/ { auth_basic "private"; auth_basic_user_file {directory}/people; }
    location = /echo { client_max_body_size 10; return 200 "echo\\n"; }
    location = /nocontent { return 204; }
    location = /fields { add_header Set-Cookie "a=1; Path=/"; add_header Set-Cookie "b=2";
      add_header Link "</style.css>; rel=preload" always; expires 60; return 200 "fields\\n"; }
    location = /status/418 { return 418; }
    location = /stream { ssi on; ssi_types *; alias {documents}/page.html; }
    location = /socket { return 426; }
    location = /trailers { return 301 https://$host/other; }
    location = /hints { return 444; }
  }
}
"""


class Nginx(WebServer):
    name = "nginx"
    packages = ("nginx",)
    program = "usr/sbin/nginx"
    settings = SETTINGS
    load_services = (HTTPS,)
    load_settings = {
        "access_log off;": "access_log {directory}/access.log; keepalive_requests 1000000000;",
        "keepalive_timeout 3s;": "keepalive_timeout 60s;",
        "    server_name www": """\
    listen 127.0.0.1:{https} ssl backlog=511;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    server_name www""",
    }

    def configure(self) -> None:
        super().configure()
        self.write("people", "ann:{PLAIN}pass\n")

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-p", str(self.directory), "-c", "settings", "-e", "error.log"]
