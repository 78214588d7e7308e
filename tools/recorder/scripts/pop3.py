# SPDX-License-Identifier: Apache-2.0 OR MIT
"""POP3: every command, valid and invalid, on a mailbox with the messages of servers/messages.py.

The flags of each conversation say which replies have several lines, for `backtalk parse --pop3-multi`.
"""

import base64
import hashlib
import re
from collections.abc import Callable

from conversation import Conversation

MULTI = {"CAPA", "RETR", "TOP"}
MULTI_WITHOUT_ARGUMENT = {"LIST", "UIDL", "AUTH"}
BODY_END = rb"(?:\A|\r\n)\.\r\n"


def is_multi(command: str | bytes) -> bool:
    words = (command if isinstance(command, str) else command.decode("latin1")).upper().split()
    return bool(words) and (words[0] in MULTI or (words[0] in MULTI_WITHOUT_ARGUMENT and len(words) == 1)
                            or words[0] == "LANG" and len(words) == 1)


class Client:
    def __init__(self, c: Conversation) -> None:
        self.c = c
        self.multi: list[str] = []

    def greeting(self) -> bytes:
        return self.c.receive_match(rb"\n")

    def request(self, command: str | bytes, multi: bool | None = None, challenge: bool = False) -> bytes:
        """Sends a command; `multi` overrides what its name implies. An answer to a challenge has no reply of its own."""
        if self.c.ended:
            return b""
        several = is_multi(command) if multi is None else multi
        self.c.send_lines(command)
        if not challenge:
            self.multi.append("1" if several else "0")
        return self._answer(several)

    def _answer(self, several: bool) -> bytes:
        def complete(came: bytes) -> bool:
            if b"\n" not in came:
                return False
            if not several or not came.upper().startswith(b"+OK"):
                return True
            return re.search(BODY_END, came.split(b"\n", 1)[1]) is not None
        return self.c.receive_until(complete)

    def at_once(self, *commands: str) -> None:
        self.multi += ["1" if is_multi(command) else "0" for command in commands]
        self.c.send_lines(*commands)
        self.c.receive_rest(1.5)

    def leave(self) -> None:
        if not self.c.ended:
            self.c.send_lines("QUIT")
            self.multi.append("0")
            self.c.receive_rest(3)
        self.c.flags = ["--pop3-multi", ",".join(self.multi)] if "1" in self.multi else []


def script(talk: Callable[[Client], None]) -> Callable[[Conversation], None]:
    def run(c: Conversation) -> None:
        client = Client(c)
        client.greeting()
        talk(client)
        client.leave()
    return run


def before_login(*commands: str | bytes) -> Callable[[Conversation], None]:
    return script(lambda client: [client.request(command) for command in commands] and None)


def logged_in(*commands: str | bytes, user: str = "u1") -> Callable[[Conversation], None]:
    def talk(client: Client) -> None:
        for command in (f"USER {user}", "PASS pass", *commands):
            client.request(command)
    return script(talk)


def word(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def auth_plain(client: Client) -> None:
    if client.request("AUTH PLAIN").startswith(b"+ "):
        client.request(word("\0u1\0pass"), challenge=True)
    client.request("STAT")


def auth_login(client: Client) -> None:
    if client.request("AUTH LOGIN").startswith(b"+ "):
        if client.request(word("u1"), challenge=True).startswith(b"+ "):
            client.request(word("pass"), challenge=True)
    client.request("STAT")


def auth_abort(client: Client) -> None:
    for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1"):
        if client.request(f"AUTH {mechanism}").startswith(b"+"):
            client.request("*", challenge=True)
    if client.request("AUTH PLAIN").startswith(b"+"):
        client.request("not base64!", challenge=True)
    client.request("AUTH NONESUCH")


def apop(client: Client) -> None:
    client.request("APOP u1 " + hashlib.md5(b"wrong").hexdigest())
    client.request("APOP u1")


def starttls(client: Client) -> None:
    client.request("STLS now")
    client.request("STLS")
    client.c.end_sending()
    client.c.receive_until(lambda _: True, 1)


def pipelined(client: Client) -> None:
    client.request("USER u1")
    client.request("PASS pass")
    client.at_once("STAT", "LIST", "UIDL", "RETR 1", "TOP 2 1", "DELE 1", "RSET", "NOOP")


def pipelined_login(client: Client) -> None:
    client.at_once("CAPA", "USER u1", "PASS pass", "STAT", "LIST 1", "RETR 99")


def silent_leave(c: Conversation) -> None:
    c.receive_match(rb"\n")
    c.end_sending()
    c.receive_rest(2)


ALL: dict[str, Callable[[Conversation], None]] = {
    "greeting": before_login(),
    "capa": before_login("CAPA"),
    "capa-logged-in": logged_in("CAPA"),
    "login-wrong-password": before_login("USER u1", "PASS wrong"),
    "login-unknown-user": before_login("USER nobody", "PASS pass"),
    "login-errors": before_login("PASS pass", "USER", "USER u1 u2", "USER u1", "USER u2", "PASS"),
    "auth-list": before_login("AUTH"),
    "auth-plain": script(auth_plain),
    "auth-login": script(auth_login),
    "auth-abort": script(auth_abort),
    "apop": script(apop),
    "starttls": script(starttls),
    "stat-and-list": logged_in("STAT", "LIST", "LIST 1", "LIST 2", "NOOP"),
    "uidl": logged_in("UIDL", "UIDL 1", "UIDL 3"),
    "retrieve-plain": logged_in("RETR 1"),
    "retrieve-dots": logged_in("RETR 2"),
    "retrieve-nested": logged_in("RETR 3"),
    "retrieve-octets": logged_in("RETR 4"),
    "retrieve-odd": logged_in("RETR 5"),
    "retrieve-all": logged_in(*[f"RETR {number}" for number in range(1, 7)]),
    "top": logged_in("TOP 1 0", "TOP 1 1", "TOP 3 5", "TOP 2 1000"),
    "delete-and-reset": logged_in("DELE 1", "STAT", "LIST 1", "RETR 1", "DELE 1", "LIST", "RSET", "STAT", "LAST"),
    "message-errors": logged_in("RETR 0", "RETR 99", "RETR x", "RETR", "RETR 99999999999999999999", "RETR 1 2",
                                "TOP 1", "TOP 99 1", "TOP 1 x", "TOP", "DELE 99", "DELE", "LIST 99", "LIST x",
                                "UIDL 99", "UIDL -1"),
    "empty-mailbox": logged_in("STAT", "LIST", "UIDL", "LIST 1", "RETR 1", user="u2"),
    "unknown-commands": before_login("NONESUCH", "", " ", "XTND XMIT", "RETR 1", "STAT", "GET / HTTP/1.1", "utf8"),
    "unknown-logged-in": logged_in("NONESUCH", "", "USER u1", "PASS pass", "XTND", "UTF8", "LANG", "LANG xx", "APOP x",
                                   "CAPA x", "STAT x", "NOOP x", "RSET x"),
    "control-bytes": before_login(b"USER \x00", b"\xff\xfb\x01", b"CAPA\x07", b"USER a\tb"),
    "long-command": before_login("USER " + "x" * 300, "USER " + "y" * 5000),
    "lower-case": logged_in("stat", "list", "retr 1", "top 1 0"),
    "pipelined": script(pipelined),
    "pipelined-login": script(pipelined_login),
    "patience": before_login(*[f"WRONG{number}" for number in range(25)]),
    "silent-leave": silent_leave,
}
