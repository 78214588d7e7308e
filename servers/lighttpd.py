# SPDX-License-Identifier: Apache-2.0 OR MIT
"""lighttpd, with CGI and Digest authentication."""

from collections.abc import Iterator
from pathlib import Path

from .web import APPLICATION, HTTPS, WebServer

SETTINGS = """\
server.modules = ("mod_access", "mod_alias", "mod_auth", "mod_authn_file", "mod_cgi", "mod_deflate", "mod_dirlisting",
                  "mod_redirect", "mod_setenv")
server.document-root = "{documents}"
server.port = {port}
server.bind = "127.0.0.1"
server.errorlog = "{directory}/error.log"
server.max-keep-alive-idle = 2
server.max-read-idle = 3
index-file.names = ("index.html")
mimetype.assign = (".html" => "text/html", ".txt" => "text/plain")
deflate.mimetypes = ("text/plain")
deflate.allowed-encodings = ("gzip")
server.stream-response-body = 1
$HTTP["url"] =~ "^/folder/" { dir-listing.activate = "enable" }
auth.backend = "plain"
auth.backend.plain.userfile = "{directory}/people"
auth.require = ("/private/" => ("method" => "digest", "algorithm" => "SHA-256", "realm" => "private",
                                "require" => "valid-user"))
$HTTP["url"] =~ "^/(echo|stream|nocontent|fields|status)" {
  alias.url = ({application})
  cgi.assign = ("" => "")
}
"""


class Lighttpd(WebServer):
    name = "lighttpd"
    packages = ("lighttpd", "lighttpd-mod-openssl")
    program = "usr/sbin/lighttpd"
    settings = SETTINGS.replace("{application}", ", ".join(
        f'"{path}" => "{{documents}}/cgi-bin/app"' for path in APPLICATION))
    load_services = (HTTPS,)
    load_settings = {
        '("mod_access", ': '("mod_access", "mod_accesslog", "mod_openssl", ',
        "server.max-keep-alive-idle = 2": """\
server.max-keep-alive-idle = 60
server.max-keep-alive-requests = 65535
accesslog.filename = "{directory}/access.log"
$SERVER["socket"] == "127.0.0.1:{https}" {
  ssl.engine = "enable"
  ssl.pemfile = "{cert}"
  ssl.privkey = "{key}"
}""",
    }

    def configure(self) -> None:
        super().configure()
        self.write("people", "ann:pass\n")
        # It looks for modules in one directory; unpacked, they lie in two.
        (self.directory / "modules").mkdir()
        for root in self.files.unpacked or [Path("/")]:
            for module in (root / "usr/lib/lighttpd").glob("*.so"):
                (self.directory / "modules" / module.name).symlink_to(module)

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-D", "-f", f"{self.directory}/settings",
               "-m", f"{self.directory}/modules"]
