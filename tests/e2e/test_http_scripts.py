# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Scripts of HTTP against the built-in server, nginx and Apache: what is said, compared and counted."""

import tempfile
import unittest
import urllib.request
from pathlib import Path

from load import LoadTest, Run, load
from seed_conversations import seed_conversation
from servers.apache import SETTINGS as APACHE_SETTINGS
from servers.apache import Apache
from servers.builtin import Builtin
from servers.nginx import SETTINGS as NGINX_SETTINGS
from servers.nginx import Nginx
from servers.web import WebServer

HTTP = "http://127.0.0.1:0"
HOST = "C: Host: {host}"


def request(line: str, *fields: str, host: bool = True) -> list[str]:
    return [f"C: {line}", *([HOST] if host else []), *(f"C: {field}" for field in fields), "C:"]


def get(target: str, *fields: str) -> list[str]:
    return request(f"GET {target} HTTP/1.1", *fields)


SEED_CONVERSATIONS = {title: seed_conversation(title)
                      for title in ("HTTP/1.0", "HTTP/1.1, one request", "HTTP/1.1, connection kept")}


class ScriptTest(LoadTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="backtalk-http-scripts-")))

    def run_text(self, url: str, lines: list[str], *options: object, passes: int = 20) -> Run:
        path = self.folder / "script.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return load(url, "--script", path, "-c", 2, "-n", passes, *options)


