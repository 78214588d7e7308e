# SPDX-License-Identifier: Apache-2.0 OR MIT
"""OpenSMTPD, delivering to nowhere."""

import normal
from scripts import smtp

from .server import Recording, Server, certificate, write

RULES = [normal.group_by(rb"2\.0\.0 ([0-9a-f]{8}) Message accepted", normal.hexadecimal),
         normal.group_by(rb"Message accepted for delivery: ([0-9a-f]{8})", normal.hexadecimal)]


class OpenSmtpd(Server):
    name = "opensmtpd"
    packages = ("opensmtpd", "openssl")

    def prepare(self) -> None:
        cert, key = certificate("/etc")
        self.run("chmod", "600", key)
        write("/etc/smtpd.conf", f"""
pki mx.example.org cert "{cert}"
pki mx.example.org key "{key}"
table names {{ "bob" = "nobody", "carol" = "nobody", "postmaster" = "nobody", "u1" = "nobody" }}
table people {{ "ann" = "{self.run('openssl', 'passwd', '-6', 'pass').strip()}" }}
smtp max-message-size "100K"
listen on 127.0.0.1 port 25 tls pki mx.example.org hostname mx.example.org
listen on 127.0.0.1 port 2525 tls-require pki mx.example.org auth <people> hostname mx.example.org mask-src
action "nowhere" mda "/bin/true" virtual <names>
match from any for domain "example.org" action "nowhere"
""")

    def start(self) -> None:
        self.spawn("smtpd", "-F")
        self.wait_for_port(25)

    def recordings(self) -> list[Recording]:
        some = {name: smtp.ALL[name] for name in ("ehlo", "message", "authenticate", "order-errors", "other-commands")}
        return [Recording("smtp", "opensmtpd", ("127.0.0.1", 25), smtp.ALL, RULES),
                Recording("smtp", "opensmtpd-tls-required", ("127.0.0.1", 2525), some, RULES)]
