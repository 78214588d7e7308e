# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Several loads beside each other: `backtalk load [OPTIONS] -- NAME URL [OPTIONS] -- NAME URL [OPTIONS]`."""

import json
import re
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from json_schema import Schema
from load import SCHEMA as LOAD_SCHEMA
from load import program, run_with_json
from planted import assert_finds_all, assert_requires_all
from servers.builtin import Builtin

SCHEMA = Schema.documented("joint")
LOGIN = ("--user", "u1", "--password", "pass")


def jointly(*words: object, limit_s: float = 120) -> tuple[int, dict, str, str]:
    """The exit status, the JSON, and what was printed."""
    done, written = run_with_json("load", *words, limit_s=limit_s)
    return done.returncode, json.loads(written or "{}"), done.stdout, done.stderr


class JointLoads(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(
            Builtin("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--messages", "10", listens=2))
        cls.smtp = cls.server.url_of("smtp")
        cls.pop3 = cls.server.url_of("pop3")

    def assert_whole(self, report: dict, names: list[str]) -> None:
        self.assertEqual(SCHEMA.problems(report), [])
        for step in report["steps"]:
            self.assertEqual([side["name"] for side in step["sides"]], names)
            self.assertEqual([one["side"] for one in step["mix"]], names)
            for side in step["sides"]:
                self.assertEqual(LOAD_SCHEMA.problems(side["result"]), [])
            self.assertEqual(step["met"], all(rule["met"] for rule in step["slo"]))
            self.assertEqual(step["verdict"]["valid"], not step["verdict"]["reasons"])
        self.assertEqual(report["met"], all(step["met"] for step in report["steps"] if step["required"]))

    def test_two_protocols_run_at_shares_of_their_rates(self) -> None:
        code, report, out, err = jointly(
            "--at", "50%,100%", "-d", "1s", "-c", 4, "--", "mail", self.smtp, "-r", 40, "--slo", "DOT p50<1h,failed<1%",
            "--", "checks", self.pop3, *LOGIN, "-r", 120, "--slo", "STAT p50<1h")
        self.assertEqual(code, 0, out + err)
        self.assert_whole(report, ["mail", "checks"])
        self.assertEqual([step["at"] for step in report["steps"]], [0.5, 1])
        self.assertEqual([[one["asked_share"] for one in step["mix"]] for step in report["steps"]], [[0.25, 0.75]] * 2)
        self.assertEqual([[side["result"]["workload"]["rate_per_s"] for side in step["sides"]] for step in report["steps"]],
                         [[20, 60], [40, 120]])
        self.assertEqual([rule["side"] for rule in report["steps"][0]["slo"]], ["mail", "mail", "checks"])
        self.assertTrue(report["met"])
        self.assertIn("STAT p50<1h", out)
        self.assertIn("50 %: met", out)
        rows = [line.split() for line in out.splitlines() if re.match(r" *(50|100) % ", line)]
        self.assertEqual([row[:4] for row in rows], [["50", "%", "mail", "20"], ["50", "%", "checks", "60"],
                                                     ["100", "%", "mail", "40"], ["100", "%", "checks", "120"]])
        self.assertNotIn("== mail", out)
        self.assertLess(len(out.splitlines()), 20, out)

    def test_one_load_runs_at_shares_of_its_rate(self) -> None:
        code, report, out, err = jointly(self.smtp, "--at", "80%,100%,120%", "-r", 50, "-d", "1s", "-c", 4, "--slo",
                                         "DOT p50<1h,failed<1%")
        self.assertEqual(code, 0, out + err)
        self.assert_whole(report, ["smtp"])
        self.assertEqual([side["result"]["workload"]["rate_per_s"] for step in report["steps"] for side in step["sides"]],
                         [40, 50, 60])
        self.assertTrue(report["met"])
        self.assertRegex(out, r"smtp +DOT p50<1h +80 %: met \(.*\) +100 %: met \(.*\) +120 %: met \(.*\)")

    def test_so_does_one_with_several_targets(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as other:
            url = other.url
            _, report, _, _ = jointly(self.smtp, url, "--weight", "3,1", "--at", "50%,100%", "-r", 40, "-d", "1s", "-c", 4)
        self.assert_whole(report, ["smtp"])
        for step in report["steps"]:
            targets = step["sides"][0]["result"]["targets"]
            self.assertEqual([(one["url"], one["weight"]) for one in targets], [(self.smtp, 3), (url, 1)])
            self.assertEqual([one["connections"]["opened"] for one in targets], [3, 1])

    def test_so_do_sessions_that_arrive_by_the_clock(self) -> None:
        code, report, out, err = jointly(self.pop3, *LOGIN, "--at", "50%,100%", "--session-rate", 60, "-d", "1s", "--slo",
                                         "GREETING p50<1h")
        self.assertEqual(code, 0, out + err)
        self.assert_whole(report, ["pop3"])
        sessions = [step["sides"][0]["result"]["sessions"]["started"] for step in report["steps"]]
        self.assertEqual(sessions, [30, 60])

    def test_what_is_missed_at_a_share_in_parentheses_is_shown_and_fails_nothing(self) -> None:
        """SPECmail2001 publishes what a server does at 120 %, and asks nothing of it there."""
        for shares, code in (("50%,(100%)", 0), ("50%,100%", 1)):
            with self.subTest(shares):
                ended, report, out, err = jointly(self.smtp, "--at", shares, "-r", 100, "-d", "1s", "-c", 4, "--slo", "completed<75")
                self.assertEqual(ended, code, out + err)
                self.assert_whole(report, ["smtp"])
                self.assertEqual([step["met"] for step in report["steps"]], [True, False])
                self.assertEqual(report["met"], code == 0)
                self.assertIn("(100 %): MISSED (100)" if code == 0 else " 100 %: MISSED (100)", out)
                self.assertEqual("failed: at 100 %: smtp: objective completed<75: 100" in err, code == 1)

    def test_details_are_for_those_who_ask(self) -> None:
        words = ("-n", 20, "--", "mail", self.smtp, "--slo", "DOT p50<1h", "--", "checks", self.pop3, *LOGIN)
        _, _, out, _ = jointly("--verbose", *words)
        self.assertLess(out.index("DOT p50<1h"), out.index("== mail, 100 % of the load"), "the answer comes first")
        self.assertIn("== checks, 100 % of the load", out)
        code, _, _, err = jointly("--verbose", "--quiet", *words)
        self.assertEqual(code, 2)
        self.assertIn("--verbose has no effect with --quiet", err)

    def test_the_model_of_specmail2001(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--messages", "3", listens=2) as server, \
                tempfile.TemporaryDirectory() as folder:
            users = {}
            for name, first, last in (("most", 1, 18), ("some", 19, 20)):
                users[name] = Path(folder) / name
                users[name].write_text("".join(f"u{i} pass\n" for i in range(first, last + 1)))
            smtp, pop3 = server.url_of("smtp"), server.url_of("pop3")
            to = [word for i in range(1, 21) for word in ("--to", f"u{i}@example.org")]
            code, report, out, err = jointly(
                "--at", "80%,120%", "-d", "2s", "-c", 20, "--arrival", "poisson", "--",
                "mail", smtp, "--script", "specmail2001", "--per-connection", 1, "-r", 95, *to, "--slo", "DOT p50<1h,failed<1%", "--",
                "checks", pop3, "--users", users["most"], "--script", "specmail2001", "-r", 25, "--slo", "STAT p50<1h", "--",
                "retries", pop3, "--users", users["some"], "--script", "specmail2001", "-r", 75, "--slo", "STAT p50<1h")
        self.assert_whole(report, ["mail", "checks", "retries"])
        # On a loaded machine a second mailbox session may find its mailbox busy, or a rate may be missed.
        self.assertIn(code, (0, 1), out + err)
        for step in report["steps"]:
            mail, checks, retries = (side["result"] for side in step["sides"])
            self.assertEqual(len(mail["mix"]), 20)
            self.assertAlmostEqual(mail["mix"][0]["asked_share"], 0.8573)
            commands = mail["commands"]
            self.assertEqual(commands["MAIL"]["ok"], commands["DOT"]["ok"])
            self.assertEqual(commands["RCPT"]["sent"], sum(n * one["started"] for n, one in enumerate(mail["mix"], 1)))
            for one in (checks, retries):
                self.assertEqual(one["commands"]["RETR"]["sent"], one["commands"]["DELE"]["sent"])
                self.assertGreaterEqual(one["commands"]["STAT"]["ok"], one["transactions"]["completed"])
            self.assertGreater(mail["bytes"]["sent"], 1000 * commands["DOT"]["ok"])

    def test_the_delivery_of_messages_is_timed(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--messages", "0", listens=2) as server:
            users = ("--user", "probe", "--password", "pass")
            code, report, out, err = jointly(
                "-d", "2s", "-c", 1, "--", "probes", server.url_of("smtp"), "--script", "probe", "--to", "probe@example.org", "-r",
                50, "--", "watch", server.url_of("pop3"), *users, "--script", "specmail2001", "-r", 20, "--slo",
                "delivery p50<1h")
        self.assert_whole(report, ["probes", "watch"])
        self.assertIn(code, (0, 1), out + err)
        probes, watch = (side["result"] for side in report["steps"][0]["sides"])
        self.assertGreater(watch["delivery_ns"]["count"], 20)
        self.assertLessEqual(watch["delivery_ns"]["count"], probes["commands"]["DOT"]["ok"])
        self.assertLess(watch["delivery_ns"]["max"], 60e9)
        self.assertEqual(report["steps"][0]["slo"], [{"side": "watch", **watch["slo"][0]}])
        self.assertTrue(report["met"])

    def test_a_rule_that_one_of_them_misses_ends_with_1(self) -> None:
        code, report, _, err = jointly("--quiet", "-n", 30, "--", "mail", self.smtp, "--", "checks", self.pop3, *LOGIN, "--slo",
                                       "STAT p50<1ns")
        self.assertEqual(code, 1)
        self.assert_whole(report, ["mail", "checks"])
        self.assertFalse(report["met"])
        self.assertIn("failed: at 100 %: checks: objective STAT p50<1ns: ", err)
        self.assertIsNone(report["steps"][0]["mix"][0]["asked_share"])

    def test_interrupted_before_the_last_share_they_are_no_answer(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "joint.json"
            running = subprocess.Popen(
                [program(), "load", "--quiet", "--json", str(file), "--at", "50%,100%", "-d", "60s", "--", "a", self.smtp, "-r",
                 "100", "--slo", "p50<1h", "--", "b", self.smtp, "-r", "100"], stderr=subprocess.PIPE, text=True)
            time.sleep(2)
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=60)
            report = json.loads(file.read_text())
        self.assertEqual(SCHEMA.problems(report), [])
        self.assertEqual([step["at"] for step in report["steps"]], [0.5], err)
        self.assertTrue(report["steps"][0]["met"])
        self.assertEqual((report["interrupted"], report["met"], report["valid"]), (True, False, False))

    def test_options_before_the_first_are_for_all(self) -> None:
        code, report, _, err = jointly("--quiet", "-n", 20, "-c", 2, "--seed", 7, "-r", 1000, "--arrival", "poisson", "--", "a",
                                       self.smtp, "--", "b", self.smtp, "-c", 3)
        self.assertEqual(code, 0, err)
        asked = [side["result"]["workload"] for side in report["steps"][0]["sides"]]
        self.assertEqual([one["connections"] for one in asked], [2, 3])
        self.assertEqual([one["seed"] for one in asked], [7, 8])  # not the same arrivals

    def test_what_makes_no_sense_is_refused(self) -> None:
        for words, sentence in (
                (("--",), "a load is written as `-- NAME URL [OPTIONS]`"),
                ((self.smtp, "--", "a", self.smtp), "stands before the first `--`"),
                (("--", "a", self.smtp, "--", "a", self.smtp), "two loads have the name `a`"),
                (("--at", "80%", "--", "a", self.smtp), "a: --at is a share of the rate, and this load has none"),
                (("--at", "80%,", "--", "a", self.smtp, "-r", 1), "--at `80%,`: expected shares"),
                (("--at", "0%", "--", "a", self.smtp, "-r", 1), "--at `0%`: expected shares"),
                (("--at", "80%", self.smtp), "--at is a share of the rate, and this load has none"),
                (("--at", "80%", self.smtp, "-r", 1, "--repeat", 2), "--repeat has no effect with --at"),
                (("--at", "80%", self.smtp, "--stages", "1s:5"), "--at is a share of one rate"),
                (("--at", "(80%)", self.smtp, "-r", 1), "one at least has to"),
                (("--verbose", self.smtp), "--verbose has no effect with one load"),
                (("--", "a", self.smtp, "--json", "x"), "a: --json is for all loads"),
                (("--", "a", self.smtp, "--slo", "STAT p95<1s"), "a: --slo `STAT p95<1s`: STAT is no command"),
                (("--hdr", "x", "--", "a", self.smtp), "--hdr is for one load"),
                (("--", "a", self.smtp, "--user", "x"), "a: --user needs --password")):
            with self.subTest(words=words):
                code, _, _, err = jointly(*words)
                self.assertEqual(code, 2, err)
                self.assertIn(sentence, err)


class TheSchema(unittest.TestCase):
    def test_finds_whatever_is_wrong(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as server:
            _, report, _, _ = jointly("-n", 20, "-c", 1, "--slo", "p50<1h", "--", "a", server.url, "--", "b", server.url)
        self.assertTrue(report["steps"][0]["verdict"]["reasons"])
        assert_finds_all(self, SCHEMA, report,
                         lambda path: "evidence" in path[:-1] or ("result" in path and path[-1] != "result"))

    def test_requires_all_that_it_describes(self) -> None:
        assert_requires_all(self, SCHEMA)


if __name__ == "__main__":
    unittest.main()
