# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`--server-pid`: the server's CPU time and memory, of the process and its descendants."""

import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from load import Load, LoadTest, load
from servers.builtin import Builtin

BURN_S = 0.02
# Of what is read: the kernel's clock has steps of 10 ms, for user and system time and each process.
STEPS_S = 0.15

# A web server that forks for each connection, as many do: what it uses, children that have ended use. Each request
# burns CPU time.
FORKING = f"""
import http.server, os, socketserver, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        until = time.process_time() + {BURN_S}
        while time.process_time() < until:
            pass
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass

class Server(socketserver.ForkingMixIn, http.server.HTTPServer):
    pass

server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def cpu_s(pid: int) -> float:
    """Of a process, of its children, and of those of them that it has waited for."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if pid in (int(stat.parent.name), int(fields[1])):
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


class ServerPid(LoadTest):
    def start(self) -> tuple[subprocess.Popen[str], str]:
        server = subprocess.Popen([sys.executable, "-c", FORKING], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return server, f"http://127.0.0.1:{server.stdout.readline().strip()}/"

    def test_what_the_server_uses_is_what_the_kernel_says(self) -> None:
        server, url = self.start()
        before = cpu_s(server.pid)
        run = Load(url, "-n", 40, "-c", 2, "--per-connection", 5, "--timeout", "60s", "--server-pid", server.pid).finish()
        after = cpu_s(server.pid)
        self.assert_all_completed(run, 40)
        used = run.report["server"]
        self.assertEqual((used["pid"], run.report["workload"]["server_pid"]), (server.pid, server.pid))
        self.assertGreater(used["cpu_s"], 40 * BURN_S - STEPS_S)
        self.assertLess(used["cpu_s"], after - before + STEPS_S)
        self.assertRegex(run.out, r"\nserver \d\.\d\d s of CPU, \S+ ms per request, at most \S+ MiB of memory\n")

    def test_a_server_with_one_process_has_its_memory(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            run = load(server.url, "-d", "1s", "-c", 2, "--server-pid", server.pid)
            resident = server.resident_kb() * 1024
        self.assert_whole(run)
        self.assertGreater(run.report["server"]["cpu_s"], 0)
        self.assertGreater(run.report["server"]["rss_max_bytes"], resident / 2)
        self.assertLess(run.report["server"]["rss_max_bytes"], resident * 2)

    def test_without_it_there_is_nothing(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            run = Load(server.url, "-n", 10).finish()
        self.assertIsNone(run.report["server"])
        self.assertIsNone(run.report["workload"]["server_pid"])
        self.assertNotIn("\nserver ", run.out)

    def test_a_process_that_is_not_there_is_refused(self) -> None:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        for pid in (gone.pid, 4_294_967_297, 2**64 - 1):
            run = load("http://127.0.0.1:9/", "-n", 1, "--server-pid", pid)
            self.assertEqual(run.code, 2)
            self.assertIn(f"--server-pid {pid}: no such process", run.err)
        for text in ("0", "-1", "x"):
            self.assertEqual(load("http://127.0.0.1:9/", "-n", 1, "--server-pid", text).code, 2)

    def test_a_server_that_dies_is_noted(self) -> None:
        server, url = self.start()
        running = Load(url, "--quiet", "-d", "60s", "-c", 1, "--timeout", "1s", "--server-pid", server.pid)
        while len(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()) == 0:  # until it is loaded
            time.sleep(0.05)
        time.sleep(1)
        server.send_signal(signal.SIGKILL)
        server.wait()
        time.sleep(0.5)
        run = running.interrupt()
        self.assert_whole(run)
        self.assertIn(f"the process {server.pid} of --server-pid ended during the run", run.notes)


if __name__ == "__main__":
    unittest.main()
