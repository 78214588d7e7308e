# SPDX-License-Identifier: Apache-2.0 OR MIT
"""OpenSMTPD on loopback. It pipes every message to /bin/true."""

from collections.abc import Iterator
from pathlib import Path

from .server import Server, Service, certificate

CONFIGURATION = """
pki mx.example.org cert "{cert}"
pki mx.example.org key "{key}"
table names {{ "bob" = "nobody", "carol" = "nobody", "postmaster" = "nobody", "u1" = "nobody" }}
table people {{ "ann" = "{secret}" }}
smtp max-message-size "100K"
listen on 127.0.0.1 port {smtp} tls pki mx.example.org hostname mx.example.org
listen on 127.0.0.1 port {tls_required} tls-require pki mx.example.org auth <people> hostname mx.example.org mask-src
action "nowhere" mda "/bin/true" virtual <names>
{for_load}match from any for domain "example.org" action "nowhere"
"""


class OpenSmtpd(Server):
    """It accepts mail for bob, carol, postmaster and u1 at example.org. The service `tls-required` requires TLS, then a
    login (ann, password `pass`)."""

    name = "opensmtpd"
    packages = ("opensmtpd",)
    program = "usr/sbin/smtpd"
    services = (Service("smtp", 25, "smtp"), Service("tls-required", 2525, "smtp"))
    logs_to_syslog = True
    needs_root = True
    fixed_paths = True

    def configure(self) -> None:
        for user, like in (("opensmtpd", "news"), ("opensmtpq", "uucp")):
            self.account(user, like)
        cert, key = certificate(self.directory)
        # It always looks up the client's name; without a name server, the lookup fails at once.
        self.write("etc/resolv.conf", "nameserver 127.0.0.1\n")
        self.write("smtpd.conf", CONFIGURATION.format(
            cert=cert, key=key, secret=self.run("openssl", "passwd", "-6", "pass").strip(), smtp=self.port("smtp"),
            tls_required=self.port("tls-required"),
            for_load="smtp limit max-mails 1000000\n" if self.for_load else ""))
        (self.directory / "var/lib/opensmtpd/empty").mkdir(parents=True)
        for name, mode in (("spool/smtpd", 0o711), ("run", 0o755)):
            (self.directory / name).mkdir(parents=True)
            (self.directory / name).chmod(mode)

    def links(self) -> dict[str, Path]:
        return {"/var/spool": self.directory / "spool", "/run": self.directory / "run"}

    def commands(self) -> Iterator[list[str]]:
        yield ["/usr/sbin/smtpd", "-F", "-f", f"{self.directory}/smtpd.conf"]
