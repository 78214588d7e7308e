#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What ./run says before it does anything, and how it reports while it builds."""

import json
import re
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from workshop import TOP, Workshop  # noqa: E402

PROMPT_S = 5.0  # a tenth of it, on a quiet machine

# Calls that are refused, and what the refusal names.
WRONG = {
    ("nonsense",): "nonsense",
    ("demo", "--now"): "--now",
    ("amalgamate", "--all"): "--all",
    ("amalgamate", "a", "more"): "more",
    ("build", "nonsense"): "nonsense",
    ("build", "release", "more"): "more",
    ("test", "nonsense"): "nonsense",
    ("coverage", "nonsense"): "nonsense",
    ("coverage", "fuzz", "more"): "more",
    ("format", "--check"): "--check",
    ("install-deps", "nonsense"): "nonsense",
    ("lint", "--nonsense"): "--nonsense",
    ("lint", "nonsense.cpp"): "nonsense.cpp",
    ("lint", "--all", "run"): "--all",
    ("mutate", "--nonsense"): "--nonsense",
    ("mutate", "--count", "many"): "many",
    ("record", "--nonsense"): "--nonsense",
    ("bench",): "Which suite",
    ("bench", "nonsense"): "nonsense",
    ("bench", "load", "--nonsense"): "--nonsense",
    ("bench", "parsers", "--nonsense"): "--nonsense",
    ("bench", "parsers", "--repetitions", "many"): "many",
    ("bench", "instructions", "--nonsense"): "--nonsense",
    ("bench", "compare"): "which revision",
    ("bench", "worst", "--nonsense"): "--nonsense",
    ("fuzz", "--nonsense"): "--nonsense",
    ("fuzz", "smtp_reply", "--nonsense"): "--nonsense",
    ("fuzz", "smtp_reply", "5x"): "5x",
    ("fuzz", "--engine", "nonsense"): "nonsense",
    ("fuzz", "--engine", "afl", "nonsense"): "nonsense",
    ("fuzz", "triage"): "FILE",
    ("fuzz", "triage", "/nonexistent"): "no such file: /nonexistent",
    ("fuzz", "triage", "run", "nonsense"): "nonsense",
    ("fuzz", "memory", "soon"): "soon",
    ("fuzz", "memory", "60", "more"): "more",
    ("fuzz", "minimise", "--nonsense"): "--nonsense",
    ("fuzz", "findings", "more"): "more",
    ("fuzz", "finding"): "Which finding",
    ("fuzz", "finding", "nonsense"): "nonsense",
    ("fuzz", "rediscover", "nonsense"): "nonsense",
    ("fuzz", "rediscover", "ruby-nesting", "soon"): "soon",
    ("fuzz", "differences"): "Which target",
    ("fuzz", "differences", "nonsense"): "nonsense",
    ("fuzz", "differences", "smtp_reply"): "has no table",
    ("fuzz-gallery", "--nonsense"): "--nonsense",
    ("fuzz-at-scale", "--nonsense"): "--nonsense",
}


class TaskTest(unittest.TestCase):
    def setUp(self) -> None:
        self.workshop = Workshop()
        self.addCleanup(self.workshop.close)


