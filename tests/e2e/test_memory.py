# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What 10,000 connections of one thread cost in memory, and what happens where the machine allows fewer."""

import os
import resource
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, program, read_report
from servers.builtin import Builtin
from servers.hostile import hostile

MANY, FEW = 10_000, 100
OCTETS_MAX = 8192  # for each connection, in clear text
BESIDE = 100  # files that are open beside the connections
LOGIN = ("--user", "u1", "--password", "pass")


def files_allowed() -> int:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return MANY + BESIDE if hard == resource.RLIM_INFINITY else hard


def watches_its_memory() -> bool:
    """A build for a sanitizer, which has its own memory for every octet of the program's."""
    octets = Path(program()).read_bytes()
    return any(name in octets for name in (b"__asan_init", b"__tsan_init", b"__msan_init"))


class Memory(LoadTest):
    def resident_octets(self, url: str, connections: int, *options: object) -> int:
        """The most that a run has had in memory, in which every connection completed two transactions."""
        with tempfile.TemporaryDirectory(prefix="backtalk-memory-") as folder:
            result = Path(folder) / "result.json"
            with subprocess.Popen([program(), "load", url, "-c", str(connections), "-n", str(2 * connections), "-t", "1",
                                   "--timeout", "30s", "--quiet", "--json", str(result), *map(str, options)]) as run:
                _, status, used = os.wait4(run.pid, 0)
                run.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(run.returncode, 0)
            report = read_report(result.read_text())
        self.assertEqual(report["connections"]["ready_at_start"], connections)
        self.assertEqual(report["transactions"]["completed"], 2 * connections)
        return used.ru_maxrss * 1024

    @unittest.skipIf(files_allowed() < MANY + BESIDE, f"the hard limit of `ulimit -n` is below {MANY + BESIDE}")
    @unittest.skipIf(watches_its_memory(), "a sanitizer has memory of its own for each octet")
    def test_ten_thousand_connections_on_one_thread(self) -> None:
        for scheme, options in (("smtp", ()), ("pop3", LOGIN), ("imap", LOGIN), ("http", ())):
            with self.subTest(scheme), Builtin(f"{scheme}://127.0.0.1:0", "-c", str(MANY)) as server:
                few, many = (self.resident_octets(server.url, count, *options) for count in (FEW, MANY))
                self.assertLessEqual((many - few) / (MANY - FEW), OCTETS_MAX, "octets for each connection")

    def test_too_few_open_files_are_told_before_the_first_connection(self) -> None:
        heard = []
        with hostile(heard.append) as url:
            run = subprocess.run([program(), "load", url, "-c", str(MANY), "--quiet"], capture_output=True,
                                 text=True, timeout=30, check=False,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024)))
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertRegex(run.stderr, r"10000 connections .* need (\d+) open files .* may open 1024: .*`ulimit -n \1`")
        self.assertEqual(heard, [], "it had connected already")


if __name__ == "__main__":
    unittest.main()
