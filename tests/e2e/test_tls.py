# SPDX-License-Identifier: Apache-2.0 OR MIT
"""TLS, from the start and by STARTTLS, against the built-in servers, a real one, and Python's clients."""

import http.client
import smtplib
import ssl
import tempfile
import unittest
from pathlib import Path

from load import BDAT, GROUPS, LOCK_STEP, LoadTest, load
from servers.builtin import Builtin
from servers.exim import Exim
from servers.smtp_sink import SmtpSink


class BuiltinTls(LoadTest):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.trusted = Path(folder.name) / "trusted.pem"

    def serve(self, url: str, *options: str) -> Builtin:
        return Builtin(url, "--save-cert", str(self.trusted), *options)

    def test_every_mode_of_sending_counts_every_message(self) -> None:
        for mode in (LOCK_STEP, GROUPS, BDAT):
            with self.subTest(mode=mode), self.serve("smtps://127.0.0.1:0") as server:
                run = load(server.url, "--cafile", self.trusted, "-n", 2000, "-c", 8, *mode)
                self.assert_all_completed(run, 2000)
                self.assertEqual(server.messages(), 2000)
                tls = run.report["target"]["tls"]
                self.assertEqual((tls["version"], tls["verified"]), ("TLSv1.3", True))
                self.assertEqual(run.report["connections"]["handshakes"], {"full": 8, "resumed": 0, "failed": 0})
                octets = run.report["bytes"]
                self.assertGreater(octets["wire_sent"], octets["sent"])
                self.assertGreater(octets["wire_received"], octets["received"])

    def test_starttls(self) -> None:
        for url in ("smtp://127.0.0.1:0", "lmtp://127.0.0.1:0"):
            with self.subTest(url=url), self.serve(url) as server:
                run = load(server.url, "--starttls", "--cafile", self.trusted, "-n", 500, "-c", 4, *GROUPS)
                self.assert_all_completed(run, 500)
                self.assertEqual(run.ok("STARTTLS"), 4)
                self.assertEqual(server.messages(), 500)

    def test_https(self) -> None:
        for path in ("/100", "/chunked/50000", "/close/100"):
            with self.subTest(path=path), self.serve("https://127.0.0.1:0") as server:
                run = load(server.url + path, "--cafile", self.trusted, "-n", 200, "-c", 4)
                self.assert_all_completed(run, 200)
                self.assertEqual(server.counts()["requests"], 200)

    def test_each_fault_of_a_certificate_has_its_name(self) -> None:
        with self.serve("smtps://127.0.0.1:0") as server:
            for name, options in (("tls-issuer", ()),
                                  ("tls-name", ("--cafile", self.trusted, "--sni", "other.example"))):
                with self.subTest(name=name):
                    run = load(server.url, "-n", 5, "-c", 1, "--timeout", "1s", *options)
                    self.assert_whole(run)
                    self.assertEqual(run.code, 1)
                    self.assertEqual(run.errors.keys(), {name})
                    self.assertEqual(run.transactions["completed"], 0)
            self.assert_all_completed(load(server.url, "-n", 5, "--insecure"), 5)
            self.assertEqual(server.messages(), 5)

    def test_a_version_in_common_is_needed(self) -> None:
        with self.serve("smtps://127.0.0.1:0", "--tls-version", "1.2") as server:
            run = load(server.url, "-n", 5, "--insecure")
            self.assert_all_completed(run, 5)
            self.assertEqual(run.report["target"]["tls"]["version"], "TLSv1.2")
            run = load(server.url, "-n", 5, "-c", 1, "--insecure", "--tls-version", "1.3", "--timeout", "1s")
            self.assertEqual(run.errors.keys(), {"tls-version"})

    def test_the_share_of_resumed_handshakes_is_the_one_asked_for(self) -> None:
        for version in ("1.2", "1.3"):
            with self.subTest(version=version), self.serve("smtps://127.0.0.1:0") as server:
                run = load(server.url, "--insecure", "--tls-version", version, "--resume", "70%", "-c", 1,
                           "-n", 100, "--per-connection", 1)
                self.assert_all_completed(run, 100)
                handshakes = run.report["connections"]["handshakes"]
                self.assertAlmostEqual(handshakes["resumed"], 70, delta=2)
                self.assertEqual(handshakes["failed"], 0)

    def test_a_server_that_speaks_no_tls_is_told_from_one_that_is_not_there(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            run = load(server.url.replace("smtp:", "smtps:"), "-n", 5, "-c", 1, "--timeout", "1s")
            self.assert_whole(run)
            self.assertEqual(run.errors.keys(), {"tls-bad-record"})

    def test_options_without_effect_are_refused(self) -> None:
        for url, options in (("smtp://127.0.0.1:9", ("--insecure",)), ("smtps://127.0.0.1:9", ("--starttls",)),
                             ("http://127.0.0.1:9", ("--starttls",)),
                             ("smtps://127.0.0.1:9", ("--insecure", "--cafile", "/dev/null"))):
            run = load(url, *options)
            self.assertEqual(run.code, 2, options)
            self.assertIn("has no effect", run.err)

    def test_python_speaks_with_the_built_in_servers(self) -> None:
        with self.serve("smtp://127.0.0.1:0") as server:
            client = smtplib.SMTP(*server.address(), timeout=10)
            client.starttls(context=ssl.create_default_context(cafile=str(self.trusted)))
            client.sendmail("a@here.test", ["b@here.test"], "Subject: x\r\n\r\nHello\r\n")
            client.quit()
            self.assertEqual(server.messages(), 1)
        with self.serve("https://127.0.0.1:0") as server:
            host, port = server.address()
            context = ssl.create_default_context(cafile=str(self.trusted))
            connection = http.client.HTTPSConnection(host, port, context=context, timeout=10)
            connection.request("GET", "/5000")
            self.assertEqual(len(connection.getresponse().read()), 5000)
            connection.close()


class NoStartTls(LoadTest):
    @unittest.skipIf(SmtpSink.why_not(), SmtpSink.why_not())
    def test_without_the_offer_nothing_goes_out_in_clear_text(self) -> None:
        with SmtpSink() as sink:
            run = load(sink.url, "--starttls", "--insecure", "-n", 5, "-c", 1, "--timeout", "1s")
            self.assert_whole(run)
            self.assertEqual(run.code, 1)
            self.assertEqual(run.errors.keys(), {"starttls-missing"})
            self.assertEqual(run.sent("MAIL"), 0)
            self.assertEqual(sink.messages(), 0)


@unittest.skipIf(Exim.why_not(), Exim.why_not())
class EximStartTls(LoadTest):
    def test_messages_go_through_it(self) -> None:
        with Exim() as server:
            run = load(server.url, "--starttls", "--cafile", server.directory / "cert.pem", "--to", "u@example.org",
                       "-n", 60, "-c", 4, *GROUPS)
            self.assert_all_completed(run, 60)
            self.assertEqual(run.report["target"]["tls"]["verified"], True)
            self.assertEqual(run.ok("STARTTLS"), 4)


if __name__ == "__main__":
    unittest.main()
