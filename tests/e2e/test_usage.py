# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What `backtalk load` refuses to do: exit status 2, a sentence on standard error, and nothing sent."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import load, program
from servers.builtin import Builtin
from servers.hostile import hostile

HERE = "smtp://127.0.0.1:1"

WRONG = {
    "no scheme": ("127.0.0.1:2525",),
    "an unknown scheme": ("gopher://127.0.0.1:70",),
    "no host": ("smtp://",),
    "a port out of range": ("smtp://127.0.0.1:65536",),
    "a port where nothing can listen": ("smtp://127.0.0.1:0",),
    "a path": ("smtp://127.0.0.1:25/inbox",),
    "a share of failures that is none": (HERE, "--allow-failures", "101%"),
    "a ramp without sense": (HERE, "--ramp", "soon"),
    "an unknown option": (HERE, "--no-such-option"),
    "no connections": (HERE, "-n", 1, "-c", 0),
    "connections that are no number": (HERE, "-n", 1, "-c", "many"),
    "no threads": (HERE, "-n", 1, "-t", 0),
    "a depth of nothing": (HERE, "-n", 1, "-p", 0),
    "a duration without sense": (HERE, "-d", "soon"),
    "a negative rate": (HERE, "-n", 1, "-r", -5),
    "an unknown arrival": (HERE, "-n", 1, "-r", 5, "--arrival", "bursts"),
    "an unknown submission": (HERE, "-n", 1, "--data", "pigeon"),
    "a message that is not there": (HERE, "-n", 1, "--message", "/nonexistent/message"),
    "a message that is a folder": (HERE, "-n", 1, "--message", "/etc"),
    "a message without an end": (HERE, "-n", 1, "--message", "/dev/zero"),
    "a negative count": (HERE, "-n", -1),
    "a count that is too large": (HERE, "-n", 1 << 64),
    "a count that may be octal": (HERE, "-n", "010"),
    "negative transactions on each connection": (HERE, "-n", 1, "--per-connection", -1),
    "a negative seed": (HERE, "-n", 1, "-r", 5, "--seed", -1),
    "a rate beyond all machines": (HERE, "-n", 1, "-r", "1e9"),
    "a threshold that nothing crosses": (HERE, "-n", 1, "--fail-if", "failed>nan"),
    "an infinite threshold": (HERE, "-n", 1, "--fail-if", "per_s<inf"),
    "a unit in pieces": (HERE, "-n", 1, "--fail-if", "p99>10 m s"),
    "a number in pieces": (HERE, "-n", 1, "--fail-if", "p99>1 0ms"),
    "a latency without a unit": (HERE, "-n", 1, "--fail-if", "p99>10"),
    "a hello without a name": (HERE, "-n", 1, "--hello", ""),
    "a message smaller than its header": (HERE, "-n", 1, "--size", 10),
    "a sender that grows too long": (HERE, "-n", 1, "--from", "{n}" * 30 + "@example.org"),
    "an unknown order": (HERE, "-n", 1, "-p", 2, "--next", "before-dot"),
    "an unknown exercise": (HERE, "-n", 1, "--exercise", "vrfy"),
    "a recipient with a line end": (HERE, "-n", 1, "--to", "a@b\r\nDATA"),
}

# An option that would do nothing, and what the sentence names as the reason.
IGNORED = {
    "arrival in closed loop": (("--arrival", "poisson"), "--rate"),
    "arrival in closed loop, as it is by default": (("--arrival", "constant"), "--rate"),
    "batches in open loop": (("-r", 5, "--batch-wait", "2ms"), "--rate"),
    "a sender of no message": (("--exercise", "noop", "--from", "a@b"), "--exercise"),
    "a recipient of no message": (("--exercise", "rset", "--to", "a@b"), "--exercise"),
    "the size of no message": (("--exercise", "noop", "--size", 2000), "--exercise"),
    "no message by BDAT": (("--exercise", "noop", "--data", "bdat"), "--exercise"),
    "the size of a file": (("--message", "/dev/null", "--size", 2000), "--message"),
    "groups in lock step": (("--next", "after-reply"), "--pipeline 2"),
    "groups of no message": (("-p", 8, "--exercise", "noop", "--next", "after-reply"), "--exercise"),
}

