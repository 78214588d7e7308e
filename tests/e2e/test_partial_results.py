# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What was measured is reported, although a later run cannot be made, or one of the places of a result cannot be
written."""

import json
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from json_schema import Schema
from load import program, run_with_json
from servers.builtin import Builtin


class Vanishing:
    """A server of HTTP at whose N-th request a file vanishes. `load --body` reads it before each run."""

    def __init__(self, at_request: int) -> None:
        folder = tempfile.TemporaryDirectory()
        self._folder = folder
        self.file = Path(folder.name) / "body"
        self.file.write_text("x")
        file, seen, lock = self.file, [], threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    seen.append(1)
                    if len(seen) == at_request:
                        file.unlink()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.words = ("-X", "POST", "--body", self.file)

    def __enter__(self) -> "Vanishing":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()


class LaterRuns(unittest.TestCase):
    """The first run of each is made, and the second cannot be."""

    def run_until_it_vanishes(self, verb: str, schema: str, *words: object, at_request: int = 1) -> tuple[dict, str, str]:
        with Vanishing(at_request) as server:
            done, written = run_with_json(verb, *self.with_url(words, server), limit_s=120)
        self.assertEqual(done.returncode, 1, done.stderr)
        report = json.loads(written or "{}")
        self.assertEqual(Schema.documented(schema).problems(report), [])
        self.assertIn("there is no such file", done.stdout)
        return report, done.stdout, done.stderr

    @staticmethod
    def with_url(words: tuple, server: Vanishing) -> list[object]:
        """`URL` is the server's, behind which stand the options that send the file."""
        return [one for word in words for one in ((server.url, *server.words) if word == "URL" else (word,))]

    def test_of_a_search_for_a_rate(self) -> None:
        report, out, err = self.run_until_it_vanishes("load", "find-rate", "--find-rate", "mean<1h", "-r", 20, "-d", "300ms",
                                                      "-c", 2, "URL")
        self.assertEqual(len(report["steps"]), 1)
        self.assertEqual(report["steps"][0]["rate_per_s"], 20)
        self.assertEqual((report["ended_by"], report["problem"]["step"]), ("problem", 2))
        self.assertIn("no such file", report["problem"]["sentence"])
        self.assertIn("could not be run", out)
        self.assertRegex(err, "failed: step 2, at [0-9]+/s, could not be run: .*no such file")

    def test_of_loads_at_several_shares(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as other:
            report, out, err = self.run_until_it_vanishes(
                "load", "joint", "--at", "50%,100%,150%", "-d", "300ms", "-c", 2, "--", "web", "URL", "-r", 40,
                "--", "mail", other.url, "-r", 40, "--slo", "DOT p50<1h")
        self.assertEqual([step["at"] for step in report["steps"]], [0.5])
        self.assertEqual([side["name"] for side in report["steps"][0]["sides"]], ["web", "mail"])
        self.assertEqual(report["problem"]["at"], 1)
        self.assertEqual((report["met"], report["valid"]), (False, False))
        self.assertTrue(out.startswith("FAILED: at 100 %: web: "), out)
        self.assertIn("DOT p50<1h", out)
        self.assertIn("failed: at 100 %: web: ", err)

    def test_of_repeated_runs(self) -> None:
        report, _, err = self.run_until_it_vanishes("load", "repeat", "--repeat", 3, "-n", 20, "-c", 2, "URL")
        self.assertEqual(len(report["results"]), 1)
        self.assertEqual(report["verdict"]["reasons"][0]["code"], "run-impossible")
        self.assertIn("failed: run 2 of 3 could not be made: ", err)

    def test_of_rounds(self) -> None:
        # Each side is tried, and has five requests in each of six rounds.
        report, _, err = self.run_until_it_vanishes("compare", "compare", "--rounds", 6, "-n", 5, "-c", 1, "--", "a", "URL",
                                                    "--", "b", "URL", at_request=40)
        self.assertGreaterEqual(report["rounds"], 1)
        self.assertLess(report["rounds"], 6)
        self.assertEqual([reason["code"] for reason in report["verdict"]["reasons"]], ["run-impossible"])
        self.assertIn("failed: invalid: round ", err)


class Places(unittest.TestCase):
    """JSON that cannot be written does not cost the summary."""

    def test_what_can_be_written_is(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            url = server.url
            for words, said in ((("load", url, "-n", 20), "20 messages in "),
                                (("load", url, "-n", 20, "--repeat", 2), "2 of 2 runs"),
                                (("load", url, "--find-rate", "mean<1us", "-r", 1, "-d", "20ms"), "no rate was found"),
                                (("load", "-n", 20, "--", "a", url, "--", "b", url), "requested/s"),
                                (("compare", "--rounds", 6, "-n", 20, url, url), "6 rounds in random order")):
                with self.subTest(words):
                    verb, *rest = words
                    done = subprocess.run([program(), verb, "--json", "/dev/full", *map(str, rest)], capture_output=True,
                                          text=True, timeout=120, check=False)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn("--json /dev/full: cannot be written", done.stderr)
                    self.assertIn(said, done.stdout)


if __name__ == "__main__":
    unittest.main()
