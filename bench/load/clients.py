# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The clients that are measured: how each is asked for the same work, and how it says what it has done.

Each of them is a process on a core of its own. Its CPU time is what the kernel charges to that process, for all alike; the
rate is the one that the client prints, where it prints one. A client that reports an error, or another count than it was
asked for, has failed.
"""

import json
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from comparison import ClientFailed, Sample, Used
from servers.builtin import program
from servers.packages import Packages
from servers.postfix import Postfix
from servers.server import Server

_cores = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = str(_cores[0]), str(_cores[-1])
RUN_LIMIT_S = 180
MESSAGE_OCTETS = 1024
# Octets that smtp-source puts before its text if its name is localhost; with them both clients send equally many.
SMTP_SOURCE_HEADER_OCTETS = 133

WRK = Packages(("wrk",), "usr/bin/wrk")
H2LOAD = Packages(("nghttp2-client",), "usr/bin/h2load")
AB = Packages(("apache2-utils",), "usr/bin/ab")
CURL = Packages(("curl",), "usr/bin/curl")

# wrk has no option for pipelining: it sends what a script returns, and counts the replies.
WRK_PIPELINE = """\
local requests
init = function()
  local one = {}
  for i = 1, %d do one[i] = wrk.format() end
  requests = table.concat(one)
end
request = function() return requests end
"""


def pinned(server: Server) -> Server:
    """Pins the server, and the processes that it starts, to its core."""
    server.wrapper = ["taskset", "-c", SERVER_CORE]
    return server


def versions() -> dict[str, str]:
    named = {"wrk": WRK, "h2load": H2LOAD, "ab": AB, "curl": CURL, "smtp-source": _postfix()}
    return {name: packages.version() for name, packages in named.items() if packages.why_not() is None}


# --- A process on its core


def run(arguments: Sequence[object], environment: dict[str, str] | None = None) -> tuple[str, Used]:
    """Runs a client to its end. Returns what it printed, and what it used."""
    command = [str(argument) for argument in arguments]
    with tempfile.TemporaryFile() as said:
        before, core_before = time.monotonic(), _busy_s(SERVER_CORE)
        client = subprocess.Popen(["taskset", "-c", CLIENT_CORE, *command], stdout=said, stderr=subprocess.STDOUT,
                                  stdin=subprocess.DEVNULL, env=environment)
        watchdog = threading.Timer(RUN_LIMIT_S, client.kill)
        watchdog.start()
        _, status, usage = os.wait4(client.pid, 0)
        watchdog.cancel()
        took, core = time.monotonic() - before, _busy_s(SERVER_CORE) - core_before
        client.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("latin-1")  # a character for each octet
    if client.returncode != 0:
        last = (text.strip().splitlines() or ["it said nothing"])[-1]
        raise ClientFailed(f"{Path(command[0]).name} ended with {client.returncode}: {last[:200]}")
    return text, Used(took, usage.ru_utime + usage.ru_stime, usage.ru_utime, min(1.0, core / took),
                      usage.ru_maxrss * 1024)


def _busy_s(core: str) -> float:
    """How long the core has been busy since the machine started."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{core}":
            user, nice, system, _, _, irq, softirq = map(int, ticks[:7])
            return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
    raise RuntimeError(f"/proc/stat does not list core {core}")


def _file(packages: Packages, path: str) -> str:
    if reason := packages.why_not():
        raise ClientFailed(reason)
    return packages.file(path)


# --- Backtalk


def backtalk(url: str, *options: object) -> tuple[dict, Used]:
    """One run: its result, and what the process used. All that was begun must have been completed."""
    with tempfile.TemporaryDirectory() as directory:
        result = Path(directory) / "result.json"
        _, used = run([program(), "load", url, "-t", 1, "--quiet", "--json", result, *options])
        report = json.loads(result.read_text())
    check_backtalk(report)
    return report, used


