# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk compare` against pairs of built-in servers whose difference is known."""

import json
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from json_schema import Schema
from load import SCHEMA as LOAD_SCHEMA
from load import program, run_with_json
from planted import assert_finds_all, assert_requires_all
from servers.builtin import Builtin
from servers.network import free_port

SCHEMA = Schema.documented("compare")
# Long enough for hundreds of requests of 2 ms, and short enough for many runs.
SHORT = ("-c", 4, "-d", "300ms")
# Enough for a p50, however slow the machine.
ENOUGH = ("-c", 4, "-n", 60)


def compare(*words: object, limit_s: float = 240) -> tuple[int, dict, str, str]:
    """The exit status, the JSON, and what was printed."""
    done, written = run_with_json("compare", *words, limit_s=limit_s)
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
            self.assertEqual(len(side["results"]), report["rounds"] * report["runs_a_round"])
            for result in side["results"]:
                self.assertEqual(LOAD_SCHEMA.problems(result), [])
        self.assertEqual(report["verdict"]["valid"], not report["verdict"]["reasons"])

    def metric(self, report: dict, name: str) -> dict:
        found = [metric for metric in report["metrics"] if metric["metric"] == name]
        self.assertTrue(found, (report["verdict"], report["repeated"]))
        return found[0]


class KnownDifferences(CompareTest):
    def test_a_fifth_as_fast_is_found(self) -> None:
        with served("const:2ms") as fast, served("const:10ms") as slow:
            code, report, out, err = compare("--primary", "p50", *ENOUGH, "--", "fast", fast.url, "--", "slow", slow.url)
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
            code, report, _, err = compare("--fail-if", "p50>1.05", "--quiet", *ENOUGH, fast.url, slow.url)
            self.assertEqual(code, 1, (report["metrics"], report["repeats"]))
            self.assertIn("p50>1.05: B is ", err)
            code, _, _, err = compare("--fail-if", "p50<0.95", "--quiet", "--rounds", 6, *ENOUGH, fast.url, slow.url)
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


