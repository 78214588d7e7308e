# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk compare` against pairs of built-in servers whose difference is known."""

import json
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from json_schema import Schema
from load import SCHEMA as LOAD_SCHEMA
from load import TOP, program
from servers.builtin import Builtin

SCHEMA = Schema.of_file(TOP / "docs/compare.schema.json")
# Long enough for hundreds of requests of 2 ms, and short enough for many runs.
SHORT = ("-c", 4, "-d", "300ms")


def compare(*words: object, limit_s: float = 240) -> tuple[int, dict, str, str]:
    """The exit status, the JSON, and what was printed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        done = subprocess.run([program(), "compare", "--json", str(file), *map(str, words)], capture_output=True, text=True,
                              timeout=limit_s, check=False)
        written = file.read_text() if file.exists() else ""
        return done.returncode, json.loads(written or "{}"), done.stdout, done.stderr


def served(service: str) -> Builtin:
    return Builtin("http://127.0.0.1:0", "--fault", f"service={service}")


class CompareTest(unittest.TestCase):
    def assert_whole(self, report: dict, names: list[str]) -> None:
        self.assertEqual(SCHEMA.problems(report), [])
        self.assertEqual([side["name"] for side in report["sides"]], names)
        self.assertEqual(len(report["order"]), report["rounds"])
        for round_ in report["order"]:
            self.assertEqual(sorted(round_), sorted(names))
        for side in report["sides"]:
            self.assertEqual(len(side["results"]), report["rounds"])
            for result in side["results"]:
                self.assertEqual(LOAD_SCHEMA.problems(result), [])
        self.assertEqual(report["verdict"]["valid"], not report["verdict"]["reasons"])

    def metric(self, report: dict, name: str) -> dict:
        return next(metric for metric in report["metrics"] if metric["metric"] == name)


class KnownDifferences(CompareTest):
    def test_a_fifth_as_fast_is_found(self) -> None:
        with served("const:2ms") as fast, served("const:10ms") as slow:
            code, report, out, err = compare("--primary", "p50", *SHORT, "--", "fast", fast.url, "--", "slow", slow.url)
            self.assertEqual(code, 0, err)
            self.assert_whole(report, ["fast", "slow"])
            self.assertEqual(report["rounds"], 10)
            self.assertEqual(self.metric(report, "p50_ns")["verdict"], "b-higher", out)
            self.assertIn("slow is higher", out)

    def test_five_per_cent_is_found_or_said_to_be_too_little_for_this_machine(self) -> None:
        with served("const:2ms") as one, served("const:2100us") as other:
            code, report, out, err = compare("--primary", "p50", *SHORT, one.url, other.url)
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["A", "B"])
        found = self.metric(report, "p50_ns")
        if found["verdict"] != "b-higher":
            self.assertEqual(found["verdict"], "no-difference-shown", out)
            self.assertGreater(found["resolution"], 0.03, out)

    def test_a_server_is_not_slower_than_itself(self) -> None:
        # One comparison in twenty finds a difference where there is none; three in a row are no accident.
        shown = []
        with served("const:2ms") as server:
            for seed in range(1, 4):
                code, report, out, err = compare("--seed", seed, "--rounds", 8, "-c", 4, "-d", "150ms", server.url, server.url)
                self.assertEqual(code, 0, err)
                self.assert_whole(report, ["A", "B"])
                if not any(metric["verdict"].startswith("b-") for metric in report["metrics"]):
                    return
                shown.append(out)
        self.fail("\n".join(shown))

    def test_a_limit_that_is_crossed_ends_with_1(self) -> None:
        with served("const:2ms") as fast, served("const:10ms") as slow:
            code, report, _, err = compare("--fail-if", "p50>1.05", "--quiet", *SHORT, fast.url, slow.url)
            self.assertEqual(code, 1, (report["metrics"], report["repeats"]))
            self.assertIn("p50>1.05: B is ", err)
            code, _, _, err = compare("--fail-if", "p50<0.95", "--quiet", "--rounds", 6, *SHORT, fast.url, slow.url)
            self.assertEqual((code, err), (0, ""))


class Sides(CompareTest):
    def test_have_options_of_their_own(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "service=const:1ms") as server:
            code, report, _, err = compare("--rounds", 6, "-c", 2, "-n", 20, "--", "one", server.url, "--", "two", server.url,
                                           "-p", 2, "-c", 3)
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["one", "two"])
        one, two = ({(result["workload"]["pipeline"], result["workload"]["connections"]) for result in side["results"]}
                    for side in report["sides"])
        self.assertEqual((one, two), ({(1, 2)}, {(2, 3)}))

    def test_have_a_warm_up_unless_it_is_refused(self) -> None:
        with served("const:1ms") as server:
            _, report, _, _ = compare("--rounds", 6, "-c", 1, "-d", "100ms", "--", "A", server.url, "--", "B", server.url,
                                      "--warmup", 0)
        self.assertEqual([side["results"][0]["workload"]["warmup_s"] for side in report["sides"]], [0.01, 0])

    def test_too_few_rounds_for_six_metrics_are_noted_before_the_run(self) -> None:
        note = "backtalk compare: note: 6 rounds cannot show a difference in 6 metrics"
        with served("const:1ms") as server:
            for words, noted in (((), True), (("--primary", "p50"), False), (("--quiet",), False)):
                _, _, _, err = compare("--rounds", 6, "-c", 1, "-n", 20, *words, server.url, server.url)
                self.assertEqual(err.startswith(note), noted, err)

    def test_more_than_two_are_compared_with_the_first(self) -> None:
        with served("const:1ms") as server:
            code, report, _, err = compare("--rounds", 6, "-c", 2, "-n", 100, server.url, server.url, server.url)
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["A", "B", "C"])
        self.assertEqual({(metric["a"], metric["b"]) for metric in report["metrics"]}, {("A", "B"), ("A", "C")})


class Trials(CompareTest):
    """Each side is tried before the rounds: what does not work at all is said once."""

    def assert_refused(self, side: str, url: str, said: str, *words: object) -> None:
        code, report, out, err = compare("-c", 2, "-n", 20, *words)
        self.assertEqual((code, report, out), (2, {}, ""), err)
        self.assertEqual(err.count("\n"), 1, err)
        self.assertTrue(err.startswith(f"backtalk compare: {side}: "), err)
        self.assertIn(url.rstrip("/"), err)
        self.assertIn(said, err)

    def test_a_side_that_is_down_is_named(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            down = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with served("const:1ms") as server:
            self.assert_refused("B", down, "connection refused", server.url, down)
            self.assert_refused("old", down, "connection refused", "--", "old", down, "--", "new", server.url)

    def test_a_side_of_another_scheme_is_named(self) -> None:
        with served("const:1ms") as http, Builtin("smtp://127.0.0.1:0") as smtp:
            as_http, as_smtp = smtp.url.replace("smtp:", "http:"), http.url.replace("http:", "smtp:")
            self.assert_refused("B", as_http, "this looks like an SMTP server", http.url, as_http)
            # A server of HTTP says nothing before the client does.
            self.assert_refused("A", as_smtp, "within 1 s: are the scheme and the port right", "--timeout", "1s", as_smtp,
                                smtp.url)

    def test_a_side_that_fails_now_and_then_is_compared(self) -> None:
        with served("const:1ms") as server, Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as half:
            code, report, _, err = compare("--rounds", 6, "--primary", "per_s", "--allow-failures", "60%", "-c", 1, "-n", 20,
                                           "--", "A", server.url, "--", "B", half.url)
        self.assertEqual((code, err), (0, ""))
        self.assert_whole(report, ["A", "B"])


class InvalidRuns(CompareTest):
    def test_that_never_end_well_make_the_comparison_invalid(self) -> None:
        with served("const:1ms") as server, Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as broken:
            code, report, out, _ = compare("-c", 2, "-n", 50, "--", "good", server.url, "--", "broken", broken.url)
        self.assertEqual(code, 1)
        self.assert_whole(report, ["good", "broken"])
        self.assertEqual([reason["code"] for reason in report["verdict"]["reasons"]], ["invalid-runs"])
        self.assertEqual(report["repeated"], 4)
        self.assertTrue(out.startswith("INVALID: round 1 was tried 4 times"), out)

    def test_ctrl_c_keeps_what_there_is(self) -> None:
        with served("const:1ms") as server, tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "result.json"
            words = [program(), "compare", "-c", "1", "-d", "60s", "--json", str(file), server.url, server.url]
            with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
                time.sleep(1.5)
                run.send_signal(2)
                run.communicate(timeout=60)
            report = json.loads(file.read_text())
        self.assertEqual(run.returncode, 1)
        self.assert_whole(report, ["A", "B"])
        self.assertTrue(report["interrupted"])
        self.assertEqual([reason["code"] for reason in report["verdict"]["reasons"]], ["too-few-rounds"])


class Usage(unittest.TestCase):
    def assert_refused(self, said: str, *words: object) -> None:
        done = subprocess.run([program(), "compare", *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn(said, done.stderr)

    def test_mistakes_are_named(self) -> None:
        url = "smtp://127.0.0.1:9"
        for said, words in (
            ("--rounds must be at least 6: fewer pairs cannot show a difference at 5 %", ("--rounds", 5, url, url)),
            ("`a.json`: saved results are not compared yet", ("a.json", "b.json")),
            ("compare has no --slo: it judges one run; --fail-if", ("--slo", "p99<1s", url, url)),
            ("compare has no --hdr: ", ("--hdr=x", url, url)),
            ("compare has no --save-bad: ", ("--save-bad", "x", url, url)),
            ("B: compare has no --slo: ", ("--", "A", url, "--", "B", url, "--slo", "p99<1s")),
            ("B: --rounds is for the whole comparison: write it before", ("--", "A", url, "--", "B", url, "--rounds", 8)),
            ("8, 16 or 24", ("--max-rounds", 10, url, url)),
            ("name two sides at least", (url,)),
            ("name two sides at least", ()),
            ("--primary `p98`: one of per_s p50", ("--primary", "p98", url, url)),
            ("METRIC>RATIO", ("--fail-if", "p99>10ms", url, url)),
            ("two sides have the name `A`", ("--", "A", url, "--", "A", url)),
            ("-- NAME URL", ("--", "A", "--", "B", url)),
            ("stands before the first `--`", (url, "--", "A", url, "--", "B", url)),
            ("B: unknown option `--pipline`; did you mean `--pipeline`?", ("--", "A", url, "--", "B", url, "--pipline", 2)),
            ("B: unexpected argument `more`", ("--", "A", url, "--", "B", url, "more")),
            ("B: --arrival has no effect without --rate", ("--", "A", url, "--", "B", url, "--arrival", "poisson")),
            ("--from has no effect with http", ("--from", "a@b.test", "http://127.0.0.1:9", "http://127.0.0.1:9")),
            ("unknown scheme `gopher`", (url, "gopher://127.0.0.1")),
            ("8 sides at most", [url] * 9),
        ):
            with self.subTest(said):
                self.assert_refused(said, *words)

    def test_a_far_target_needs_consent(self) -> None:
        self.assert_refused("--i-may-load-this-target", "smtp://192.0.2.1", "smtp://192.0.2.1")


if __name__ == "__main__":
    unittest.main()