def check_backtalk(report: dict) -> None:
    transactions, wanted = report["transactions"], report["workload"]["transactions"]
    completed = transactions["completed"]
    if transactions["failed"] or transactions["unfinished"] or report["errors"]:
        raise ClientFailed(f"{transactions['failed']} failed and {transactions['unfinished']} were not finished: "
                           f"{report['errors']}")
    if wanted and completed != wanted:
        raise ClientFailed(f"{completed} of {wanted} were completed")


def ours(url: str, *options: object, by_clock: bool = False) -> Sample:
    """`by_clock`: the rate counts from the start of the process, with the opening of the first connections."""
    report, used = backtalk(url, *options)
    completed = report["transactions"]["completed"]
    return Sample.of(completed, completed / used.took_s if by_clock else report["transactions"]["per_s"], used)


def ours_by_handshakes(url: str, count: int, *options: object) -> Sample:
    """One request a connection over TLS. At the end a few connections may be open that find nothing left to ask."""
    report, used = backtalk(url, "-n", count, "--per-connection", 1, *options)
    check_handshakes(report, count)
    return Sample.of(count, count / used.took_s, used)


def check_handshakes(report: dict, count: int) -> None:
    handshakes = report["connections"]["handshakes"]
    if handshakes["full"] < count or handshakes["resumed"] or handshakes["failed"]:
        raise ClientFailed(f"{count} full handshakes were due: {handshakes}")


# --- HTTP


def read_wrk(text: str) -> tuple[int, float]:
    """How many requests it completed, and how many a second."""
    for flaw in ("Socket errors", "Non-2xx"):
        if found := re.search(rf"^\s*{flaw}.*$", text, re.MULTILINE):
            raise ClientFailed(found.group().strip())
    count = re.search(r"^\s*(\d+) requests in ", text, re.MULTILINE)
    rate = re.search(r"^Requests/sec:\s+([\d.]+)$", text, re.MULTILINE)
    if not count or not rate:
        raise ClientFailed("wrk printed no result")
    return int(count[1]), float(rate[1])


def wrk(url: str, connections: int, seconds: int, depth: int = 1, header: str = "") -> Sample:
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "pipeline.lua"
        script.write_text(WRK_PIPELINE % depth)
        text, used = run([_file(WRK, "usr/bin/wrk"), "-t", 1, "-c", connections, "-d", seconds,
                          *(["-s", script] if depth > 1 else []), *(["-H", header] if header else []), url])
    count, per_s = read_wrk(text)
    return Sample.of(count, per_s, used)


def read_h2load(text: str, wanted: int | None = None) -> tuple[int, float]:
    """`wanted`: how many requests it was asked for; None if it was to end by the clock. Its statuses are counted when the
    head of a response is there, and requests when the body is. So when the clock ends a run, the statuses may be more, by
    those of requests that were under way."""
    counts = re.search(r"^requests: \d+ total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, "
                       r"(\d+) timeout$", text, re.MULTILINE)
    statuses = re.search(r"^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx$", text, re.MULTILINE)
    rate = re.search(r"^finished in \S+, ([\d.]+) req/s", text, re.MULTILINE)
    if not counts or not statuses or not rate:
        raise ClientFailed("h2load printed no result")
    started, done, succeeded, *flaws = map(int, counts.groups())
    positive, *others = map(int, statuses.groups())
    positive_max = started if wanted is None else done
    if any(flaws) or any(others) or done != succeeded or not done <= positive <= positive_max:
        raise ClientFailed(f"{counts.group()}; {statuses.group()}")
    if wanted is not None and done != wanted:
        raise ClientFailed(f"{done} of {wanted} requests were completed")
    return done, float(rate[1])


def h2load(url: str, connections: int, seconds: int, depth: int = 1) -> Sample:
    text, used = run([_file(H2LOAD, "usr/bin/h2load"), "--h1", "-t", 1, "-c", connections, "-D", seconds, "-m", depth, url])
    return Sample.of(*read_h2load(text), used)


