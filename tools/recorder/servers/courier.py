# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Courier: IMAP and POP3, with its authentication daemon on a userdb."""

import os
import time

import mailbox
import normal
from conversation import Conversation
from scripts import imap, pop3

from .server import Recording, Server, write

RULES = [normal.MAILBOX_NUMBERS, normal.group_by(rb"<(\w+)@mx\.example\.org>", normal.token)]


class Courier(Server):
    name = "courier"
    packages = ("courier-imap", "courier-pop", "courier-base", "courier-authlib-userdb", "openssl")

    def prepare(self) -> None:
        write("/etc/courier/authdaemonrc", 'authmodulelist="authuserdb"\nauthmodulelistorig="authuserdb"\ndaemons=2\n'
                                           "authdaemonvar=/run/courier/authdaemon\nDEBUG_LOGIN=0\n"
                                           'DEFAULTOPTIONS=""\nLOGGEROPTS=""\n')
        for user in ("u1", "u2"):
            self.run("maildirmake.courier" if os.path.exists("/usr/bin/maildirmake.courier") else "maildirmake",
                     self._home(user) + "/Maildir")
        for number, message in enumerate(mailbox.MESSAGES, 1):
            path = f"/srv/u1/Maildir/cur/1700000000.M{number}.mx,S={len(message)}:2,{'S' if number == 1 else ''}"
            write(path, message)
            os.utime(path, (1700000000, 1700000000))
        self.run("chown", "-R", "mail:mail", "/srv")
        secret = self.run("openssl", "passwd", "-1", "pass").strip()
        lines = "".join(f"{user}\tuid=8|gid=8|home=/srv/{user}|mail=/srv/{user}/Maildir|systempw={secret}\n"
                        for user in ("u1", "u2"))
        os.makedirs("/etc/courier/userdb", 0o700, exist_ok=True)
        write("/etc/courier/userdb/people", lines, 0o600)
        self.run("makeuserdb")
        for place in ("/run/courier", "/run/courier/authdaemon"):
            self.run("install", "-d", "-o", "courier", "-g", "courier", "-m", "755", place)

    @staticmethod
    def _home(user: str) -> str:
        os.makedirs(f"/srv/{user}", exist_ok=True)
        return f"/srv/{user}"

    def start(self) -> None:
        self.spawn("/usr/lib/courier/courier-authlib/authdaemond")
        time.sleep(1)  # until its socket is there
        # The packages' own settings, as their start scripts read them.
        for settings, port, login, server in (
                ("/etc/courier/imapd", 143, "/usr/lib/courier/courier/imaplogin", "/usr/bin/imapd"),
                ("/etc/courier/pop3d", 110, "/usr/lib/courier/courier/courierpop3login",
                 "/usr/lib/courier/courier/courierpop3d")):
            script = (f"set -a; . {settings}; IMAP_STARTTLS=NO; POP3_STARTTLS=NO; IMAP_TLS_REQUIRED=0;"
                      "POP3_TLS_REQUIRED=0; AUTHMODULES=authdaemon; MAILDIRPATH=Maildir; IMAP_USELOCKS=0;"
                      "IMAP_ENHANCEDIDLE=0; TLS_CERTFILE=; IMAP_CAPABILITY_ORIG=\"$IMAP_CAPABILITY\"; IMAP_ACL=1;"
                      f"exec couriertcpd -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup"
                      f" {port} {login} {server} Maildir")
            self.spawn("sh", "-c", script)
            self.wait_for_port(port)

    def recordings(self) -> list[Recording]:
        address = ("127.0.0.1", 143)
        several = {**imap.ALL, "another-session": imap.another_session(lambda: Conversation(address))}
        return [Recording("pop3", "courier", ("127.0.0.1", 110), pop3.ALL, RULES),
                Recording("imap", "courier", address, several, RULES)]