class Restarts(CompareTest):
    """Servers that are started for each round."""

    def serve(self, url: str, service: str) -> str:
        return f"{program()} serve {url} --fault service={service}"

    def test_two_programs_take_turns_at_one_port(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        code, report, out, err = compare("--primary", "p50", "--rounds", 6, "-c", 2, "-d", "150ms",
                                         "--", "fast", url, "--restart", self.serve(url, "const:2ms"),
                                         "--", "slow", url, "--restart", self.serve(url, "const:10ms"))
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["fast", "slow"])
        self.assertEqual(report["runs_a_round"], 2)
        self.assertEqual(self.metric(report, "p50_ns")["verdict"], "b-higher", out)
        self.assertEqual({(start["side"], start["metric"]) for start in report["starts"]} >=
                         {("fast", "p50_ns"), ("slow", "p50_ns")}, True, report["starts"])
        for side in ("fast", "slow"):
            self.assertRegex(out, rf"\n{side}: how much runs differ between starts of the server and within one start.*\n"
                                  r"starts .*\nper_s +[\d.e+-]+ % +[\d.e+-]+ % +\d+ %")
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=5)

    def test_a_command_that_fails_is_named(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        code, report, _, err = compare("-d", "100ms", "--", "A", url, "--restart", "exit 7", "--", "B", url)
        self.assertEqual((code, report), (2, {}))
        self.assertEqual(err, "backtalk compare: A: --restart `exit 7` ended with status 7\n")

    def test_a_server_that_is_there_already_is_not_measured_in_another_s_place(self) -> None:
        with served("const:1ms") as other:
            code, _, _, err = compare("-d", "100ms", "--restart", self.serve(other.url, "const:1ms"), other.url, other.url)
        self.assertEqual(code, 2)
        self.assertIn("and a server listened there before it began", err)


# A web server that burns so many microseconds of CPU for each request, on the port of its second argument (0: any).
BURNING = """
import socket, sys, threading, time
burn_s, port = float(sys.argv[1]) / 1e6, int(sys.argv[2])
def serve(client):
    while client.recv(65536):
        until = time.thread_time() + burn_s
        while time.thread_time() < until:
            pass
        client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
listener = socket.create_server(("127.0.0.1", port))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


class ServerCpu(CompareTest):
    """The server's CPU time per transaction, where its process is known."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.script = Path(folder.name) / "burning.py"
        self.script.write_text(BURNING)
        self.folder = Path(folder.name)

    def start(self, burn_us: int) -> tuple[str, str]:
        """The URL and the process of a server."""
        server = subprocess.Popen([sys.executable, self.script, str(burn_us), "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return f"http://127.0.0.1:{server.stdout.readline().strip()}/", str(server.pid)

    def sides(self, a: tuple[str, str], b: tuple[str, str]) -> tuple[str, ...]:
        return ("--", "A", a[0], "--server-pid", a[1], "--", "B", b[0], "--server-pid", b[1])

    def test_of_a_server_that_burns_it_is_found_higher(self) -> None:
        thrifty, burning = self.start(500), self.start(2000)
        code, report, out, err = compare("--primary", "server_cpu", "-c", 2, "-n", 100, "--rounds", 8,
                                         "--fail-if", "server_cpu>1.05", *self.sides(thrifty, burning))
        self.assertEqual(code, 1, err)
        self.assert_whole(report, ["A", "B"])
        self.assertEqual(self.metric(report, "server_cpu_ns")["verdict"], "b-higher", out)
        self.assertIn("server_cpu>1.05: B is ", err)
        self.assertRegex(out, r"\nserver_cpu .* B is higher\n")

    def test_of_one_server_twice_is_not(self) -> None:
        # One comparison in twenty finds a difference where there is none; three in a row are no accident.
        one, shown = self.start(500), []
        for seed in range(1, 4):
            code, report, out, err = compare("--seed", seed, "--primary", "server_cpu", "-c", 2, "-n", 100,
                                             "--rounds", 6, *self.sides(one, one))
            self.assertEqual(code, 0, err)
            self.assert_whole(report, ["A", "B"])
            if not self.metric(report, "server_cpu_ns")["verdict"].startswith("b-"):
                return
            shown.append(out)
        self.fail("\n".join(shown))

    def test_of_servers_that_are_started_is_measured_by_itself(self) -> None:
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        restart = [f"{sys.executable} {self.script} {burn_us} {port}" for burn_us in (500, 2000)]
        code, report, out, err = compare("--primary", "server_cpu", "-c", 2, "-n", 100, "--rounds", 6,
                                         "--", "A", url, "--restart", restart[0], "--", "B", url, "--restart", restart[1])
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["A", "B"])
        self.assertEqual(self.metric(report, "server_cpu_ns")["verdict"], "b-higher", out)
        self.assertIn("server_cpu_ns", {start["metric"] for start in report["starts"]})

    def test_of_one_side_alone_is_not_compared(self) -> None:
        one, other = self.start(500), self.start(500)
        code, report, out, err = compare("-c", 2, "-n", 100, "--rounds", 6,
                                         "--", "A", one[0], "--server-pid", one[1], "--", "B", other[0])
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["A", "B"])
        self.assertEqual([(one["metric"], one["sentence"][:40]) for one in report["not_compared"]],
                         [("server_cpu_ns", "server_cpu of B is not known in 6 of 6 r")])
        self.assertIn("not compared: server_cpu of B", out)

    def test_of_saved_results_is_compared(self) -> None:
        files = []
        for name, burn_us in (("a", 500), ("b", 2000)):
            url, pid = self.start(burn_us)
            files.append(str(self.folder / f"{name}.json"))
            done = subprocess.run([program(), "load", url, "-c", "2", "-n", "100", "--repeat", "4", "--quiet",
                                   "--server-pid", pid, "--json", files[-1]],
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        code, report, out, err = compare("--trust-saved", "--primary", "server_cpu", *files)
        self.assertEqual((code, SCHEMA.problems(report)), (0, []), err)
        self.assertEqual(self.metric(report, "server_cpu_ns")["verdict"], "b-higher", out)

    def test_mistakes_are_named(self) -> None:
        one = self.start(500)
        alone = ("--", "A", one[0], "--server-pid", one[1], "--", "B", one[0])
        for said, words in (("--primary server_cpu: the CPU time of B's server is not measured", ("--primary", "server_cpu", *alone)),
                            ("--fail-if server_cpu: the CPU time of B's server is not", ("--fail-if", "server_cpu>1.1", *alone)),
                            ("A and B have the same --server-pid", ("--together", "-d", "1s", *self.sides(one, one)))):
            with self.subTest(said):
                code, report, _, err = compare(*words)
                self.assertEqual((code, report), (2, {}))
                self.assertIn(said, err)


class Programs(CompareTest):
    """Sides that another build of this program runs."""

    def build(self, name: str, text: str) -> str:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name) / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
        return str(file)

    def test_a_build_runs_its_side_with_the_options_of_that_side(self) -> None:
        # Planted: this revision has forgotten how to open more than one connection.
        other = self.build("backtalk-0", f'exec {program()} "$@" -c 1')
        with served("const:2ms") as server:
            code, report, out, err = compare("--primary", "per_s", "--rounds", 6, "-d", "150ms", "--seed", 5,
                                             "--", "new", server.url, "-c", 4,
                                             "--", "old", server.url, "--program", other, "-H", "X-A: b")
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["new", "old"])
        new, old = ([result["workload"] for result in side["results"]] for side in report["sides"])
        self.assertEqual({(one["connections"], one["duration_s"], one["warmup_s"]) for one in new}, {(4, 0.15, 0.015)})
        self.assertEqual({(one["connections"], one["duration_s"], one["warmup_s"]) for one in old}, {(1, 0.15, 0.015)})
        self.assertEqual([one["header"] for one in old], [["X-A: b"]] * 6)
        self.assertEqual(self.metric(report, "per_s")["verdict"], "b-lower", out)

    def test_a_build_without_a_result_is_named(self) -> None:
        with served("const:2ms") as server:
            for text, said in (("exit 3", "it ended with status 3 and without a result"),
                               ("echo {}", "not a result of backtalk load"), ("kill -9 $$", "it was ended by signal 9")):
                other = self.build("broken", text)
                code, report, _, err = compare("--rounds", 6, "-n", 5, "--program", other, server.url, server.url)
                self.assertEqual((code, report), (2, {}), err)
                self.assertIn(f"--program {other}: ", err)
                self.assertIn(said, err)
            code, _, _, err = compare("-n", 5, "--program", "/nowhere/backtalk", server.url, server.url)
            self.assertEqual(code, 2)
            self.assertIn("--program /nowhere/backtalk: cannot be started: No such file or directory", err)


