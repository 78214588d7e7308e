# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Apache httpd, with CGI and Digest authentication."""

import hashlib
from collections.abc import Iterator

from .web import APPLICATION, HTTPS, WebServer

MODULES = ("access_compat alias asis auth_basic auth_digest authn_core authn_file authz_core authz_host authz_user "
           "autoindex cgid dav dav_fs deflate dir env filter headers mime mpm_event negotiation reqtimeout "
           "setenvif").split()

SETTINGS = """\
{modules}
User www-data
Group www-data
PidFile {directory}/apache.pid
DefaultRuntimeDir {directory}
ErrorLog {directory}/error.log
ScriptSock {directory}/cgisock
Listen 127.0.0.1:{port}
ServerTokens OS
ServerSignature On
ServerName www.example.org
Timeout 3
KeepAliveTimeout 2
TraceEnable on
Protocols http/1.1
AcceptPathInfo on
RequestReadTimeout header=20-40,minrate=500 body=10,minrate=500
TypesConfig /dev/null
AddType text/html .html
AddType text/plain .txt
AddType application/octet-stream .bin
AddOutputFilterByType DEFLATE text/html text/plain
DirectoryIndex index.html
IndexOptions FancyIndexing VersionSort HTMLTable NameWidth=* DescriptionWidth=* Charset=UTF-8
AddIconByType (TXT,/icons/text.gif) text/*
AddIcon /icons/back.gif ..
AddIcon /icons/blank.gif ^^BLANKICON^^
DefaultIcon /icons/unknown.gif
<VirtualHost 127.0.0.1:{port}>
  DocumentRoot {documents}
  <Directory {documents}>
    AllowOverride None
    Options +Indexes
    Require all granted
  </Directory>
  <Location /private/>
    AuthType Digest
    AuthName "private"
    AuthDigestProvider file
    AuthUserFile {directory}/people
    Require valid-user
  </Location>
{application}
</VirtualHost>
"""


class Apache(WebServer):
    name = "apache"
    packages = ("apache2-bin",)
    program = "usr/sbin/apache2"
    needs_root = True
    load_services = (HTTPS,)
    load_settings = {
        "KeepAliveTimeout 2": 'MaxKeepAliveRequests 0\nKeepAliveTimeout 60\nCustomLog {directory}/access.log "%r %>s"',
        "</VirtualHost>\n": """\
</VirtualHost>
Listen 127.0.0.1:{https}
<VirtualHost 127.0.0.1:{https}>
  DocumentRoot {documents}
  SSLEngine on
  SSLCertificateFile {cert}
  SSLCertificateKeyFile {key}
  <Directory {documents}>
    Require all granted
  </Directory>
</VirtualHost>
""",
    }

    def configure(self) -> None:
        super().configure()
        modules = "\n".join(f"LoadModule {name}_module {self.files.file(f'usr/lib/apache2/modules/mod_{name}.so')}"
                            for name in [*MODULES, *(['ssl'] if self.for_load else [])])
        application = "\n".join(f"  ScriptAlias {path} {{documents}}/cgi-bin/app{path}" for path in APPLICATION)
        text = SETTINGS.replace("{modules}", modules).replace("{application}", application)
        self.write("settings", self.filled(text))
        self.write("people", "ann:private:" + hashlib.md5(b"ann:private:pass").hexdigest() + "\n")

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-d", str(self.directory), "-f", "settings", "-DFOREGROUND"]
