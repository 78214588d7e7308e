# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Courier on loopback: IMAP and POP3, with its authentication daemon on a userdb."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from . import messages
from .network import wait_for
from .server import Server, Service, certificate

AUTHDAEMON = """\
authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
"""

# Reads the package's own settings, as its start scripts do.
SCRIPT = """\
set -a
. /etc/courier/{settings}
IMAP_STARTTLS={starttls}; POP3_STARTTLS={starttls}; IMAP_TLS_REQUIRED=0; POP3_TLS_REQUIRED=0
TLS_CERTFILE={certificate}; COURIERTLS=/usr/bin/couriertls; TLS_TRUSTCERTS=; TLS_CACHEFILE=; TLS_PRIVATE_KEYFILE=
AUTHMODULES=authdaemon; MAILDIRPATH=Maildir; IMAP_USELOCKS=0; IMAP_ENHANCEDIDLE=0; IMAP_ACL=1
IMAP_CAPABILITY_ORIG="$IMAP_CAPABILITY"
exec /usr/sbin/couriertcpd -address=127.0.0.1 -maxprocs=1000 -maxperip=1000 -nodnslookup -noidentlookup {port} \
  {tls}/usr/lib/courier/courier/{login} {server} Maildir
"""

PROGRAMS = {"imap": ("imapd", "imaplogin", "/usr/bin/imapd"),
            "pop3": ("pop3d", "courierpop3login", "/usr/lib/courier/courier/courierpop3d")}


class Courier(Server):
    """Users u1 and u2 have the password `pass`; u1 has messages."""

    name = "courier"
    packages = ("courier-imap", "courier-pop", "courier-base", "courier-authlib", "courier-authlib-userdb")
    program = "usr/sbin/couriertcpd"
    services = (Service("imap", 143, "imap"), Service("pop3", 110, "pop3"))
    load_services = (Service("imaps", 993, "imaps"), Service("pop3s", 995, "pop3s"))
    needs_root = True
    fixed_paths = True

    def configure(self) -> None:
        self.account("courier", "mail")
        for root in self.files.unpacked or [Path("/")]:
            if (root / "etc/courier").is_dir():
                shutil.copytree(root / "etc/courier", self.directory / "courier", dirs_exist_ok=True)
        self.write("courier/authdaemonrc", AUTHDAEMON)
        self._make_users()
        if self.for_load:
            cert, key = certificate(self.directory)
            shutil.chown(self.write("both.pem", cert.read_bytes() + key.read_bytes(), 0o600), "mail")
        sockets = self.directory / "run/courier/authdaemon"
        sockets.mkdir(parents=True)

    def _make_users(self) -> None:
        home = self.directory / "mail"
        messages.maildir(home / "u1/Maildir", messages.MESSAGES)
        messages.maildir(home / "u2/Maildir", [])
        for path in (home, *home.rglob("*")):
            shutil.chown(path, "mail", "mail")
        secret = self.run("openssl", "passwd", "-1", "pass").strip()
        (self.directory / "courier/userdb").mkdir(mode=0o700)
        self.write("courier/userdb/people", "".join(
            f"{user}\tuid=8|gid=8|home={home}/{user}|mail={home}/{user}/Maildir|systempw={secret}\n"
            for user in ("u1", "u2")), 0o600)

    def links(self) -> dict[str, Path]:
        return {"/etc/courier": self.directory / "courier", "/run": self.directory / "run"}

    def commands(self) -> Iterator[list[str]]:
        self.run("chown", "-R", "courier:courier", self.directory / "run")
        self.run("makeuserdb")
        socket = self.directory / "run/courier/authdaemon/socket"
        socket.unlink(missing_ok=True)
        yield ["/usr/lib/courier/courier-authlib/authdaemond"]
        wait_for(socket.is_socket, "Courier's authentication daemon does not start:\n", self.output)
        for service in self.services:
            settings, login, server = PROGRAMS[service.protocol]
            yield ["sh", "-c", SCRIPT.format(
                settings=settings, port=self.port(service.name), login=login, server=server,
                starttls="YES" if self.for_load else "NO",
                certificate=self.directory / "both.pem" if self.for_load else "",
                tls="/usr/bin/couriertls -server -tcpd " if service.scheme != service.protocol else "")]