class Together(CompareTest):
    def test_both_run_at_once_and_that_is_said(self) -> None:
        with served("const:2ms") as fast, served("const:10ms") as slow:
            code, report, out, err = compare("--together", "--primary", "p50", *SHORT, fast.url, slow.url)
        self.assertEqual(code, 0, err)
        self.assert_whole(report, ["A", "B"])
        self.assertEqual(report["method"], "together")
        self.assertEqual(self.metric(report, "p50_ns")["verdict"], "b-higher", out)
        self.assertIn("10 rounds, the sides at the same time, 0 repeated", out)
        self.assertTrue(any("the sides ran at the same time and shared the machine" in note for note in report["notes"]))

    def test_a_count_would_leave_one_alone(self) -> None:
        code, _, _, err = compare("--together", "-n", 100, "http://127.0.0.1:9", "http://127.0.0.1:9")
        self.assertEqual(code, 2)
        self.assertIn("--together: A ends with a count, -n, and would leave the others alone: use -d", err)


class Samples(CompareTest):
    """What another program has measured."""

    def judged(self, text: str, *words: object) -> tuple[int, dict, str, str]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "samples.json"
            file.write_text(text)
            return compare("--samples", file, *words)

    def test_are_judged(self) -> None:
        a = [100 + i % 4 for i in range(10)]
        rows = [{"name": "slow", "unit": "ns", "a": a, "b": [1.2 * one for one in reversed(a)]},
                {"name": "same", "a": a, "b": list(reversed(a))}]
        code, report, out, err = self.judged(json.dumps({"schema": "backtalk.samples/1", "a": "old", "b": "new", "rows": rows}))
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([(row["name"], row["verdict"]) for row in report["rows"]],
                         [("slow", "b-higher"), ("same", "no-difference-shown")])
        self.assertAlmostEqual(report["rows"][0]["ratio"], 1.2, delta=0.03)
        self.assertGreater(report["rows"][1]["resolution"], 0)
        self.assertIn("new is higher", out)

    def test_mistakes_are_named(self) -> None:
        for said, text, words in (("not JSON", "x", ()), ("`schema` is `backtalk.samples/1`", "{}", ()),
                                  ("--rounds has no effect on samples", "{}", ("--rounds", 8)),
                                  ("URL has no effect on samples", "{}", ("http://127.0.0.1:9",)),
                                  ("write none", "{}", ("--", "A", "http://127.0.0.1:9"))):
            with self.subTest(said):
                code, report, out, err = self.judged(text, *words)
                self.assertEqual((code, report, out), (2, {}, ""))
                self.assertIn(said, err)


