# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The servers of the matrix: how each is started and loaded, what it counts itself, and what it needs for that."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e")]

from load import Run  # noqa: E402
from servers.catalogue import ALL  # noqa: E402
from servers.dovecot import Dovecot  # noqa: E402
from servers.postfix import Postfix  # noqa: E402
from servers.server import Server  # noqa: E402
from servers.web import WebServer  # noqa: E402
from verdict import STARTTLS  # noqa: E402

MAIL = ("--to", "u1@example.org")
DELIVERY = ("--to", "u2")
POP3 = ("--script", str(HERE / "pop3.txt"), "--user", "u1", "--password", "pass")
IMAP = ("--script", "append", "--user", "u2", "--password", "pass")


@dataclass(frozen=True)
class Counter:
    """Something that the server counts, and where Backtalk's result has it."""

    what: str
    of_server: Callable[[Server], int]
    of_run: Callable[[Run], int]


@dataclass(frozen=True)
class Subject:
    """A server as one protocol's. `clear` and `tls` are services of it; `needs` is a line for who sets one up."""

    protocol: str
    name: str
    server: type[Server]
    counters: tuple[Counter, ...]
    needs: str
    clear: str
    tls: str = ""
    upgrade: bool = True  # STARTTLS or STLS
    options: tuple[str, ...] = ()
    pipelined: tuple[str, ...] = ()  # more options, if pipelined
    connections: int = 4
    broken: dict[str, str] = field(default_factory=dict)  # by security: the error that is known
    quick: bool = False  # part of ./run test
    start: Callable[[], AbstractContextManager[Server]] | None = None

    @property
    def clear_scheme(self) -> str:
        return "smtp" if self.protocol == "submission" else self.protocol.lower()

    def started(self) -> AbstractContextManager[Server]:
        return self.start() if self.start else self.server(for_load=True)


def completed(run: Run) -> int:
    return run.transactions["completed"]


def lines(pattern: str) -> Callable[[Server], int]:
    """How many lines of the server's log match."""
    return lambda server: len(re.findall(pattern, server.output(), re.MULTILINE))


def files(below: str, pattern: str) -> Callable[[Server], int]:
    """How many files below a directory of the server have such a name."""
    return lambda server: sum(re.fullmatch(pattern, path.name) is not None
                              for path in (server.directory / below).rglob("*"))


# Mail that is sent


def postfix_commands(server: Server) -> int:
    """What its sessions accepted, but for those that only asked whether it is ready."""
    return sum(map(int, re.findall(r"disconnect from .* ehlo=.* commands=(\d+)", server.output())))


