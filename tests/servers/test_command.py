# SPDX-License-Identifier: Apache-2.0 OR MIT
"""python3 -m servers: starts one by hand, prints its URLs, ends on a signal."""

import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

import traces

TOP = Path(__file__).resolve().parents[2]
WAIT_S = 20


class Command(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-command-")
        self.addCleanup(folder.cleanup)
        self.directory = Path(folder.name) / "server"

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, "-B", "-m", "servers", *map(str, arguments)], cwd=TOP, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def ended(self, *arguments: object) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=WAIT_S)
        return process.returncode, out, err

    def test_it_prints_urls_and_ends_on_a_signal(self) -> None:
        for number, ending in enumerate((signal.SIGTERM, signal.SIGINT)):
            directory = self.directory / str(number)
            process = self.start("python", "--directory", directory)
            service, url = process.stdout.readline().split()
            self.assertEqual(service, "http")
            with urllib.request.urlopen(f"{url}/page.html", timeout=WAIT_S) as answer:
                self.assertEqual(answer.status, 200)
            self.assertNotEqual(traces.processes(directory), [])
            process.send_signal(ending)
            self.assertEqual(process.wait(WAIT_S), 0, process.stderr.read())
            self.assertEqual(traces.processes(directory), [])
            self.assertEqual(traces.open_ports([int(url.rsplit(":", 1)[1])]), [])
            self.assertIn("GET /page.html", (directory / "output").read_text())

    def test_a_server_that_ends_by_itself_is_reported(self) -> None:
        process = self.start("python", "--directory", self.directory)
        process.stdout.readline()
        main = next(line for line in traces.processes(self.directory) if "http.server" in line)
        subprocess.run(["kill", main.split()[0]], check=True)
        _, err = process.communicate(timeout=WAIT_S)
        self.assertEqual(process.returncode, 1)
        self.assertIn("python has ended", err)

    def test_a_directory_with_files_is_refused(self) -> None:
        self.directory.mkdir()
        (self.directory / "mine").touch()
        code, _, err = self.ended("python", "--directory", self.directory)
        self.assertEqual(code, 2)
        self.assertIn("is not empty", err)
        self.assertEqual([path.name for path in self.directory.iterdir()], ["mine"])

    def test_an_unknown_server_is_refused(self) -> None:
        code, _, err = self.ended("nonesuch")
        self.assertEqual(code, 2)
        self.assertIn("nonesuch", err)

    def test_without_a_name_it_lists_the_servers(self) -> None:
        code, out, _ = self.ended()
        self.assertEqual(code, 0)
        self.assertIn("python       can be started\n", out)


if __name__ == "__main__":
    unittest.main()