class Saved(CompareTest):
    """Results of `load --json`, compared later."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def save(self, name: str, url: str, *words: object) -> str:
        file = str(self.folder / name)
        done = subprocess.run([program(), "load", url, "-c", "2", "-n", "100", "--quiet", "--json", file, *map(str, words)],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return file

    def test_are_compared_only_where_they_are_trusted(self) -> None:
        with served("const:1ms") as server:
            files = [self.save(f"{i}.json", server.url) for i in range(2)]
        code, report, out, err = compare(*files)
        self.assertEqual((code, report, out), (2, {}, ""))
        self.assertEqual(err.count("\n"), 1, err)
        for said in ("saved results were not interleaved", "--trust-saved"):
            self.assertIn(said, err)

    def test_a_fifth_as_fast_is_found_in_five_runs_a_side(self) -> None:
        with served("const:2ms") as fast, served("const:10ms") as slow:
            old = [self.save(f"old-{i}.json", fast.url) for i in range(5)]
            new = [self.save(f"new-{i}.json", slow.url) for i in range(5)]
        sides = ("--", "old", *old, "--", "new", *new)
        code, report, out, err = compare("--trust-saved", "--fail-if", "p50>1.05", *sides)
        self.assertEqual(SCHEMA.problems(report), [])
        self.assertEqual((report["method"], report["rounds"], report["order"]), ("saved", 0, []))
        self.assertEqual([side["files"] for side in report["sides"]], [old, new])
        self.assertEqual(self.metric(report, "p50_ns")["verdict"], "b-higher", out)
        self.assertEqual(code, 1, err)
        self.assertIn("failed: p50>1.05: new is ", err)
        self.assertIn("5 saved runs of old, 5 of new, not interleaved", out)
        self.assertIn("whatever the machine did differently meanwhile", out)
        self.assertTrue(any("not interleaved" in note for note in report["notes"]))

    def test_two_files_of_repeats_are_enough(self) -> None:
        with served("const:2ms") as fast, served("const:10ms") as slow:
            files = [self.save("old.json", fast.url, "--repeat", 5), self.save("new.json", slow.url, "--repeat", 5)]
        code, report, out, err = compare("--trust-saved", *files)
        self.assertEqual(code, 0, err)
        self.assertEqual(SCHEMA.problems(report), [])
        self.assertEqual(self.metric(report, "p50_ns")["verdict"], "b-higher", out)
        self.assertIn("5 saved runs of A, 5 of B, not interleaved", out)

    def test_one_run_a_side_has_a_ratio_and_no_verdict(self) -> None:
        with served("const:2ms") as fast, served("const:10ms") as slow:
            files = [self.save("a.json", fast.url), self.save("b.json", slow.url)]
        code, report, out, _ = compare("--trust-saved", *files)
        self.assertEqual(SCHEMA.problems(report), [])
        self.assertEqual(code, 1)
        self.assertEqual([reason["code"] for reason in report["verdict"]["reasons"]], ["too-few-runs"])
        p50 = self.metric(report, "p50_ns")
        self.assertGreater(p50["ratio"], 2)
        self.assertEqual((p50["low"], p50["high"], p50["verdict"]), (None, None, "no-difference-shown"))
        self.assertTrue(out.startswith("INVALID: 1 run of A and 1 run of B show nothing"), out)

    def test_other_workloads_are_named_and_refused_unless_asked_for(self) -> None:
        with served("const:1ms") as server:
            files = [self.save("a.json", server.url), self.save("b.json", server.url, "-p", 2)]
        code, _, _, err = compare("--trust-saved", *files)
        self.assertEqual(code, 2)
        self.assertIn("are of different workloads: pipeline 1 and 2; --any-workload", err)
        _, report, _, _ = compare("--trust-saved", "--any-workload", *files)
        self.assertEqual(SCHEMA.problems(report), [])
        self.assertTrue(any("different workloads: pipeline 1 and 2" in note for note in report["notes"]))

    def test_mistakes_are_named(self) -> None:
        broken = self.folder / "broken.json"
        broken.write_text('{"schema": "backtalk.compare/1"}')
        with served("const:1ms") as server:
            file = self.save("a.json", server.url)
            for said, words in (
                (f"B: {broken}: not a result of backtalk load", (file, broken)),
                ("is given twice", (file, file)),
                ("name two sides at least", (file,)),
                ("B: missing.json: there is no such file", (file, "missing.json")),
                ("--rounds has no effect on saved results", ("--rounds", 8, file, broken)),
                ("--connections has no effect on saved results", ("-c", 8, file, broken)),
                ("B: `-p`: saved results have no options", ("--", "A", file, "--", "B", broken, "-p", 2)),
                (f"B: `{server.url}` is not a file", (file, server.url)),
            ):
                with self.subTest(said):
                    code, report, out, err = compare("--trust-saved", *words)
                    self.assertEqual((code, report, out), (2, {}, ""), err)
                    self.assertIn(said, err)


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
        down = f"http://127.0.0.1:{free_port()}"
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


class TheSchema(CompareTest):
    def test_finds_whatever_is_wrong(self) -> None:
        with served("const:1ms") as server, Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as broken:
            _, report, _, _ = compare("-c", 2, "-n", 50, "--", "good", server.url, "--", "broken", broken.url)
        self.assertTrue(report["repeats"] and report["verdict"]["reasons"])
        assert_finds_all(self, SCHEMA, report, lambda path: "evidence" in path[:-1])

    def test_requires_all_that_it_describes(self) -> None:
        assert_requires_all(self, SCHEMA)


class Usage(unittest.TestCase):
    def assert_refused(self, said: str, *words: object) -> None:
        done = subprocess.run([program(), "compare", *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn(said, done.stderr)

    def test_mistakes_are_named(self) -> None:
        url = "smtp://127.0.0.1:9"
        for said, words in (
            ("--rounds must be at least 6: fewer pairs cannot show a difference at 5 %", ("--rounds", 5, url, url)),
            ("saved results were not interleaved", ("a.json", "b.json")),
            ("--trust-saved has no effect on servers", ("--trust-saved", url, url)),
            ("--any-workload has no effect on servers", ("--any-workload", url, url)),
            ("compare has no --slo: it judges one run; --fail-if", ("--slo", "p99<1s", url, url)),
            ("compare has no --hdr: ", ("--hdr=x", url, url)),
            ("compare has no --save-bad: ", ("--save-bad", "x", url, url)),
            ("B: compare has no --slo: ", ("--", "A", url, "--", "B", url, "--slo", "p99<1s")),
            ("B: --rounds is for the whole comparison: write it before", ("--", "A", url, "--", "B", url, "--rounds", 8)),
            ("8, 16 or 24", ("--max-rounds", 10, url, url)),
            ("--fail-if: 6 rounds are too few for any of 2 limits to be crossed, however large the difference is: use --rounds 7",
             ("--rounds", 6, "--fail-if", "p99>1.05", "--fail-if", "per_s<0.95", url, url)),
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