class BuiltinScripts(ScriptTest):
    def setUp(self) -> None:
        self.server = self.enterContext(Builtin(HTTP))

    def run_lines(self, *lines: str, depth: int = 1, passes: int = 20) -> Run:
        return self.run_text(self.server.url, list(lines), "-p", depth, passes=passes)

    def test_the_seed_conversations_are_a_connection_a_pass(self) -> None:
        for name, lines in SEED_CONVERSATIONS.items():
            for titled in (False, True):
                with self.subTest(name=name, titled=titled):
                    run = self.run_lines(*([f"== {name} =="] if titled else []), *lines, depth=4)
                    self.assert_all_completed(run, 20)
                    self.assertGreaterEqual(run.report["connections"]["opened"], 20)
                    self.assertEqual(run.ok("GET"), 20)

    def test_the_text_of_a_chunked_body_is_compared_as_it_is_decoded(self) -> None:
        head = [*get("/chunked/5"), "S: HTTP/1.1 200 OK", "S: Transfer-Encoding: chunked", "S:"]
        with urllib.request.urlopen(f"{self.server.url}/chunked/5", timeout=20) as response:
            said = response.read().decode("latin-1").splitlines()
        for body in (said, ["5", *said, "0", ""]):
            run = self.run_text(self.server.url, [*head, *(f"S: {line}" for line in body)], "--exact")
            self.assert_all_completed(run, 20)
        run = self.run_text(self.server.url, [*head, "S: 5", "S: other", "S: 0", "S:"], "--exact")
        self.assertEqual((run.transactions["failed"], run.errors), (20, {"script-text": 20}))
        self.assertEqual(run.report["examples"][0]["expected"], '"other"')
        self.assertEqual(run.report["commands"]["GET"]["unexpected"], 20)

    def test_the_shipped_script_asks_for_what_the_url_names(self) -> None:
        run = load(f"{self.server.url}/status/302", "--script", "get", "-n", 20)
        self.assert_all_completed(run, 20)
        self.assertEqual(run.report["commands"]["GET"]["codes"], {"302": 20})
        run = load(f"{self.server.url}/status/404", "--script", "get", "-n", 20, "--ok", "404")
        self.assert_all_completed(run, 20)

    def test_server_and_client_count_the_same_requests(self) -> None:
        for depth in (1, 8):
            with Builtin(HTTP) as server:
                run = self.run_text(server.url, [
                    "== once", *get("/5"), "S: HTTP/1.1 200", "S: Content-Length: {octets:=2}",
                    "== pass x3", *get("/{octets}"), *get("/chunked/100"), "S: HTTP/1.1 200", "S: HTTP/1.1 2xx",
                    "== pass", *request("POST /2 HTTP/1.1", "Content-Length: {*}"), "C: n={random}", "S: HTTP/1.1 200",
                    "== end", *get("/status/404"), "S: HTTP/1.1 404"], "-p", depth, passes=200)
                self.assert_all_completed(run, 200)
                opened = run.report["connections"]["opened"]
                self.assertEqual((run.sent("GET"), run.sent("POST")), (2 * opened + 300, 50))
                self.assertEqual(server.counts()["requests"], 2 * opened + 350)
                self.assertEqual(server.counts()["octets_received"], 50 * len("n=0123456789abcdef"))

    def test_content_goes_out_as_it_is_written(self) -> None:
        run = self.run_lines("== pass", *request("PUT /1 HTTP/1.1", "Content-Length: 12"), "C: Hello", "C: there", "S: *",
                             *request("POST /1 HTTP/1.1", "Transfer-Encoding: chunked"), "C: 5", "C: Hello", "C: 0", "C:",
                             "S: *", *request("PUT /1 HTTP/1.1", "Expect: 100-continue", "Content-Length: 5"),
                             "S: HTTP/1.1 100 Continue", "C: Hello", "S: HTTP/1.1 200")
        self.assert_all_completed(run, 20)
        self.assertEqual(self.server.counts()["octets_received"], 20 * (12 + 5 + 5))

    def test_users_are_those_of_the_connections(self) -> None:
        lines = ["== pass", *request("POST / HTTP/1.1", "Content-Length: {*}"), "C: {user}:{password}", "S: HTTP/1.1 200"]
        self.assert_all_completed(self.run_text(self.server.url, lines, "--user", "ann", "--password", "pass"), 20)
        self.assertEqual(self.server.counts()["octets_received"], 20 * len("ann:pass"))
        run = self.run_text(self.server.url, lines)
        self.assertEqual(run.code, 2)
        self.assertIn("the script needs --user and --password", run.err)

    def test_an_answer_that_is_not_expected_fails_its_pass(self) -> None:
        for depth in (1, 8):
            for expected, status, name in (("S: HTTP/1.1 204", 200, "script-unexpected-reply"),
                                           ("S: HTTP/1.1 404", 200, "script-unexpected-reply"),
                                           ("S: HTTP/1.1 200", 404, "reply-4xx"), ("S: HTTP/1.1 2xx", 503, "reply-5xx"),
                                           ("S: HTTP/1.1 2xx", 302, "script-unexpected-reply")):
                with self.subTest(depth=depth, expected=expected, status=status):
                    run = self.run_lines("== pass", *get(f"/status/{status}"), expected, *get("/1"), depth=depth)
                    self.assert_whole(run)
                    self.assertEqual((run.code, run.errors), (1, {name: 20}))
                    self.assertEqual(run.sent("GET"), 20)
                    self.assertEqual({example["script_line"] for example in run.report["examples"]}, {5})
                    self.assertIn("(line 5 of the script)", run.err)

    def test_a_word_that_is_missing_fails_its_pass(self) -> None:
        run = self.run_lines("== pass", *get("/1"), "S: HTTP/1.1 200", "S: Location: {where:=2}", *get("{where}"))
        self.assertEqual(run.errors, {"script-unexpected-reply": 20})

    def test_a_server_that_misbehaves_fails_passes_and_nothing_else(self) -> None:
        lines = ["== pass", *get("/1"), *get("/2"), "S: HTTP/1.1 200", "S: HTTP/1.1 200"]

        def check(fault: str) -> None:
            with Builtin(HTTP, "--fault", fault) as server:
                path = self.folder / f"{fault.split('=')[0]}.txt"
                path.write_text("\n".join(lines), encoding="utf-8")
                run = load(server.url, "--script", path, "-n", 16, "-c", 2, "-p", 4, "--timeout", "500ms")
            self.assert_whole(run)
            self.assertEqual(run.code, 1)

        self.side_by_side(check, ("close=3", "reset=3", "half=3", "nul=3", "mute=3", "cut-body=3"))

    def test_what_has_no_effect_is_refused(self) -> None:
        lines = ["== pass", *get("/1")]
        for options, why in ((("-X", "POST"), "--method has no effect with --script"),
                             (("-H", "A: b"), "--header has no effect with --script"),
                             (("--user", "u", "--password", "p"), "the script has neither {user} nor {password}")):
            run = self.run_text(self.server.url, lines, *options)
            self.assertEqual(run.code, 2, options)
            self.assertIn(why, run.err)
        run = self.run_text(self.server.url + "/page", lines)
        self.assertEqual(run.code, 2)
        self.assertIn("{path} stands for it", run.err)
        run = load(self.server.url, "--user", "u", "--password", "p", "-n", 1)
        self.assertEqual(run.code, 2)
        self.assertIn("--user has no effect without --script", run.err)

    def test_a_mistake_is_shown_where_it_is(self) -> None:
        run = self.run_lines("== pass", *request("PUT / HTTP/1.1", "Content-Length: 4"), "C: hello")
        self.assertEqual(run.code, 2)
        self.assertRegex(run.err, r"script\.txt:6:8: the content ends before this, after 4 octets")


