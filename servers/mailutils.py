# SPDX-License-Identifier: Apache-2.0 OR MIT
"""GNU mailutils on loopback: imap4d and pop3d, with the mailboxes of system accounts."""

from collections.abc import Iterator

from . import messages
from .server import Server, Service

CONFIGURATION = """
mode daemon;
foreground yes;
max-children 500;
pidfile "{directory}/{program}.pid";
transcript no;
mailbox {{ mail-spool "{directory}/mail"; mailbox-type mbox; }};
auth {{ authentication "generic:system"; authorization "system"; }};
logging {{ syslog no; facility mail; }};
server 127.0.0.1:{port} {{ }};
"""

PROGRAMS = {"imap": "imap4d", "pop3": "pop3d"}


class Mailutils(Server):
    """Users u1 and u2 have the password `pass`; u1 has messages."""

    name = "mailutils"
    packages = ("mailutils-imap4d", "mailutils-pop3d")
    program = "usr/sbin/imap4d"
    services = (Service("imap", 143, "imap"), Service("pop3", 110, "pop3"))
    needs_root = True
    fixed_paths = True

    def configure(self) -> None:
        for service, program in PROGRAMS.items():
            self.write(f"{program}.conf", CONFIGURATION.format(directory=self.directory, program=program,
                                                               port=self.port(service)))
        for user, held in (("u1", messages.MESSAGES), ("u2", [])):
            self.mail_user(user, messages.mbox(held))
        (self.directory / "mail").chmod(0o1777)

    def commands(self) -> Iterator[list[str]]:
        for program in PROGRAMS.values():
            yield [f"/usr/sbin/{program}", f"--config-file={self.directory}/{program}.conf", "--no-site-config"]