class Help(TaskTest):
    def subjects(self) -> list[list[str]]:
        """Every task, and every verb and suite that has a help function of its own."""
        listed = self.workshop.bash(r"""
          sed -n 's/^tasks=(\(.*\))/\1/p' run
          declare -F | sed -n 's/^declare -f help_//p'""").stdout
        tasks, *functions = listed.split("\n")
        names = {task.replace("-", "_"): [task] for task in tasks.split()}
        self.assertGreater(len(names), 10)
        for function in functions:
            task, _, verb = function.partition("_")
            if task == "bench" and verb and function not in names:
                names[function] = [task, verb.replace("_", "-")]
        self.assertIn("bench_load", names)
        for verb in self.fuzz_verbs():
            names[f"fuzz_{verb}"] = ["fuzz", verb]
        return list(names.values())

    def fuzz_verbs(self) -> list[str]:
        """Those that ./run fuzz --help lists, and that are words of their own."""
        verbs = re.findall(r"^\./run fuzz ([a-z][a-z-]*)(?: |$)", self.workshop.run("fuzz", "--help").stdout, re.MULTILINE)
        found = sorted(set(verbs) - {"all", "peers"})
        self.assertLess({"triage", "memory", "findings", "differences"}, set(found))
        return found

    def test_every_task_explains_itself_at_once_and_builds_nothing(self) -> None:
        before = self.workshop.files()
        for words in self.subjects():
            for option in ("--help", "-h"):
                with self.subTest(task=words, option=option):
                    begun = time.monotonic()
                    ran = self.workshop.run(*words, option)
                    self.assertLess(time.monotonic() - begun, PROMPT_S)
                    self.assertEqual((ran.returncode, ran.stderr), (0, ""))
                    self.assertTrue(ran.stdout.startswith(f"./run {' '.join(words)}"), ran.stdout)
                    self.assertRegex(ran.stdout, r"seconds|minute|hour|installs nothing")
        self.assertEqual(self.workshop.called(), [])
        self.assertEqual(self.workshop.files(), before)

    def test_help_takes_precedence_over_other_arguments(self) -> None:
        for words in (["lint", "--all"], ["fuzz", "smtp_reply", "10"], ["build", "asan"], ["fuzz", "triage", "/no"]):
            with self.subTest(task=words):
                ran = self.workshop.run(*words, "--help")
                self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertEqual(self.workshop.called(), [])

    def test_help_explains_a_task(self) -> None:
        self.assertEqual(self.workshop.run("help", "lint").stdout, self.workshop.run("lint", "--help").stdout)

    def test_without_a_task_the_tasks_are_listed(self) -> None:
        said = self.workshop.run().stdout
        for words in self.subjects():
            self.assertRegex(said, rf"\b{words[0]}\b")

    def test_options_come_from_the_script_that_takes_them(self) -> None:
        options = {"bench parsers": "--repetitions", "fuzz-gallery": "--without-each", "fuzz triage": "--out"}
        for words, option in options.items():
            self.assertIn(option, self.workshop.run(*words.split(), "--help").stdout)


class Refusals(TaskTest):
    def test_unknown_arguments_are_refused_before_anything_is_done(self) -> None:
        for words, named in WRONG.items():
            with self.subTest(call=words):
                begun = time.monotonic()
                ran = self.workshop.run(*words)
                self.assertLess(time.monotonic() - begun, PROMPT_S)
                self.assertEqual(ran.returncode, 2, ran.stderr)
                self.assertIn(named, ran.stderr)
                self.assertEqual(ran.stdout, "")
        self.assertEqual([call for call in self.workshop.called() if not call.startswith("dpkg-query")], [])

    def test_the_usage_comes_with_the_refusal(self) -> None:
        for words in (["demo", "--now"], ["test", "x"], ["lint", "--x"], ["bench", "parsers", "--x"], ["fuzz", "--x"]):
            with self.subTest(call=words):
                self.assertRegex(self.workshop.run(*words).stderr, rf"run {words[0]}[^\n]*\n(.|\n)*{words[-1]}")

    def test_an_unknown_target_lists_the_known_ones_in_three_lines(self) -> None:
        for words in (["fuzz", "nonsense"], ["fuzz", "smtp_reply", "gallery.nonsense", "10"]):
            own, peers, gallery, *rest = self.workshop.run(*words).stderr.splitlines()
            self.assertRegex(own, r"^own: .* smtp_reply ")
            self.assertRegex(peers, r"^peers: .* llhttp_response ")
            self.assertRegex(gallery, r"^gallery: .* gallery\.reply_cut_in_crlf ")
            self.assertNotIn("fuzz_", own + peers + gallery)
            self.assertEqual(rest[0], "")
            self.assertIn(f"'{words[1] if len(words) == 2 else words[2]}'", rest[1])