class PatientNginx(Nginx):
    """It does not close connections that a loaded machine leaves idle for a while."""

    settings = NGINX_SETTINGS.replace("_timeout 3s", "_timeout 60s")


class PatientApache(Apache):
    """Nor does it end them after 100 requests."""

    settings = (APACHE_SETTINGS.replace("Timeout 3\n", "Timeout 60\n")
                .replace("KeepAliveTimeout 2", "KeepAliveTimeout 60\nMaxKeepAliveRequests 0")
                .replace("RequestReadTimeout header=20-40,minrate=500 body=10,minrate=500\n", ""))


class RealServers(ScriptTest):
    """A validator, a redirect and a mix, of servers that have them."""

    def check(self, server: WebServer) -> None:
        lines = ["== once", *get("/page.html"), "S: HTTP/1.1 200 OK", "S: ETag: {tag:=2}",
                 "== pass x2", *get("/page.html", "If-None-Match: {tag}"), "S: HTTP/1.1 304",
                 *request("HEAD /page.html HTTP/1.1"), *get("/missing"), "S: HTTP/1.1 2xx", "S: HTTP/1.1 404",
                 "== pass", *get("/folder"), "S: HTTP/1.1 301", "S: Location: {where:=2}", *get("{where}"),
                 "S: HTTP/1.1 200",
                 *request("GET http://www.example.org/page.html HTTP/1.0", "Connection: keep-alive"),
                 "S: HTTP/1.1 200"]
        for depth in (1, 8):
            with self.subTest(depth=depth):
                run = self.run_text(server.url, lines, "-p", depth, "--allow-failures", "20%", passes=60)
                self.assert_whole(run)
                self.assertEqual(run.code, 0, run.err)
                # Apache ends processes that it has too many of, and their connections with them.
                self.assertLessEqual(set(run.errors), {"connection-close"} if server.name == "apache" else set())
                if not run.errors:
                    opened = run.report["connections"]["opened"]
                    self.assertEqual((run.ok("GET"), run.ok("HEAD")), (opened + 40 * 2 + 20 * 3, 40))
        run = self.run_text(server.url, SEED_CONVERSATIONS["HTTP/1.0"])
        self.assert_all_completed(run, 20)
        run = self.run_text(server.url, ["== pass", "C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 400"])
        self.assert_all_completed(run, 20)

    @unittest.skipIf(Nginx.why_not(), Nginx.why_not())
    def test_nginx(self) -> None:
        with PatientNginx() as server:
            self.check(server)

    @unittest.skipIf(Apache.why_not(), Apache.why_not())
    def test_apache(self) -> None:
        with PatientApache() as server:
            self.check(server)


if __name__ == "__main__":
    unittest.main()