ELSEWHERE = ["smtp://169.254.169.254:25", "smtp://[fe80::1%lo]:25", "smtp://192.0.2.1:25", "smtp://8.8.8.8:25", "smtp://[2001:db8::1]:25", "lmtp://203.0.113.9:24"]


class Usage(unittest.TestCase):
    def assert_refused(self, *arguments: object) -> str:
        run = load(str(arguments[0]), *arguments[1:], limit_s=15)
        self.assertEqual(run.code, 2, run.err)
        self.assertTrue(run.err.strip(), "it says nothing")
        self.assertEqual(run.report, {})
        return run.err

    def test_mistakes_are_refused(self) -> None:
        for name, arguments in WRONG.items():
            with self.subTest(name):
                self.assert_refused(*arguments)

    def test_a_command_line_without_what_it_needs_names_the_help(self) -> None:
        for words, said in (((), "backtalk: name a command: load, compare, differ, merge, calibrate, fill, report, serve, talk, parse or seeds"),
                            (("lod",), "backtalk: unknown command `lod`; did you mean `load`?"),
                            (("help",), "backtalk: unknown command `help`; did you mean `--help`?"),
                            (("version",), "backtalk: unknown command `version`; did you mean `--version`?"),
                            (("serve",), "backtalk serve: URL is required; `backtalk serve --help` lists the options"),
                            (("parse", "smtp", "a", "b"), "backtalk parse: unexpected argument `b`; `backtalk parse"),
                            (("talk", "smpt://127.0.0.1:25"), "unknown scheme `smpt`; did you mean `smtp`?"),
                            (("serve", "imasp://127.0.0.1:0"), "unknown scheme `imasp`; did you mean `imap`?"),
                            (("load", "htp://127.0.0.1"), "unknown scheme `htp`; did you mean `http`?"),
                            (("talk", "smtp://127.0.0.1:70000"), "there is no port 70000: the last is 65535"),
                            (("talk", "http://127.0.0.1/x"), "leave out `/x`; it stands in what you type: GET /x"),
                            (("talk", "--hlep"), "unknown option `--hlep`; did you mean `--help`?"),
                            (("load", "smtp://127.0.0.1:1", "--thrads", "2"), "unknown option `--thrads`; did you mean `--threads`?"),
                            (("load", "smtp://127.0.0.1:1", "--n", "5"), "unknown option `--n`; did you mean `-n`?"),
                            (("load", "smtp://127.0.0.1:1", "-r", "1e400"), "--rate must be greater than zero and at most"),
                            # One letter of two is no slip: it could be any option.
                            (("load", "smtp://127.0.0.1:1", "--xt", "2"), "unknown option `--xt`; `backtalk load --help` lists the"),
                            (("load", "smtp://127.0.0.1:1", "--bogus"), "unknown option `--bogus`; `backtalk load --help` lists the"),
                            (("xyz",), "unknown command `xyz`; the commands are load, compare"),
                            (("load", "smtp://127.0.0.1:1", "-r", "5k"),
                             "--rate: `5k` is not a number: write how many a second, without a unit, such as 5000 or 0.5"),
                            (("load", "127.0.0.1:25"), "expected SCHEME://HOST:PORT, such as smtp://127.0.0.1:2525")):
            with self.subTest(words=words):
                run = subprocess.run([program(), *words], capture_output=True, text=True, timeout=15,
                                     check=False)
                self.assertEqual(run.returncode, 2)
                self.assertIn(said, run.stderr)

    def test_help_is_a_command_too(self) -> None:
        for verb in ("load", "serve", "talk", "parse", "seeds"):
            with self.subTest(verb):
                self.assertEqual(self.run_words("help", verb).stdout, self.run_words(verb, "--help").stdout)
        self.assertIn("unknown command `tlak`; did you mean `talk`?", self.run_words("help", "tlak").stderr)

    def run_words(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program(), *words], capture_output=True, text=True, timeout=15, check=False)

    def test_an_option_without_its_value_is_explained(self) -> None:
        for words, said in ((("load", HERE, "-c"), "backtalk load: `--connections` needs a value, as in `--connections N`: "
                             "number of concurrent sessions; `backtalk load --help` lists the options\n"),
                            (("load", HERE, "-c", "-t", "2"), "`--connections` needs a value"),
                            (("load", HERE, "--tls-version"), "as in `--tls-version any|1.2|1.3`: the version of TLS"),
                            (("load", HERE, "-c", "1", "-c", "2"), "`--connections` may be given only once"),
                            (("load", HERE, "--quiet=x"), "`--quiet` takes no value"),
                            (("load", HERE, "-c", "5", "6"), "unexpected argument `6`"),
                            (("serve", "smtp://127.0.0.1:0", "--fault"), "`--fault` needs a value, as in `--fault FAULT`"),
                            (("parse", "smtp", "--chunk"), "`--chunk` needs a value, as in `--chunk N`")):
            with self.subTest(words=words):
                run = self.run_words(*words)
                self.assertEqual((run.returncode, run.stdout), (2, ""))
                self.assertIn(said, run.stderr)

    def test_the_help_of_a_protocol_has_only_its_options(self) -> None:
        whole = self.run_words("load", "--help").stdout
        self.assertIn("\nMessages (SMTP, LMTP, IMAP):\n", whole)
        for heading in ("TLS", "HTTP", "SMTP and LMTP"):
            self.assertIn(f"\n{heading}:\n", whole)
        options = {"smtp": "--from", "mail": "--auth", "imap": "--message", "http": "--method"}
        has = {"smtp": {"smtp", "mail", "imap"}, "pop3": {"mail"}, "imap": {"mail", "imap"}, "http": {"http"}}
        for protocol, word in (("smtp", "smtp"), ("smtp", "lmtp+unix:/run/x"), ("pop3", "pop3s"), ("imap", "imap://host"),
                               ("http", "https")):
            for words in (("load", "--help", word), ("load", word, "-h")):
                run = self.run_words(*words)
                self.assertEqual((run.returncode, run.stderr), (0, ""))
                self.assertLess(run.stdout.count("\n"), whole.count("\n") - 5)
                self.assertIn("--connections", run.stdout)
                shown = {name for name, option in options.items() if re.search(rf"^  (-.,)?{option} ", run.stdout, re.M)}
                self.assertEqual(shown, has[protocol], run.stdout)
        run = self.run_words("load", "--help", "gopher")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("--help: `gopher` is none of smtp, smtps, lmtp,", run.stderr)

    def test_options_without_effect_are_refused(self) -> None:
        for name, (options, reason) in IGNORED.items():
            with self.subTest(name):
                said = self.assert_refused(HERE, "-n", 1, *options)
                self.assertIn("has no effect", said)
                self.assertIn(reason, said)

    def test_an_option_of_other_protocols_names_their_schemes(self) -> None:
        said = self.assert_refused("http://127.0.0.1:1", "-n", 1, "--auth", "plain")
        self.assertIn("--auth has no effect with http: it is an option of smtp, smtps, lmtp, pop3, pop3s, imap and imaps",
                      said)

    def test_a_mailbox_needs_a_login(self) -> None:
        for url, *options in (("imap://127.0.0.1:1",), ("imaps://127.0.0.1:1", "--script", "flags"),
                              ("imap://127.0.0.1:1", "--script", "append"), ("pop3://127.0.0.1:1",),
                              ("pop3://127.0.0.1:1", "--script", "list")):
            with self.subTest(url, options=options):
                said = self.assert_refused(url, "-n", 1, *options)
                self.assertIn("needs a login: add --user and --password, or --users", said)

    def test_imap_needs_none_for_what_servers_take_in_any_state(self) -> None:
        with Builtin("imap://127.0.0.1:0") as server:
            run = load(server.url_of("imap"), "-n", 3, "--script", "noop")
        self.assertEqual((run.code, run.transactions["completed"]), (0, 3), run.err)

    def test_a_file_that_is_not_there_is_named_with_its_option(self) -> None:
        for option in ("--cafile", "--cert"):
            for file, reason in (("/nonexistent/file", "there is no such file"), ("/etc", "not a readable file")):
                with self.subTest(option, file=file):
                    said = self.assert_refused("smtps://127.0.0.1:1", "-n", 1, option, file)
                    self.assertIn(f"{option} {file}: {reason}", said)
        said = self.assert_refused("smtps://127.0.0.1:1", "-n", 1, "--cert", "/dev/null", "--key", "/nonexistent/key")
        self.assertIn("--key /nonexistent/key: there is no such file", said)

    def test_bad_streams_are_kept_in_a_folder_that_can_be_made_at_once(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            missing = Path(folder) / "missing"
            for name in ("missing/bad", "missing/bad/", "missing/very/bad"):
                said = self.assert_refused(HERE, "-n", 1, "--save-bad", f"{folder}/{name}")
                self.assertIn("there is no folder", said)
                self.assertFalse(missing.exists())
            # A run that is refused makes none.
            self.assert_refused(HERE, "-n", 1, "--save-bad", missing, "--cafile", "/nonexistent")
            self.assertFalse(missing.exists())
            load(HERE, "-n", 1, "--save-bad", missing, "--timeout", "1s")
            self.assertTrue(missing.is_dir())

    def test_a_mistyped_name_is_corrected(self) -> None:
        for words, meant in {
            ("lod", HERE): "`load`",
            ("prase", "smtp"): "`parse`",
            ("load", HERE, "--conections", "5"): "`--connections`",
            ("load", HERE, "--jsno=-", "-n", "1"): "`--json`",
            ("serve", "smtp://127.0.0.1:0", "--falut", "delay=1ms"): "`--fault`",
            ("serve", "smtp://127.0.0.1:0", "--fault", "dealy=1ms"): "`delay`",
            ("parse", "smtp", "--tolerate", "bare-lf"): "'bare_lf'",
        }.items():
            with self.subTest(words):
                run = subprocess.run([program(), *words], input="", capture_output=True, text=True, timeout=15, check=False)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn(f"did you mean {meant}?", run.stderr)

    def test_a_name_like_no_other_is_not_corrected(self) -> None:
        for words in (("benchmark",), ("load", HERE, "--no-such-option"), ("load", HERE, "-z"),
                      ("serve", "smtp://127.0.0.1:0", "--fault", "rust=1")):
            with self.subTest(words):
                run = subprocess.run([program(), *words], capture_output=True, text=True, timeout=15, check=False)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertNotIn("did you mean", run.stderr)
                self.assertIn(words[-1].split("=")[0], run.stderr)

    def test_the_same_options_are_accepted_where_they_have_an_effect(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            for options in (("-r", 50, "--arrival", "poisson"), ("--batch-wait", "2ms"), ("--exercise", "noop", "-p", 4),
                            ("--size", 2000, "--data", "bdat", "-p", 8), ("-p", 2, "--next", "after-reply")):
                with self.subTest(options):
                    run = load(server.url, "-n", 3, *options)
                    self.assertNotEqual(run.code, 2, run.err)
                    self.assertEqual(run.report["transactions"]["completed"], 3)

    def test_a_result_that_cannot_be_written_is_refused_before_the_run(self) -> None:
        heard = []
        with hostile(heard.append) as url:
            run = subprocess.run([program(), "load", url, "-n", "1", "-d", "1s", "--json", "/nonexistent/result.json"],
                                 capture_output=True, text=True, timeout=15, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn("/nonexistent/result.json", run.stderr)
        self.assertEqual(heard, [], "it had connected already")

    def test_public_targets_are_refused(self) -> None:
        for url in ELSEWHERE:
            with self.subTest(url):
                self.assertIn("--i-may-load-this-target", self.assert_refused(url, "-n", 1))


if __name__ == "__main__":
    unittest.main()