class Presets(TaskTest):
    def preset(self, name: str) -> dict[str, str]:
        """A configure preset with what it inherits: its folder and its cache variables."""
        rows = {row["name"]: row for row in json.loads((TOP / "CMakePresets.json").read_text())["configurePresets"]}
        row, merged = rows[name], {}
        parents = row.get("inherits", [])
        for parent in reversed([parents] if isinstance(parents, str) else parents):
            merged.update(self.preset(parent))
        return {**merged, **{key: row[key] for key in row if key == "binaryDir"}, **row.get("cacheVariables", {})}

    def test_presets_take_the_compiler_from_the_user_and_ci_presets_fix_it(self) -> None:
        names = self.workshop.bash("presets").stdout.split()
        self.assertIn("dev", names)
        for name in names:
            with self.subTest(preset=name):
                open_, fixed = self.preset(name), self.preset(f"ci-{name}")
                self.assertIn(open_.pop("CMAKE_CXX_COMPILER", None), [None, "g++"])
                self.assertIn(open_.pop("CMAKE_C_COMPILER", None), [None, "gcc"])
                self.assertRegex(fixed.pop("CMAKE_CXX_COMPILER"), r"\+\+-\d+$")
                self.assertRegex(fixed.pop("CMAKE_C_COMPILER"), r"-\d+$")
                self.assertEqual(open_ | {"BACKTALK_WERROR": "ON"}, fixed)
                self.assertEqual(open_["binaryDir"], f"${{sourceDir}}/build/{name}")

    def test_tasks_configure_with_the_compiler_of_ci(self) -> None:
        for tool in ("cmake", "ccache"):
            self.workshop.tool(tool, "")
        self.assertEqual(self.workshop.bash("mkdir -p build/logs; configure dev -DA=1").returncode, 0)
        # A revision from before there were twins.
        self.assertEqual(self.workshop.bash("sed -i /ci-dev/d CMakePresets.json; configure dev -DA=1").returncode, 0)
        now, before = [call for call in self.workshop.called() if call.startswith("cmake")]
        self.assertRegex(now, r"^cmake --preset ci-dev .*-DA=1$")
        self.assertRegex(before, r"^cmake --preset dev .*-DA=1$")


class WhileBuilding(TaskTest):
    def follow(self, script: str) -> tuple[subprocess.CompletedProcess, str]:
        ran = self.workshop.bash(f"progress_every_s=1; ({script}) | follow_build release said.log")
        return ran, (self.workshop.tree / "said.log").read_text()

    def test_progress_is_shown_and_the_log_is_kept(self) -> None:
        ran, log = self.follow("echo '[1/3] one'; echo '[2/3] two'; sleep 2.5; echo 'a warning'; printf '[3/3] no end'")
        self.assertEqual(log, "[1/3] one\n[2/3] two\na warning\n[3/3] no end\n")
        self.assertRegex(ran.stderr, r"^\[2/3\] building release \(\d s so far\)\n")
        self.assertEqual(ran.returncode, 0)

    def test_a_line_that_arrives_in_pieces_is_shown_once(self) -> None:
        ran, log = self.follow("printf '[1/2'; sleep 2.2; echo '] one'; sleep 1.5")
        self.assertEqual(log, "[1/2] one\n")
        self.assertIn("building release (", ran.stderr.splitlines()[0])
        self.assertTrue(ran.stderr.splitlines()[-1].startswith("[1/2] building release"))

    def test_a_failed_build_fails_and_shows_its_output(self) -> None:
        self.workshop.tool("cmake", "echo '[1/2] CXX a.o'; echo 'a.cpp:1: error: no'; exit 1")
        self.workshop.tool("ninja", "echo '[1/2] CXX a.o'; echo '[2/2] LINK a'")
        (self.workshop.tree / "build/release").mkdir(parents=True)
        (self.workshop.tree / "build/release/build.ninja").touch()
        (self.workshop.tree / "build/logs").mkdir()
        ran = self.workshop.bash("compile release backtalk || echo failed")
        self.assertEqual(ran.stdout, "failed\n")
        self.assertIn("Building the preset release: 2 steps, a few seconds.", ran.stderr)
        self.assertIn("a.cpp:1: error: no", ran.stderr)

    def test_the_second_waits_for_the_first(self) -> None:
        ran = self.workshop.bash("""
          slowly() { echo begun; sleep 1.5; echo ended; }
          locked fuzz slowly & sleep 0.5
          locked fuzz echo second; locked fuzz echo third; wait""")
        self.assertEqual(ran.stdout.split(), ["begun", "ended", "second", "third"])
        self.assertEqual(ran.stderr.count("Another ./run is building the preset fuzz in this tree; waiting"), 1)

    def test_other_presets_do_not_wait(self) -> None:
        ran = self.workshop.bash("locked fuzz sleep 1.5 & sleep 0.5; locked asan echo at once; wait")
        self.assertEqual((ran.stdout, ran.stderr), ("at once\n", ""))

    def test_the_lock_is_released_with_its_holder(self) -> None:
        ran = self.workshop.bash("""
          # A subshell is a copy of the shell, with every file that the shell has open.
          starts_something() { { sleep 5; true; } >/dev/null 2>&1 & }
          locked fuzz starts_something; locked fuzz false || echo "failed: $?"; locked fuzz echo free""")
        self.assertEqual((ran.stdout, ran.stderr), ("failed: 1\nfree\n", ""))


