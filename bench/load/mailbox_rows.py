# SPDX-License-Identifier: Apache-2.0 OR MIT
"""IMAP and POP3 on Dovecot and on the built-in server: one command again and again, at depth 1, 20 and 100.

No peer for these loads is packaged in Debian 12: imaptest is not, and what Dovecot's own figures with it were elsewhere is
printed as text. curl, which is, sends one command after the other on one connection.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import clients
from clients import MESSAGE_OCTETS, pinned
from comparison import Sample
from servers import messages
from measurement import Measurement
from servers.builtin import Builtin
from servers.dovecot import Dovecot
from servers.server import Server

SCRIPTS = Path(__file__).with_name("scripts")
SESSIONS = 20
DEPTHS = (1, 20, 100)
MESSAGES = 100
LOGIN = ("--user", "u2", "--password", "pass")

RETR = SCRIPTS / "pop3-retr.txt"
IMAP = {"NOOP": "noop", "STATUS": "status", f"FETCH of a body of {MESSAGE_OCTETS} octets": "read",
        "FETCH of flags": SCRIPTS / "imap-flags.txt"}
POP3 = {"STAT": "poll", f"RETR of {MESSAGE_OCTETS} octets": RETR}

IMAPTEST = """
imaptest is not packaged in Debian 12, so that it has no row. On another machine (two cores of an AMD Zen 4, November 2026),
on Dovecot with 20 sessions, commands a second and client CPU in s/M, pipelined and not: NOOP 44,100, 22 and 12,100, 44;
STATUS 35,500, 28 and 18,800, 40; its FETCH2, which is not the same command, 5,460, 53 and 3,860, 69."""


class FilledDovecot(Dovecot):
    """u2 has MESSAGES messages of MESSAGE_OCTETS each, with CRLF."""

    def configure(self) -> None:
        super().configure()
        mail = self.directory / "mail/u2/Maildir"
        head = b"From: u1@example.org\r\nTo: u2@example.org\r\nSubject: load\r\n\r\n"
        line = b"x" * 62 + b"\r\n"
        body = (line * (MESSAGE_OCTETS // len(line)))[:MESSAGE_OCTETS - len(head) - 2] + b"\r\n"
        messages.maildir(mail, [head + body] * MESSAGES)
        for path in (mail.parent, mail, *mail.rglob("*")):
            shutil.chown(path, "mail", "mail")


def imap(measurement: Measurement) -> None:
    _protocol(measurement, "imap", IMAP)
    print(IMAPTEST)


def pop3(measurement: Measurement) -> None:
    _protocol(measurement, "pop3", POP3)


def _protocol(measurement: Measurement, scheme: str, commands: dict[str, object]) -> None:
    if reason := Dovecot.why_not():
        measurement.leave_out(f"{scheme.upper()} on Dovecot", reason)
    else:
        with pinned(FilledDovecot()) as server:
            _depths(measurement, "Dovecot", server.urls()[scheme], commands)
            _one_after_the_other(measurement, scheme, server)
    with pinned(Builtin(f"{scheme}://127.0.0.1:0", "--messages", str(MESSAGES), "--message-size", str(MESSAGE_OCTETS))) as sink:
        _depths(measurement, "built-in server", sink.url, commands)


def _depths(measurement: Measurement, name: str, url: str, commands: dict[str, object]) -> None:
    def ways(script: object) -> dict[str, Callable[[], Sample]]:
        return {f"depth {depth}": lambda depth=depth: clients.ours(
            url, "-c", SESSIONS, "-p", depth, "-d", measurement.seconds, "--script", script, *LOGIN) for depth in DEPTHS}

    for command, script in commands.items():
        measurement.compare(f"{name}, {command}, {SESSIONS} sessions", "commands", ways(script))


def _one_after_the_other(measurement: Measurement, scheme: str, server: Server) -> None:
    """curl reads each message in turn, again and again, on one connection."""
    port = server.port(scheme)
    path, script, what = ("/INBOX;MAILINDEX=", "read", "FETCH") if scheme == "imap" else ("/", RETR, "RETR")
    times = max(1, measurement.count(3000) // MESSAGES)
    urls = [f"{scheme}://u2:pass@127.0.0.1:{port}{path}[1-{MESSAGES}]"] * times
    measurement.compare(f"Dovecot, {what} of {MESSAGE_OCTETS} octets, one connection", "commands", {
        "curl": lambda: clients.curl(urls, times * MESSAGES, MESSAGE_OCTETS),
        "backtalk": lambda: clients.ours(server.urls()[scheme], "-c", 1, "-n", times * MESSAGES, "--script", script,
                                         *LOGIN, by_clock=True)})
