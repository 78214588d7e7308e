# SPDX-License-Identifier: Apache-2.0 OR MIT
"""popa3d, as inetd starts it."""

import mailbox
import normal
from scripts import pop3

from .server import Recording, Server, inetd, system_user, write


class Popa3d(Server):
    name = "popa3d"
    packages = ("popa3d", "openssl")

    def prepare(self) -> None:
        for user in ("u1", "u2"):
            system_user(user, "pass")
            write(f"/var/mail/{user}", mailbox.mbox(mailbox.MESSAGES if user == "u1" else []), 0o660)
            self.run("chown", f"{user}:mail", f"/var/mail/{user}")

    def start(self) -> None:
        inetd(110, ["popa3d"])
        self.wait_for_port(110)

    def recordings(self) -> list[Recording]:
        return [Recording("pop3", "popa3d", ("127.0.0.1", 110), pop3.ALL,
                          [normal.group_by(rb"(?m)^(?:\+OK )?\d+ ([0-9a-f]{32})\r", normal.hexadecimal)])]
