# SPDX-License-Identifier: Apache-2.0 OR MIT
"""HTTP: web servers, the built-in one and Backtalk count the same requests."""

import http.client
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, load
from servers.builtin import Builtin
from servers.nginx import SETTINGS, Nginx

HTTP = "http://127.0.0.1:0"


class BuiltinHttp(LoadTest):
    def assert_agree(self, path: str, *options: object, count: int = 2000) -> dict:
        """Server and client count the same; what the client reports."""
        with Builtin(HTTP) as server:
            run = load(server.url + path, "-n", count, "-c", 8, *options)
            self.assert_all_completed(run, count)
            self.assertEqual(server.counts()["requests"], count)
        return run.report

    def test_each_request_is_counted_once(self) -> None:
        for options in ((), ("-p", 16), ("-t", 2, "-p", 4), ("--per-connection", 7)):
            with self.subTest(options=options):
                report = self.assert_agree("/100", *options)
                self.assertEqual(report["commands"]["GET"]["codes"], {"200": 2000})

    def test_bodies_of_every_framing_are_read_whole(self) -> None:
        for path in ("/", "/0", "/100000", "/chunked/100000", "/close/5000"):
            with self.subTest(path=path):
                self.assert_agree(path, count=200)

    def test_head_has_no_body(self) -> None:
        report = self.assert_agree("/100000", "-X", "HEAD", "-p", 8)
        self.assertLess(report["bytes"]["received"], 2000 * 200)

    def test_a_body_is_sent(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Builtin(HTTP) as server:
            body = Path(folder) / "body"
            body.write_bytes(b"x" * 70_000)
            for options in ((), ("--expect-continue",)):
                self.assert_all_completed(load(server.url + "/5", "-X", "POST", "--body", body, "-n", 50, *options), 50)
            counts = server.counts()
            self.assertEqual((counts["requests"], counts["octets_received"]), (100, 100 * 70_000))

    def test_errors_fail_unless_they_are_asked_for(self) -> None:
        with Builtin(HTTP) as server:
            run = load(server.url + "/status/404", "-n", 20)
            self.assert_whole(run)
            self.assertEqual((run.code, run.errors), (1, {"reply-4xx": 20}))
            self.assertEqual(run.said("reply-4xx"), "HTTP/1.1 404 Not Found")
            self.assert_all_completed(load(server.url + "/status/404", "-n", 20, "--ok", "404"), 20)
            self.assert_all_completed(load(server.url + "/status/302", "-n", 20), 20)

    def test_post_is_pipelined_only_if_that_is_asked_for(self) -> None:
        with Builtin(HTTP) as server:
            run = load(server.url, "-X", "POST", "-p", 2, "-n", 10)
            self.assertEqual(run.code, 2)
            self.assertIn("--pipeline-any-method", run.err)
            self.assert_all_completed(load(server.url, "-X", "POST", "-p", 2, "-n", 10, "--pipeline-any-method"), 10)

    def test_a_header_that_would_be_two_is_refused(self) -> None:
        for header in ("A: b\r\nC: d", "A b", ": x", "Content-Length: 5", "A\n: b"):
            run = load("http://127.0.0.1:9/", "-H", header, "-n", 1)
            self.assertEqual(run.code, 2, header)

    def test_a_server_that_cuts_answers_short_is_found_out(self) -> None:
        def check(fault: str) -> None:
            with Builtin(HTTP, "--fault", fault) as server:
                run = load(server.url, "-n", 16, "-c", 2, "--timeout", "500ms")
            self.assert_whole(run)
            self.assertEqual(run.code, 1)

        self.side_by_side(check, ("close=3", "reset=3", "half=3", "nul=3", "garbage=3", "mute=3", "endless=3"))

    def test_python_reads_the_built_in_server(self) -> None:
        with Builtin(HTTP) as server:
            connection = http.client.HTTPConnection(*server.address(), timeout=10)
            for path, octets in (("/10", 10), ("/chunked/9999", 9999), ("/close/7", 7)):
                connection.request("GET", path)
                self.assertEqual(len(connection.getresponse().read()), octets)


class LoggingNginx(Nginx):
    """It logs each request, and closes connections after 100."""

    settings = SETTINGS.replace("access_log off;", "access_log {directory}/access.log; keepalive_requests 100;")

    def logged(self) -> int:
        """The requests but for those that asked whether it is ready."""
        lines = (self.directory / "access.log").read_text().splitlines()
        return sum("page.html" in line for line in lines)


@unittest.skipIf(Nginx.why_not(), Nginx.why_not())
class NginxCounts(LoadTest):
    def test_each_request_is_in_its_log(self) -> None:
        with LoggingNginx() as server:
            run = load(server.url + "/page.html", "-n", 1000, "-c", 4)
            self.assert_all_completed(run, 1000)
            server.stop()
            self.assertEqual(server.logged(), 1000)

    # nginx answers what it has read, and closes: what was behind it is never answered, and not logged.
    def test_its_limit_of_requests_is_learned(self) -> None:
        with LoggingNginx() as server:
            run = load(server.url + "/page.html", "-n", 2000, "-c", 2, "-p", 8, "--allow-failures", "5%")
            self.assert_whole(run)
            self.assertEqual(run.errors.keys() - {"connection-close"}, set())
            self.assertLessEqual(run.transactions["failed"], 2 * 2 * 7)  # twice on each of two sessions
            self.assertIn("keeps to that number", run.notes)
            server.stop()
            self.assertEqual(server.logged(), run.transactions["completed"])


if __name__ == "__main__":
    unittest.main()