def commands(run: Run) -> int:
    return sum(run.ok(name) for name in ("EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "QUIT"))


@contextmanager
def submission() -> Iterator[Server]:
    with Postfix() as relay, Dovecot(relay=relay.port(), for_load=True) as server:
        server.relay = relay
        yield server


def messages(what: str, of_server: Callable[[Server], int]) -> Counter:
    return Counter(f"messages {what}", of_server, completed)


SMTP = [
    Subject("SMTP", "Postfix", Postfix,
            (messages("queued", lambda server: server.queued_so_far()),
             Counter("commands accepted", postfix_commands, commands)),
            "`smtpd_client_connection_count_limit` (50 for each client) must allow the connections of the test; "
            "`smtpd_client_connection_rate_limit` and `smtpd_client_message_rate_limit` must be 0, as they are. "
            "Clients in `mynetworks` are not limited. Beyond `default_process_limit` (100) connections wait for a "
            "greeting. After `smtpd_soft_error_limit` (10) refusals it delays each reply by `smtpd_error_sleep_time` "
            "(1 s), and it pauses for `in_flow_delay` (1 s) when mail arrives faster than it leaves",
            "smtp", "smtps", options=MAIL, quick=True),
    Subject("SMTP", "Exim", ALL["exim"], (messages("logged (`<=`)", lines(r" <= ")),),
            "`smtp_accept_max` (20 connections), `smtp_accept_max_per_connection` (1000 messages), "
            "`smtp_accept_queue_per_connection` (after 10 messages it queues only) and `smtp_accept_max_per_host`; "
            "`host_lookup` and `rfc1413_query_timeout` cost time for each connection",
            "smtp", "smtps", options=MAIL),
    Subject("SMTP", "OpenSMTPD", ALL["opensmtpd"], (messages("logged (`smtp message`)", lines(r" smtp message ")),),
            "`smtp limit max-mails` (100 messages on a connection), `smtp limit max-rcpt`, and `smtp "
            "max-message-size`; it always looks up the client's name, so a resolver must answer at once",
            "smtp", options=MAIL, broken={STARTTLS: "tls-alert"}),
    Subject("SMTP", "Sendmail", ALL["sendmail"], (messages("in its queue", lambda server: server.queued()),),
            "`RefuseLA`, `QueueLA` and `DelayLA` (it refuses, queues or delays by the machine's load, which a load "
            "test raises), `ConnectionRateThrottle`, `MaxDaemonChildren`; the client's name must be in /etc/hosts or "
            "a resolver must answer at once",
            "smtp", "smtps", options=MAIL),
    Subject("SMTP", "Courier", ALL["courier-mta"], (messages("in its queue", files("queue", r"D\d+")),),
            "`--next after-reply` if pipelined: it loses commands that come together with a message's dot. "
            "`MAXDAEMONS` (40 connections), `MAXPERIP` and `MAXPERC` (5 from one address), `BOFHCHECKDNS`, and "
            "`TCPDOPTS` without name lookups; it starts a program for each message",
            "smtp", "smtps", options=MAIL, pipelined=("--next", "after-reply")),
    Subject("SMTP", "aiosmtpd", ALL["aiosmtpd"], (messages("logged", lines(r"^message ")),),
            "nothing, unless `command_call_limit` is set; it is one thread, and has no PIPELINING",
            "smtp", "smtps", options=MAIL),
    Subject("submission", "Dovecot", Dovecot,
            (messages("relayed to Postfix", lambda server: server.relay.queued_so_far()),),
            "`--next after-reply` if pipelined: commands behind a message's dot crash its process. "
            "`mail_max_userip_connections` (10 for a user from one address), `submission_max_mail_size`, and a relay "
            "that is as fast: what is measured is both",
            "submission", "submissions", options=(*MAIL, "--user", "ann", "--password", "pass"), start=submission,
            pipelined=("--next", "after-reply")),
    Subject("LMTP", "Dovecot", Dovecot, (messages("in the Maildir", files("mail/u2/Maildir/new", r"\d+\..*")),),
            "quotas (`quota_rule`), `default_process_limit` and `default_client_limit`; it delivers one message at a "
            "time to a mailbox, so spread the recipients (`--to 'user{n}'`) if they are not what is measured",
            "lmtp", options=DELIVERY, quick=True),
    Subject("LMTP", "Cyrus", ALL["cyrus"], (messages("in the spool", files("spool", r"\d+\.")),),
            "`duplicatesuppression` throws away messages with a Message-ID that it has seen; a `maxforkrate` and "
            "`maxchild` in cyrus.conf; each lmtpd serves one connection",
            "lmtp", upgrade=False, options=DELIVERY),
]

# Mail that is read


def logins(pattern: str) -> Counter:
    return Counter("logins", lines(pattern), lambda run: run.ok("PASS"))


POP3_SERVERS = [
    Subject("POP3", "Dovecot", Dovecot, (logins(r"pop3-login: Info: Login:"),),
            "`mail_max_userip_connections` (10), `auth_failure_delay`, and `pop3_lock_session` (no) if connections "
            "share a user; `service pop3-login { service_count = 0 }` makes it faster",
            "pop3", "pop3s", options=POP3, quick=True),
    Subject("POP3", "Courier", ALL["courier"], (logins(r"INFO: LOGIN, user="),),
            "`MAXPERIP` (4 connections from one address) and `MAXDAEMONS` (40), and `daemons` in authdaemonrc",
            "pop3", "pop3s", options=POP3),
    Subject("POP3", "Cyrus", ALL["cyrus"], (logins(r"cyrus/pop3s?\[\d+\]: login: .*User logged in"),),
            "`popminpoll` (0), `failedloginpause`, `maxlogins_per_user` and `maxlogins_per_host`; a user has one "
            "session at a time, so there must be as many users (`--users FILE`) as connections",
            "pop3", "pop3s", options=POP3, connections=1),
    Subject("POP3", "mailutils", ALL["mailutils"], (logins(r"POP3 login: user"),),
            "`max-children`; a session locks the mailbox, so there must be as many users as connections; it "
            "reads the whole mbox at every login",
            "pop3", "pop3s", options=POP3, connections=1),
    Subject("POP3", "popa3d", ALL["popa3d"], (logins(r"Authentication passed for"),),
            "standing alone it limits the sessions (`MAX_SESSIONS`) and those of an address, both when it is "
            "compiled; here something like inetd starts it. A session locks the mailbox: as many users as connections",
            "pop3", upgrade=False, options=POP3, connections=1),
]


def imap(of_server: Callable[[Server], int], login: str) -> tuple[Counter, ...]:
    """Messages that were appended, and logins."""
    return (Counter("messages stored", of_server, completed),
            Counter("logins", lines(login), lambda run: run.ok("LOGIN") + run.ok("AUTHENTICATE")))


IMAP_SERVERS = [
    Subject("IMAP", "Dovecot", Dovecot, imap(files("mail/u2/Maildir", r"\d+\..*"), r"imap-login: Info: Login:"),
            "`mail_max_userip_connections` (10), `default_process_limit` (100: a process for each session), quotas",
            "imap", "imaps", options=IMAP, quick=True),
    Subject("IMAP", "Cyrus", ALL["cyrus"],
            imap(files("spool", r"\d+\."), r"cyrus/imaps?\[\d+\]: login: .*User logged in"),
            "`maxlogins_per_user`, `maxlogins_per_host`, `maxchild` in cyrus.conf; `prefork` keeps the first sessions "
            "from waiting for a process",
            "imap", "imaps", options=IMAP),
    Subject("IMAP", "Courier", ALL["courier"], imap(files("mail/u2/Maildir", r"\d+\..*"), r"INFO: LOGIN, user="),
            "`MAXPERIP` (20), `MAXDAEMONS` (40), `IMAP_MAILBOX_SANITY_CHECK`; `IMAP_USELOCKS` costs time for each "
            "change",
            "imap", "imaps", options=IMAP),
    Subject("IMAP", "mailutils", ALL["mailutils"],
            imap(lambda server: len(re.findall(rb"^From ", (server.directory / "mail/u2").read_bytes(), re.MULTILINE)),
                 r"user `u2' logged in"),
            "`max-children`; mailboxes are mbox files that are locked and read whole: one connection for each user",
            "imap", "imaps", options=IMAP, connections=1),
]

# HTTP


def requests(server: Server) -> int:
    """Those for the page of load tests, in the access log."""
    assert isinstance(server, WebServer)
    return server.access_log().count(server.page)


def web(name: str, server: str, needs: str, **more: object) -> Subject:
    return Subject("HTTP", name, ALL[server], (Counter("requests logged", requests, completed),), needs, "http",
                   "https" if ALL[server].load_services else "", upgrade=False, **more)


HTTP = [
    web("nginx", "nginx", "`keepalive_requests` (1000), `keepalive_timeout`, `worker_connections` (512) and "
        "`worker_processes`; pipelined requests behind the last that it allows are lost", quick=True),
    web("Apache", "apache", "`MaxKeepAliveRequests` (100), `KeepAliveTimeout` (5 s), `MaxRequestWorkers` (400 with "
        "mpm_event), `mod_reqtimeout`"),
    web("lighttpd", "lighttpd", "`server.max-keep-alive-requests` (at most 65535), `server.max-keep-alive-idle` (5 s), "
        "`server.max-connections`; it writes its access log late, and when it ends"),
    web("HAProxy", "haproxy", "`maxconn` (global and of each frontend), `timeout client`, `timeout http-keep-alive`; "
        "without `option httplog` it logs no requests"),
    web("Varnish", "varnish", "`thread_pool_max`, `timeout_idle` (5 s), and room in its log (`vsl_space`): varnishncsa "
        "loses lines that are overwritten before it reads them. It has no TLS; hitch or another proxy adds it"),
    web("Caddy", "caddy", "a site for plain HTTP is an address that begins with `http://`; it has no limit of "
        "requests. `idle_timeout` (5 min)"),
    web("H2O", "h2o", "`max-connections` (1024), `http1-request-timeout` (10 s), `num-threads`"),
    web("Node.js", "nodejs", "`server.keepAliveTimeout` (5 s), `server.requestTimeout` (300 s), "
        "`server.maxRequestsPerSocket` (no limit); one thread unless there is a `cluster`"),
]

ALL_SUBJECTS = [*SMTP, *POP3_SERVERS, *IMAP_SERVERS, *HTTP]
