# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Which servers are recorded: how each runs, its conversations, and the rules that make them the same every day."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import normal
from conversation import Conversation
from scripts import http, imap, pop3, smtp

from servers.catalogue import ALL as SERVERS
from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.place import WholeMachine
from servers.postfix import Postfix
from servers.server import Server
from servers.smtp_sink import SmtpSink

Script = Callable[[Conversation], None]


@dataclass
class Recording:
    """A set of conversations: corpora/PROTOCOL/recorded/SET gets one file for each of `scripts`."""

    protocol: str
    set: str
    address: tuple[str, int] | str
    scripts: dict[str, Script]
    rules: list[normal.Rule] = field(default_factory=list)
    client_side: bool = True  # whether what was said to it is kept, too


@dataclass
class Recorded:
    """`start` makes the servers of one throwaway machine; `recordings` says what is recorded of them."""

    packages: tuple[str, ...]  # all are in dependencies.txt, section [recorded]; the first has the version
    start: Callable[[], Sequence[Server]]
    recordings: Callable[..., list[Recording]]


ALL: dict[str, Recorded] = {}


def recorded(name: str, *more_packages: str, packages: tuple[str, ...] = (),
             start: Callable[[], Sequence[Server]] | None = None):
    """Decorates a function that returns a server's recordings. `start` is for a server that does not run with its
    defaults, or not alone; `packages` replaces the server's own packages, `more_packages` adds to them."""
    def add(recordings: Callable[..., list[Recording]]) -> Callable[..., list[Recording]]:
        ALL[name] = Recorded((*(packages or SERVERS[name].packages), *more_packages),
                             start or (lambda: [SERVERS[name](place=WholeMachine(name))]), recordings)
        return recordings
    return add


def some(*names: str) -> dict[str, Script]:
    return {name: smtp.ALL[name] for name in names}


def imap_scripts(server: Server) -> dict[str, Script]:
    """All scripts of one conversation, and one that has two at a time."""
    return {**imap.ALL, "another-session": imap.another_session(lambda: Conversation(server.address("imap")))}


# SMTP

QUEUED_AS = [normal.group_by(rb"queued as (\w+)", normal.token)]
EXIM_ID = [normal.group_by(rb"id=([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})", normal.token)]
OPENSMTPD_ID = [normal.group_by(rb"2\.0\.0 ([0-9a-f]{8}) Message accepted", normal.hexadecimal),
                normal.group_by(rb"Message accepted for delivery: ([0-9a-f]{8})", normal.hexadecimal)]


@recorded("postfix", "libsasl2-modules", "sasl2-bin", start=lambda: [Postfix(WholeMachine("postfix"), refusing=True)])
def postfix(server: Postfix) -> list[Recording]:
    return [Recording("smtp", "postfix", server.address(), smtp.ALL, QUEUED_AS),
            Recording("smtp", "postfix-strict", server.address("strict"), smtp.ALL, QUEUED_AS)]


def sinks() -> list[SmtpSink]:
    def sink(name: str, port: int, *options: str) -> SmtpSink:
        return SmtpSink(*options, place=WholeMachine(name, smtp=port), counting=False)
    return [sink("plain", 2525), sink("lmtp", 2526, "-L"), sink("no-esmtp", 2527, "-e"),
            sink("refusing", 2528, "-8", "-p", "-q", "EHLO,VRFY", "-f", "RCPT")]


@recorded("smtp-sink", start=sinks)
def smtp_sink(plain: SmtpSink, lmtp: SmtpSink, no_esmtp: SmtpSink, refusing: SmtpSink) -> list[Recording]:
    few = some("ehlo", "other-commands", "order-errors")
    return [Recording("smtp", "smtp-sink", plain.address(), smtp.ALL),
            Recording("smtp", "smtp-sink-lmtp", lmtp.address(), smtp.LMTP),
            Recording("smtp", "smtp-sink-no-esmtp", no_esmtp.address(), few),
            Recording("smtp", "smtp-sink-refusing", refusing.address(), few)]


