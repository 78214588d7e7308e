# SPDX-License-Identifier: Apache-2.0 OR MIT
"""lighttpd, with CGI and Digest authentication."""

from collections.abc import Iterator

from .web import APPLICATION, WebServer

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
    packages = ("lighttpd",)
    program = "usr/sbin/lighttpd"
    settings = SETTINGS.replace("{application}", ", ".join(
        f'"{path}" => "{{documents}}/cgi-bin/app"' for path in APPLICATION))

    def configure(self) -> None:
        super().configure()
        self.write("people", "ann:pass\n")

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-D", "-f", f"{self.directory}/settings",
               "-m", self.files.file("usr/lib/lighttpd")]
