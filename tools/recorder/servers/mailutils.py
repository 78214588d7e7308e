# SPDX-License-Identifier: Apache-2.0 OR MIT
"""GNU mailutils: imap4d and pop3d on the mailboxes of system accounts."""

import mailbox
import normal
from scripts import imap, pop3

from .server import Recording, Server, system_user, write

RULES = [
    normal.MAILBOX_NUMBERS,
    normal.group_by(rb"<(\d+\.\d+)@mx\.example\.org>", normal.always(b"12.1700000000")),
    normal.group_by(rb"(?m)^(?:\+OK )?\d+ ([0-9a-f]{32})\r", normal.hexadecimal),
    normal.group_by(rb"(?m)^(?:\+OK )?\d+ ([0-9]+\.[0-9]+\.[0-9]+)\r", normal.shape),
]

CONFIGURATION = """
mode daemon;
foreground yes;
max-children 40;
pidfile "/run/{program}.pid";
transcript no;
mailbox {{ mail-spool "/var/mail"; mailbox-type mbox; }};
auth {{ authentication "generic:system"; authorization "system"; }};
logging {{ syslog no; facility mail; }};
server 127.0.0.1:{port} {{ }};
"""


class Mailutils(Server):
    name = "mailutils"
    packages = ("mailutils-imap4d", "mailutils-pop3d", "openssl")

    def prepare(self) -> None:
        for user in ("u1", "u2"):
            system_user(user, "pass")
            write(f"/var/mail/{user}", mailbox.mbox(mailbox.MESSAGES if user == "u1" else []), 0o660)
            self.run("chown", f"{user}:mail", f"/var/mail/{user}")
        self.run("chmod", "1777", "/var/mail")

    def start(self) -> None:
        for program, port in (("imap4d", 143), ("pop3d", 110)):
            write(f"/etc/{program}.conf", CONFIGURATION.format(program=program, port=port))
            self.spawn(program, f"--config-file=/etc/{program}.conf", "--no-site-config")
            self.wait_for_port(port)

    def recordings(self) -> list[Recording]:
        return [Recording("pop3", "mailutils", ("127.0.0.1", 110), pop3.ALL, RULES),
                Recording("imap", "mailutils", ("127.0.0.1", 143), imap.ALL, RULES)]