@recorded("exim", packages=("exim4-daemon-heavy",), start=lambda: [Exim(WholeMachine("exim"), refusing=True)])
def exim(server: Exim) -> list[Recording]:
    return [Recording("smtp", "exim", server.address(), smtp.ALL, EXIM_ID)]


@recorded("opensmtpd")
def opensmtpd(server: Server) -> list[Recording]:
    few = some("ehlo", "message", "authenticate", "order-errors", "other-commands")
    return [Recording("smtp", "opensmtpd", server.address("smtp"), smtp.ALL, OPENSMTPD_ID),
            Recording("smtp", "opensmtpd-tls-required", server.address("tls-required"), few, OPENSMTPD_ID)]


# POP3, IMAP and LMTP

DOVECOT_MAIL = [
    normal.group_by(rb"\((\d\.\d{3} \+ \d\.\d{3}(?: \+ \d\.\d{3})?) secs\)", normal.always(b"0.001 + 0.001")),
    normal.MAILBOX_NUMBERS,
    normal.group_by(rb"(?:MAILBOXID|EMAILID|THREADID)[ (\"]+([0-9a-f]{8,64})", normal.hexadecimal),
    normal.group_by(rb"<([\w.+/=-]+)@mx\.example\.org>", normal.always(b"c.1.0123abcd.0123456789abcdefghijkl==")),
    normal.group_by(rb"(?m)^(?:\+OK )?\d+ ([0-9a-f]{16})\r", normal.hexadecimal),
]
DOVECOT_LMTP = [
    normal.group_by(rb"<u\d@example\.org> ([\w+/=]{20,})(?::R\d)? Saved", normal.token),
    normal.group_by(rb"(?:queued as|id=) ?([\w-]{6,})", normal.token),
    normal.group_by(rb"(?m)^250 2\.0\.0 ([\w+/:=]{20,})", normal.token),
]
CYRUS = [
    normal.MAILBOX_NUMBERS,
    normal.group_by(rb"(?:MAILBOXID|EMAILID|THREADID)[ (\"]+([\w-]{8,64})", normal.token),
    normal.group_by(rb"(?m)^(?:\+OK )?\d+ (\d{10})\.\d+\r", normal.always(b"1700000000")),
    normal.group_by(rb"<(\d+\.\d+)@mx\.example\.org>", normal.always(b"1234567890123456789.1700000000")),
    normal.group_by(rb"SESSIONID=<([\w.-]+)>", normal.always(b"mx.example.org-12-1700000000-1-1234567890123456789")),
    normal.group_by(rb"\"os-version\" \"([^\"]*)\"", normal.always(b"6.1.0-amd64")),
    normal.group_by(rb"\((\d\.\d{3}) secs?(?: \d+ calls)?\)", normal.always(b"0.001")),
]
COURIER = [normal.MAILBOX_NUMBERS, normal.group_by(rb"<(\w+)@mx\.example\.org>", normal.token)]
MAILBOX_HASHES = normal.group_by(rb"(?m)^(?:\+OK )?\d+ ([0-9a-f]{32})\r", normal.hexadecimal)
MAILUTILS = [
    normal.MAILBOX_NUMBERS,
    normal.group_by(rb"<(\d+\.\d+)@mx\.example\.org>", normal.always(b"12.1700000000")),
    MAILBOX_HASHES,
    normal.group_by(rb"(?m)^(?:\+OK )?\d+ ([0-9]+\.[0-9]+\.[0-9]+)\r", normal.shape),
]


def dovecot_with_relay() -> list[Server]:
    sink = SmtpSink(place=WholeMachine("sink"), counting=False)
    return [sink, Dovecot(WholeMachine("dovecot"), relay=sink.port())]