def h2load_by_handshakes(url: str, connections: int, count: int) -> Sample:
    """One request a connection: it connects again when the server has closed."""
    text, used = run([_file(H2LOAD, "usr/bin/h2load"), "--h1", "-t", 1, "-c", connections, "-n", count,
                      "-H", "Connection: close", url])
    read_h2load(text, count)
    return Sample.of(count, count / used.took_s, used)


def read_ab(text: str, kept_alive: bool, wanted: int | None = None) -> tuple[int, float]:
    def figure(name: str) -> float:
        found = re.search(rf"^{name}:\s+([\d.]+)", text, re.MULTILINE)
        return float(found[1]) if found else -1.0

    done, rate = int(figure("Complete requests")), figure("Requests per second")
    if done < 0 or rate < 0:
        raise ClientFailed("ab printed no result")
    for flaw in ("Failed requests", "Write errors", "Non-2xx responses"):
        if figure(flaw) > 0:
            raise ClientFailed(f"{flaw}: {figure(flaw):.0f} of {done}")
    if kept_alive and figure("Keep-Alive requests") != done:
        raise ClientFailed(f"only {figure('Keep-Alive requests'):.0f} of {done} on connections that were kept")
    if wanted is not None and done != wanted:
        raise ClientFailed(f"{done} of {wanted} requests were completed")
    return done, rate


def ab(url: str, connections: int, seconds: int) -> Sample:
    """-n behind -t: it would stop after 50,000 requests."""
    text, used = run([_file(AB, "usr/bin/ab"), "-q", "-k", "-c", connections, "-t", seconds, "-n", 1_000_000 * seconds, url])
    return Sample.of(*read_ab(text, kept_alive=True), used)


def ab_by_handshakes(url: str, connections: int, count: int) -> Sample:
    text, used = run([_file(AB, "usr/bin/ab"), "-q", "-c", connections, "-n", count, url])
    read_ab(text, kept_alive=False, wanted=count)
    return Sample.of(count, count / used.took_s, used)


# --- curl, one transfer after the other on one connection


CURL_MARK = re.compile(r"curl:(\d+)\n")


def read_curl(text: str, count: int, octets: int) -> None:
    """`text`: the bodies of `count` transfers, each with `octets`, and behind each how many connections it opened. (What
    curl says of sizes leaves out a body that comes together with its IMAP or POP3 reply.)"""
    marks = CURL_MARK.findall(text)
    read = len(CURL_MARK.sub("", text))
    if len(marks) != count or read != count * octets:
        raise ClientFailed(f"{len(marks)} of {count} transfers, {read} of {count * octets} octets")
    opened = sum(map(int, marks))
    if opened != 1:
        raise ClientFailed(f"it opened {opened} connections instead of one")


def curl(urls: Sequence[str], count: int, octets: int) -> Sample:
    """`urls` stand for `count` transfers: a range in brackets for one after the other."""
    text, used = run([_file(CURL, "usr/bin/curl"), "-s", "--fail", "-w", "curl:%{num_connects}\\n", *urls])
    read_curl(text, count, octets)
    return Sample.of(count, count / used.took_s, used)


# --- SMTP


def _postfix() -> Packages:
    return Packages(Postfix.packages, "usr/sbin/smtp-source")


def smtp_source(port: int, sessions: int, messages: int, *options: str) -> Sample:
    """It ends with an error if a reply is not the one that it expects, and prints nothing else."""
    postfix = _postfix()
    _, used = run([_file(postfix, "usr/sbin/smtp-source"), "-s", sessions, "-m", messages, "-M", "localhost",
                   "-l", MESSAGE_OCTETS - SMTP_SOURCE_HEADER_OCTETS, *options, f"127.0.0.1:{port}"],
                  {**os.environ, "LD_LIBRARY_PATH": postfix.file("usr/lib/postfix")})
    return Sample.of(messages, messages / used.took_s, used)