class Steps(TaskTest):
    """Which steps of the tests run."""

    SCRIPT = """
    install_sections() { :; }; unpack_servers() { :; }; print_summary() { :; }
    test_steps() { step lint "lint" echo ran-lint; step build "build" echo ran-build; step servers "servers" echo ran-servers; }
    """

    def ran(self, *steps: str) -> list[str]:
        done = self.workshop.bash(f"{self.SCRIPT} task_test {' '.join(steps)}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [line.removeprefix("ran-") for line in done.stdout.splitlines() if line.startswith("ran-")]

    def test_the_matrix_of_servers_runs_only_if_it_is_named(self) -> None:
        self.assertEqual(self.ran(), ["lint", "build"])
        self.assertEqual(self.ran("servers"), ["build", "servers"])
        self.assertEqual(self.ran("lint"), ["lint"])

    def test_it_is_listed(self) -> None:
        listed = self.workshop.run("test", "--list").stdout
        self.assertRegex(listed, r"(?m)^  servers .*only if named")
        names = re.findall(r"(?m)^  (\S+)", listed)
        self.assertEqual(len(names), len(set(names)), names)


class StepsBeside(TaskTest):
    """Steps of the tests that run at the same time."""

    SCRIPT = """
    install_sections() { :; }; unpack_servers() { :; }
    met() { touch "$1"; for _ in $(seq 300); do [ ! -e "$2" ] || return 0; sleep 0.1; done; return 1; }
    test_steps() { side_by_side left right; step last "last" true; }
    """

    def test_they_run_at_the_same_time_and_each_is_in_the_summary(self) -> None:
        done = self.workshop.bash(self.SCRIPT + """
          left() { step a "left" met one two; }; right() { step b "right" met two one; }
          task_test""")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(re.findall(r"(?m)^passed +\d+ s +\d+ s CPU  (\w+)$", done.stdout), ["left", "right", "last"])

    def test_one_that_fails_fails_the_run_and_keeps_no_other_from_running(self) -> None:
        for left, right in (("true", "false"), ("false", "true"), ("true", "stop no")):
            done = self.workshop.bash(self.SCRIPT + f"""
              left() {{ step a "left" {left}; }}; right() {{ step b "right" {right}; step c "behind" true; }}
              task_test""")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stdout, r"(?m)^passed .* behind$")
            self.assertIn("1 of 4 steps failed", done.stdout)

    def test_what_is_said_beside_is_shown_behind_the_name_of_its_step(self) -> None:
        done = self.workshop.bash(self.SCRIPT + """
          left() { step a "left" sleep 1; }; right() { step b "right" sh -c 'echo out; sleep 0.5; echo err >&2'; }
          task_test""")
        self.assertIn("\n== right\nout\nerr\n", done.stderr)

    def test_they_end_with_the_run(self) -> None:
        done = self.workshop.bash(self.SCRIPT + """
          left() { step a "left" met one two; [ "$test_lists" != no ] || exit 7; }
          right() { step b "right" sh -c 'echo $$ >two; exec sleep 60'; }
          task_test""")
        self.assertEqual(done.returncode, 7, done.stderr)
        process = (self.workshop.tree / "two").read_text().strip()
        for _ in range(100):
            if not Path(f"/proc/{process}").exists():
                return
            time.sleep(0.1)
        self.fail("the step beside still runs")


