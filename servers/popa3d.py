# SPDX-License-Identifier: Apache-2.0 OR MIT
"""popa3d on loopback, as inetd starts it, with the mailboxes of system accounts."""

from collections.abc import Iterator
from pathlib import Path

from . import inetd, messages
from .server import Server, Service


class Popa3d(Server):
    """Users u1 and u2 have the password `pass`; u1 has messages."""

    name = "popa3d"
    packages = ("popa3d",)
    program = "usr/sbin/popa3d"
    services = (Service("pop3", 110, "pop3"),)
    logs_to_syslog = True
    needs_root = True
    fixed_paths = True

    def configure(self) -> None:
        self.account("popa3d", "nobody")
        (self.directory / "var/lib/popa3d").mkdir(parents=True)
        for user, held in (("u1", messages.MESSAGES), ("u2", [])):
            self.mail_user(user, messages.mbox(held))

    def links(self) -> dict[str, Path]:
        return {"/var/mail": self.directory / "mail"}

    def commands(self) -> Iterator[list[str]]:
        yield inetd.command(self.port(), "/usr/sbin/popa3d")