@recorded("dovecot", "postfix", start=dovecot_with_relay)
def dovecot(_: SmtpSink, server: Dovecot) -> list[Recording]:
    return [Recording("pop3", "dovecot", server.address("pop3"), pop3.ALL, DOVECOT_MAIL),
            Recording("imap", "dovecot", server.address("imap"), imap_scripts(server), DOVECOT_MAIL),
            Recording("smtp", "dovecot-lmtp", server.address("lmtp"), smtp.LMTP, DOVECOT_LMTP),
            Recording("smtp", "dovecot-submission", server.address("submission"), smtp.ALL,
                      [*DOVECOT_LMTP, *DOVECOT_MAIL])]


@recorded("cyrus", "libsasl2-modules")
def cyrus(server: Server) -> list[Recording]:
    return [Recording("pop3", "cyrus", server.address("pop3"), pop3.ALL, CYRUS),
            Recording("imap", "cyrus", server.address("imap"), imap_scripts(server), CYRUS),
            Recording("smtp", "cyrus-lmtp", server.address("lmtp"), smtp.LMTP, CYRUS),
            Recording("smtp", "cyrus-lmtp-authenticated", server.address("authenticated"), smtp.LMTP, CYRUS)]


@recorded("courier")
def courier(server: Server) -> list[Recording]:
    return [Recording("pop3", "courier", server.address("pop3"), pop3.ALL, COURIER),
            Recording("imap", "courier", server.address("imap"), imap_scripts(server), COURIER)]


@recorded("mailutils")
def mailutils(server: Server) -> list[Recording]:
    return [Recording("pop3", "mailutils", server.address("pop3"), pop3.ALL, MAILUTILS),
            Recording("imap", "mailutils", server.address("imap"), imap.ALL, MAILUTILS)]


@recorded("popa3d")
def popa3d(server: Server) -> list[Recording]:
    return [Recording("pop3", "popa3d", server.address(), pop3.ALL, [MAILBOX_HASHES])]


# HTTP

ETAG = normal.group_by(rb"(?i)(?:etag|if-none-match): (?:W/)?\"([^\"\r\n]*)\"", normal.shape)
NONCE = normal.group_by(rb"nonce=\"([^\"]*)\"", normal.token)


def boundary(pattern: bytes) -> normal.Rule:
    """The boundary of multipart/byteranges, where it is named and where it stands."""
    return normal.group_by(rb"(?:boundary=|--)(" + pattern + rb")", normal.token)


WEB = {
    "nginx": [ETAG, boundary(rb"\d{20}")],
    "apache": [ETAG, NONCE, boundary(rb"[0-9a-f]{10,20}")],
    "lighttpd": [ETAG, NONCE, boundary(rb"\w{12,60}")],
    "h2o": [ETAG, boundary(rb"[0-9A-Za-z]{16,40}")],
    "caddy": [ETAG, boundary(rb"[0-9a-f]{60}")],
    "haproxy": [ETAG],
    "webfs": [ETAG, boundary(rb"[0-9A-Za-z_-]{10,60}")],
    "mini-httpd": [ETAG],
    "micro-httpd": [ETAG],
    "busybox": [ETAG],
    "python": [ETAG],
    "gunicorn": [ETAG],
    "nodejs": [ETAG],
}


def web(server: Server) -> list[Recording]:
    return [Recording("http", server.name, server.address(), http.ALL, WEB[server.name])]


def webfs(server: Server) -> list[Recording]:
    """Everything needs a password; all conversations but one send it."""
    scripts = {name: script if name == "unauthorised" else with_password(script) for name, script in http.ALL.items()}
    return [dataclasses.replace(recording, scripts=scripts, client_side=False) for recording in web(server)]


def with_password(script: Script) -> Script:
    def run(c: Conversation) -> None:
        say = c.send
        password = b"\r\nAuthorization: Basic YW5uOnBhc3M=\r\nHost:"
        c.send = lambda octets: say(octets.replace(b"\r\nHost:", password))
        script(c)
    return run


for web_name in WEB:
    recorded(web_name)(webfs if web_name == "webfs" else web)