# What `backtalk` does for the demo: the servers say where they listen and wait, a load writes its result.
PROGRAM = r"""
case $1 in
  serve)
    for word in "$@"; do case $word in *://*) echo "listening on ${word%:0}:1" ;; esac; done
    trap "echo ended >>$CALLS; exit" TERM
    while :; do sleep 0.05; done ;;
  load)
    while [ "$1" != --json ]; do shift; done
    cp "$REPORT" "$2" ;;
esac
"""
REPORT = {"latency_ns": {"p50": 1e6, "p90": 2e6, "p99": 3e6, "p99_9": 4e6},
          "transactions": {"completed": 10, "failed": 2, "per_s": 54321},
          "client": {"cpu_s": 0.1, "saturated": True}}


class Demo(unittest.TestCase):
    def demo(self) -> tuple[subprocess.CompletedProcess, list[str]]:
        workshop = Workshop()
        self.addCleanup(workshop.close)
        report = workshop.folder / "report.json"
        report.write_text(json.dumps(REPORT))
        workshop.tool("backtalk", f"CALLS={workshop.calls} REPORT={report}\n{PROGRAM}")
        ran = workshop.bash("build_program() { program=backtalk; }; task_demo")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran, [call for call in workshop.called() if not call.startswith("dpkg-query")]

    def test_one_server_speaks_all_four_protocols_and_each_is_loaded(self) -> None:
        _, calls = self.demo()
        self.assertEqual([call for call in calls if call.startswith("backtalk serve")], calls[:1])
        self.assertEqual(re.findall(r"(\w+)://127\.0\.0\.1:0", calls[0]), ["smtp", "pop3", "imap", "http"])
        loads = [call for call in calls if call.startswith("backtalk load")]
        self.assertEqual([re.match(r"backtalk load (\w+)://127\.0\.0\.1:1", call)[1] for call in loads],
                         ["smtp", "smtp", "smtp", "pop3", "imap", "http"])
        self.assertEqual(calls[-1], "ended")

    def test_its_loads_leave_five_of_the_fifteen_seconds(self) -> None:
        _, calls = self.demo()
        self.assertLessEqual(sum(int(ms) for call in calls for ms in re.findall(r"-d (\d+)ms", call)), 10_000)

    def test_the_mail_that_it_keeps_is_bounded(self) -> None:
        _, calls = self.demo()
        for call in calls:
            if call.startswith("backtalk load smtp"):
                self.assertRegex(call, r"-n \d+ --size \d+")

    def test_it_shows_one_table_and_what_sharing_one_machine_means(self) -> None:
        ran, _ = self.demo()
        head, *rows = ran.stdout.split("\n\n")[0].splitlines()
        self.assertEqual(re.split("  +", head.strip()), ["per second", "p50", "p99", "client CPU", "failed"])
        self.assertEqual([row.split()[0] for row in rows], ["SMTP,"] * 3 + ["POP3,", "IMAP,", "HTTP,"])
        for row in rows:
            self.assertRegex(row, r"  54,321   1\.000 ms   3\.000 ms   10000\.0 µs +2$")
        self.assertEqual(ran.stdout.count("Client and server share this machine, so this shows the gain of pipelining"), 1)
        self.assertNotIn("limit", ran.stdout)


if __name__ == "__main__":
    unittest.main()
