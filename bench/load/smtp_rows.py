# SPDX-License-Identifier: Apache-2.0 OR MIT
"""SMTP against Postfix's smtp-source, and Backtalk's ways of sending against each other."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import clients
from clients import MESSAGE_OCTETS, pinned
from comparison import Comparison, Sample
from measurement import Measurement
from servers.builtin import Builtin
from servers.exim import Exim
from servers.opensmtpd import OpenSmtpd
from servers.postfix import Postfix
from servers.server import Server, Service
from servers.smtp_sink import SmtpSink

# The command groups of RFC 2920. A group begins with the content of a message and continues to DATA of the next (3.1), as
# with `-p 2`: one round trip per message instead of four. If MAIL waits for the reply to the dot, it is two.
LOCK_STEP = ("-p", "1")
GROUPS = ("-p", "2", "--next", "with-dot")
GROUPS_APART = ("-p", "2", "--next", "after-reply")
BDAT = ("-p", "16", "--data", "bdat")
ONE_PER_CONNECTION = ("--per-connection", "1")

SOURCE = "smtp-source -d"
SCRIPTS = Path(__file__).with_name("scripts")

STEP, APART, BEHIND = "backtalk, lock step", "backtalk, groups, MAIL after the reply", "backtalk, groups, MAIL behind the dot"

RECIPIENT = "u1@example.org"  # OpenSMTPD takes mail for this domain only

# With one message per connection, more would use up the ports of the machine.
SINGLE_MAX = 4000


class DelayRelay(Server):
    """A relay in front of a server that adds 5 ms in each direction."""

    name = "relay"
    services = (Service("smtp", 0, "smtp"),)

    def __init__(self, target_port: int) -> None:
        super().__init__()
        self._target_port = target_port

    def commands(self) -> Iterator[list[str]]:
        yield [sys.executable, str(Path(__file__).with_name("delay_relay.py")), str(self._target_port), "5"]

    def ready(self) -> bool:
        return "listening on" in self.output()

    def port(self, service: str = "") -> int:
        return int(self.output().split()[-1])


def send(url: str, sessions: int, count: int, *options: str) -> Callable[[], Sample]:
    return lambda: clients.ours(url, "-c", sessions, "-n", count, "--size", MESSAGE_OCTETS, *options)


def _sessions(number: int) -> str:
    return f"{number} session{'s'[:number > 1]}"


def against_peers(measurement: Measurement) -> None:
    """On each server: how many messages take a second or three, by the number of sessions."""
    servers = ((SmtpSink, "smtp-sink", {1: 4000, 20: 90_000, 100: 90_000}), (Postfix, "Postfix", {1: 500, 20: 800}),
               (Exim, "Exim", {20: 150}))
    for kind, name, messages in servers:
        if reason := kind.why_not():
            measurement.leave_out(name, reason)
            continue
        with pinned(SmtpSink(counting=False) if kind is SmtpSink else kind()) as server:
            for sessions, wanted in messages.items():
                _against_smtp_source(measurement, name, server, sessions, measurement.count(wanted))
                if kind is SmtpSink:
                    _one_per_connection(measurement, name, server, sessions, measurement.count(min(wanted, SINGLE_MAX)))
    if reason := OpenSmtpd.why_not():
        measurement.leave_out("OpenSMTPD", reason)
    else:  # it offers no PIPELINING, and takes 100 messages on a connection
        with pinned(OpenSmtpd()) as server:
            count = measurement.count(1000)
            measurement.compare(f"OpenSMTPD, {_sessions(20)}", "messages", {
                SOURCE: lambda: clients.smtp_source(server.port(), 20, count, "-d", "-t", RECIPIENT),
                STEP: send(server.url, 20, count, *LOCK_STEP, "--per-connection", "100", "--to", RECIPIENT)})


def _against_smtp_source(measurement: Measurement, name: str, server: Server, sessions: int, count: int) -> None:
    row = measurement.compare(f"{name}, {_sessions(sessions)}", "messages", {
        SOURCE: lambda: clients.smtp_source(server.port(), sessions, count, "-d"),
        STEP: send(server.url, sessions, count, *LOCK_STEP),
        APART: send(server.url, sessions, count, *GROUPS_APART),
        BEHIND: send(server.url, sessions, count, *GROUPS)})
    if name == "smtp-sink" and sessions == 20:
        for way, limit in ((STEP, 0.6), (APART, 0.3), (BEHIND, 0.18)):
            measurement.at_most(row, way, "cpu_s", limit)
        measurement.at_least(row, BEHIND, "per_s", 2.7)


def _one_per_connection(measurement: Measurement, name: str, server: Server, sessions: int, count: int) -> None:
    row = measurement.compare(f"{name}, {_sessions(sessions)}, one message per connection", "messages", {
        "smtp-source": lambda: clients.smtp_source(server.port(), sessions, count),
        "backtalk": send(server.url, sessions, count, *LOCK_STEP, *ONE_PER_CONNECTION)})
    if sessions == 20:
        measurement.at_most(row, "backtalk", "cpu_s", 0.5)


# --- The ways of sending, without and with delay


def _modes(measurement: Measurement, title: str, url: str, sessions: int, counts: tuple[int, int, int]) -> Comparison:
    """`counts`: the messages to send in lock step, in groups of either kind, and with BDAT."""
    lock_step, groups, bdat = map(measurement.count, counts)
    return measurement.compare(title, "messages", {
        "lock step": send(url, sessions, lock_step, *LOCK_STEP),
        "groups, MAIL after the reply": send(url, sessions, groups, *GROUPS_APART),
        "groups, MAIL behind the dot": send(url, sessions, groups, *GROUPS),
        "BDAT, 16 deep": send(url, sessions, bdat, *BDAT)})


def ways_of_sending(measurement: Measurement) -> None:
    with pinned(Builtin()) as server:
        row = _modes(measurement, f"built-in server, {_sessions(20)}", server.url, 20, (40_000, 120_000, 500_000))
        bdat = row.ways["BDAT, 16 deep"]
        measurement.at_least_value("built-in server, BDAT 16 deep", 500_000, bdat, "per_s", " messages/s")
    with pinned(Builtin("smtp://127.0.0.1:0", "--fault", "delay=10ms")) as server:
        # Round trips per message: four in lock step, two if MAIL waits for the reply to the dot, one if it follows the
        # dot at once, a sixteenth with BDAT. So 1x, 2x, 4x and 64x are expected.
        row = _modes(measurement, f"built-in server with 10 ms of delay, {_sessions(1)}", server.url, 1, (25, 80, 1200))
        for way, limit in (("groups, MAIL after the reply", 1.9), ("groups, MAIL behind the dot", 3), ("BDAT, 16 deep", 20)):
            measurement.at_least(row, way, "per_s", limit)
    if reason := Postfix.why_not():
        measurement.leave_out("Postfix behind a delay", reason)
        return
    with pinned(Postfix()) as postfix, pinned(DelayRelay(postfix.port())) as relay:
        _modes(measurement, f"Postfix behind 10 ms of delay, {_sessions(1)}", relay.url, 1, (25, 80, 200))


# --- A script and what is built in, which have the same conversation


def by_script(measurement: Measurement) -> None:
    rows = (("lock step", LOCK_STEP, ("-p", "1"), "smtp-send.txt", 40_000),
            ("groups, MAIL behind the dot", GROUPS, ("-p", "2"), "smtp-send.txt", 120_000),
            ("BDAT, 16 deep", BDAT, ("-p", "16"), "smtp-bdat.txt", 500_000))
    with pinned(Builtin()) as server:
        for title, built_in, depth, script, messages in rows:
            count = measurement.count(messages)
            row = measurement.compare(f"built-in server, {_sessions(20)}, {title}", "messages", {
                "backtalk": send(server.url, 20, count, *built_in),
                "backtalk --script": send(server.url, 20, count, *depth, "--script", str(SCRIPTS / script))})
            measurement.at_most(row, "backtalk --script", "cpu_s", 1.05)
