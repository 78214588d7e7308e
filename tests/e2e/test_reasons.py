# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Each reason of a verdict has a planted run that trips it, and exactly it: the table is printed. Quiet runs trip none.

Reasons that a busy machine gives to any run are left out where they are not the one that was planted."""

import base64
import contextlib
import hashlib
import hmac
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from load import OF_THE_TESTS, SCHEMA, Load, LoadTest, Run, load, load_inside
from servers.builtin import Builtin
from servers.hostile import Peer, hostile
from servers.network import free_port
from test_behaviours import HOLD, ten_ports

# How many quiet runs; the issue asks for fifty, of which two may trip a reason.
QUIET_RUNS = int(os.environ.get("BACKTALK_QUIET_RUNS", "5"))
# Made by CMake beside the tests.
PLANTED_CLOCK = os.environ.get("BACKTALK_PLANTED_CLOCK", "")
POP3 = ("--user", "u", "--password", "p")


def nothing_completed() -> Run:
    return load(f"smtp://127.0.0.1:{free_port()}", "-c", 1, "-d", "300ms")


def server_lost() -> Run:
    with Builtin("smtp://127.0.0.1:0", "--fault", "delay=2ms") as server:
        running = Load(server.url, "--quiet", "-c", 8, "-d", "4s", "--allow-failures", "5%")
        time.sleep(2)
        server.kill()
        return running.finish()


def server_silent() -> Run:
    with Builtin("smtp://127.0.0.1:0", "--fault", "delay=2ms") as server:
        running = Load(server.url, "--quiet", "-c", 8, "-d", "4s", "--timeout", "10s", "--allow-failures", "5%")
        time.sleep(2)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            time.sleep(6)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        return running.finish()


def server_restarted() -> Run:
    with Builtin("smtp://127.0.0.1:0", "--fault", "delay=2ms") as server:
        running = Load(server.url, "--quiet", "-c", 8, "-d", "60s", "--allow-failures", "50%")
        time.sleep(2)
        server.kill()
        server.start()
        time.sleep(2)
        return running.interrupt()


def errors() -> Run:
    with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=50") as server:
        return load(server.url, "-c", 1, "-n", 1000)


def censored() -> Run:
    # Each connection is answered 200 times, which are not quite 50 messages, and then never again.
    with Builtin("smtp://127.0.0.1:0", "--fault", "mute=200") as server:
        return load(server.url, "-c", 4, "-n", 1000, "--timeout", "500ms", "--allow-failures", "100%")


def rate_not_reached() -> Run:
    with Builtin("http://127.0.0.1:0", "--fault", "delay=4ms") as server:
        return load(server.url, "-c", 1, "-r", 1000, "-d", "2s")


def sessions_not_reached() -> Run:
    with Builtin("smtp://127.0.0.1:0", "--fault", "delay=20ms") as server:
        return load(server.url, "-c", 2, "--session-rate", 30, "-d", "3s", "--timeout", "20s")


def mix_off() -> Run:
    # Half a hundredth fails, which is allowed, and all of it is one pass.
    lines = ("== once", "C: a SELECT INBOX", "S: a OK", "== pass x199 looking", "C: a NOOP", "S: a OK",
             "== pass reading", "C: a FETCH 11 FLAGS", "S: a OK")
    with Builtin("imap://127.0.0.1:0") as server, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "mix.txt"
        script.write_text("\n".join(lines) + "\n")
        return load(server.url, *POP3, "--script", script, "-c", 4, "-n", 4000)


def ports_exhausted() -> Run:
    with ten_ports() as inside:
        server = Builtin("smtp://127.0.0.1:2525")
        server.wrapper = inside
        with server, subprocess.Popen([*inside, sys.executable, "-c", HOLD, "2525", "7"], text=True, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE) as other:
            assert other.stdin and other.stdout
            other.stdout.readline()
            run = load_inside(inside, server.url, "-c", 5, "-n", 1000, "--timeout", "2s")
            other.stdin.close()
            return run


def sessions_unfinished() -> Run:
    """Sessions of eight seconds; the end of the run waits for three."""
    with Builtin("smtp://127.0.0.1:0", "--fault", "service=const:400ms") as server:
        return load(server.url, "--session-rate", 5, "--per-connection", 20, "-d", "1s", "--timeout", "500ms", "-c", 20)


def too_short() -> Run:
    with Builtin() as server:
        return load(server.url, "-c", 1, "-n", 100, "--slo", "p99<1h")


def polled(pause_s: Callable[[int, float], float]) -> Callable[[Peer], None]:
    """A POP3 server that takes so long for each answer, by its number and the time since the greeting."""

    def serve(peer: Peer) -> None:
        peer.say(b"+OK ready\r\n")
        begun = time.monotonic()
        for number in itertools.count(1):
            command = peer.hear()
            if not command:
                return
            time.sleep(pause_s(number, time.monotonic() - begun))
            peer.say(b"+OK 0 0\r\n")
            if command == b"QUIT":
                return

    return serve


def drifting() -> Run:
    with hostile(polled(lambda number, _: number / 100_000)) as url:
        return load(url.replace("smtp", "pop3"), *POP3, "-c", 1, "-n", 800)


def correlated() -> Run:
    with hostile(polled(lambda _, since_s: 0.004 if 1.2 < since_s < 2.4 else 0.001)) as url:
        return load(url.replace("smtp", "pop3"), *POP3, "-c", 1, "-d", "3600ms")


ITERATIONS = 20_000  # the most that a client takes with another salt
SALTS = (b"salt of even logins", b"salt of odd logins")


def laborious(logins: Iterator[int], salted: dict[bytes, bytes]) -> Callable[[Peer], None]:
    """An SMTP server with SCRAM (RFC 7677) and another salt for each login, as none should have: its clients have to
    compute their key anew, and the server knows it."""

    def digest(key: bytes, text: bytes) -> bytes:
        return hmac.digest(key, text, "sha256")

    def serve(peer: Peer) -> None:
        peer.say(b"220 ready\r\n")
        salt = SALTS[next(logins) % 2]
        while line := peer.hear_as_it_is():
            if line.startswith(b"AUTH "):
                client_first = base64.b64decode(line.split(b" ")[2]).split(b",", 2)[2]
                nonce = client_first.split(b"r=")[1] + b"server"
                server_first = b"r=%s,s=%s,i=%d" % (nonce, base64.b64encode(salt), ITERATIONS)
                peer.say(b"334 " + base64.b64encode(server_first) + b"\r\n")
                client_final = base64.b64decode(peer.hear_as_it_is()).split(b",p=")[0]
                signature = digest(digest(salted[salt], b"Server Key"), b",".join((client_first, server_first, client_final)))
                peer.say(b"334 " + base64.b64encode(b"v=" + base64.b64encode(signature)) + b"\r\n")
                peer.hear_as_it_is()
                peer.say(b"235 welcome\r\n")
            else:
                peer.say(b"250-ready\r\n250 AUTH SCRAM-SHA-256\r\n" if line.startswith(b"EHLO") else b"250 fine\r\n")

    return serve


def before_others() -> list[str]:
    """The prefix for a command that has a core even if other programs want one; none if that is not permitted."""
    prefix = ["chrt", "--fifo", "1"]
    return prefix if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0 else []


def generator_bound() -> Run:
    salted = {salt: hashlib.pbkdf2_hmac("sha256", b"p", salt, ITERATIONS) for salt in SALTS}
    with hostile(laborious(itertools.count(), salted)) as url:
        return load_inside(before_others(), url, *POP3, "--auth", "scram-sha-256", "--exercise", "noop",
                           "--per-connection", 1, "-c", 8, "-d", "2s")


@contextlib.contextmanager
def stopped_now_and_then(process: int, times: int) -> Iterator[None]:
    """The process has no core for 30 ms of each 100, or so."""
    chance = random.Random(1)
    for _ in range(times):
        time.sleep(chance.uniform(0.04, 0.1))
        os.kill(process, signal.SIGSTOP)
        time.sleep(0.03)
        os.kill(process, signal.SIGCONT)
    yield


def arrivals_off(*words: object) -> Run:
    with Builtin("http://127.0.0.1:0") as server:
        running = Load(server.url, "--quiet", "-c", 64, "-r", 500, "-d", "4s", *words)
        time.sleep(0.5)
        with stopped_now_and_then(running.process.pid, 30):
            return running.finish()


def little() -> Run:
    with Builtin("http://127.0.0.1:0", "--fault", "delay=5ms") as server:
        return load_inside(["env", f"LD_PRELOAD={PLANTED_CLOCK}"], server.url, "-c", 4, "-d", "4s")


@dataclass
class Plant:
    reason: str
    what: str
    run: Callable[[], Run]
    says: str = ""  # in the sentence, where one reason has several


PLANTED = [
    Plant("nothing-completed", "no server listens", nothing_completed),
    Plant("server-lost", "the server is killed", server_lost, "went away"),
    Plant("server-lost", "the server is stopped", server_silent, "stopped answering"),
    Plant("server-restarted", "the server is killed and started again", server_restarted),
    Plant("errors", "one message of 50 is refused", errors),
    Plant("censored", "a connection is silent after 200 replies", censored),
    Plant("rate-not-reached", "1000/s of a server that takes 250/s", rate_not_reached),
    Plant("rate-not-reached", "30 sessions/s of a server that takes 14/s", sessions_not_reached, "sessions"),
    Plant("mix-off", "one pass of two fails", mix_off),
    Plant("ports-exhausted", "5 connections, another program has 7 of 10 ports", ports_exhausted),
    Plant("sessions-unfinished", "sessions last longer than the run waits", sessions_unfinished),
    Plant("too-short", "100 messages, and a rule about p99", too_short),
    Plant("unstable", "each answer takes longer than the one before", drifting, "rose by"),
    Plant("unstable", "slow in the middle third", correlated, "went up and down"),
    Plant("generator-bound", "20,000 iterations of SCRAM for each message", generator_bound),
    Plant("arrivals-off", "the client is stopped now and then", arrivals_off, "equal intervals"),
    Plant("arrivals-off", "the same, Poisson arrivals", lambda: arrivals_off("--arrival", "poisson"), "random intervals"),
]


# Of runs that watch mailboxes and of those that verify: test_deliver.py and test_verify.py plant them.
ELSEWHERE = {"delivery-lost", "delivery-twice", "delivery-elsewhere", "watch-broken", "wrong-answers", "nothing-verified",
             "rank-lost"}


class Planted(LoadTest):
    def check(self, plant: Plant) -> str:
        """The row of the table."""
        run = plant.run()
        named = [code for code in run.all_reasons if code == plant.reason or code not in OF_THE_TESTS]
        self.assertEqual(named, [plant.reason], run.report["verdict"])
        self.assertFalse(run.report["verdict"]["valid"])
        sentence = next(one["sentence"] for one in run.report["verdict"]["reasons"] if one["code"] == plant.reason)
        self.assertIn(plant.says, sentence)
        if plant.reason != "little":  # whose figures are wrong
            self.assert_whole(run)
        return f"{plant.reason:<20}{plant.what:<52}{', '.join(named)}"

    def test_each_run_trips_its_reason_and_no_other(self) -> None:
        rows = []
        for plant in PLANTED:
            with self.subTest(f"{plant.reason}: {plant.what}"):
                rows.append(self.check(plant))
        print(f"\n{'reason':<20}{'planted':<52}tripped", *rows, sep="\n")

    def test_there_is_a_run_for_each_reason(self) -> None:
        verdict = SCHEMA.schema["properties"]["verdict"]["properties"]["reasons"]["items"]["properties"]
        self.assertEqual({plant.reason for plant in PLANTED} | {"little"} | ELSEWHERE, set(verdict["code"]["enum"]))

    @unittest.skipUnless(PLANTED_CLOCK, "BACKTALK_PLANTED_CLOCK is not set: run it by ctest")
    def test_a_clock_that_is_set_back_trips_little_and_no_other(self) -> None:
        print("", self.check(Plant("little", "the clock is set back by 50 ms", little)), sep="\n")


class Quiet(LoadTest):
    def test_runs_trip_none(self) -> None:
        """But for what a busy machine does to them."""
        named = []
        for number in range(QUIET_RUNS):
            with Builtin("smtp://127.0.0.1:0", "--fault", "delay=1ms") as server:
                run = load(server.url, "-c", 10, "-d", "2s", *(("-r", 400) if number % 2 else ()))
            self.assert_whole(run)
            named.append(run.all_reasons)
            self.assertEqual([code for code in run.all_reasons if code not in OF_THE_TESTS - {"too-short"}], [],
                             run.report["verdict"])
        tripped = [codes for codes in named if codes]
        print(f"\n{len(tripped)} of {QUIET_RUNS} quiet runs tripped a reason: {tripped}")


if __name__ == "__main__":
    unittest.main()
