#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run mutate: what it changes, and that it tells a planted gap in the tests from what they notice."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools/mutate"))
import bounded  # noqa: E402
from equivalents import Equivalents  # noqa: E402
from judge import Judge  # noqa: E402
from mutants import Mutant, mutants_by_line, sample  # noqa: E402
from mutators import blanked, changes, lines_with_changes  # noqa: E402
from project import Area  # noqa: E402
from results import EQUIVALENT, KILLED, SURVIVED, Result, Results, share, table  # noqa: E402
from suites import Suite, Test, suites_of  # noqa: E402

FAKE_PROJECT = {
    "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES CXX)
enable_testing()
add_library(tiny STATIC src/tiny.cpp)
add_executable(tiny_test test.cpp)
target_include_directories(tiny_test PRIVATE src)
target_link_libraries(tiny_test PRIVATE tiny)
add_test(NAME tiny.larger COMMAND tiny_test)
add_executable(other_test test.cpp)
target_include_directories(other_test PRIVATE src)
target_link_libraries(other_test PRIVATE tiny)
add_test(NAME other COMMAND other_test)
""",
    "src/tiny.cpp": """\
int larger(int a, int b) {
  return a > b ? a : b;
}
bool even(int n) {
  return n % 2 == 0;
}
int same(int n) {
  return n + 0;
}
int known(int n) {
  return n < 0 ? -n : n;
}
bool odd(int n) {
  return n % 2 == 0;
}
int once() {
  constexpr int kSize = 1;
  int all[kSize] = {3};
  return all[0];
}
""",
    "src/tiny.hpp": """\
inline int twice(int n) {
  return n + n;
}
inline int next(int n) {
  return n + 1;
}
""",
    # Nothing calls even(): that is the gap.
    "test.cpp": """\
#include "tiny.hpp"
int larger(int a, int b);
int once();
int main() { return larger(1, 2) == 2 && larger(4, 3) == 4 && once() == 3 && twice(2) == 4 ? 0 : 1; }
""",
    "tools/mutate/project.toml": """\
configure = ["-DCMAKE_BUILD_TYPE=Debug"]
[[area]]
name = "tiny"
folder = "src"
library = "tiny"
programs = ["tiny_test"]
""",
    "tools/mutate/equivalent.txt": """\
# Comments are allowed.

src/tiny.cpp
- return n < 0 ? -n : n;
+ return n <= 0 ? -n : n;
= minus zero
  is zero

src/tiny.cpp
-2 return n % 2 == 0;
+ return n % 2 != 0;
= nothing is said of the first

src/tiny.cpp
- return gone;
+ return;
= the line is no longer there
""",
    ".gitignore": "/build/\n",
}


def kinds(line: str, before: str = "") -> set[tuple[str, str]]:
    return {(change.kind, change.line) for change in changes(line, blanked(line), before)}


class Mutators(unittest.TestCase):
    def test_each_kind(self) -> None:
        expected = {
            "  a = b < c;": ("operator", "  a = b <= c;"),
            "  if (!done) go();": ("negation", "  if (done) go();"),
            "  return take(0x20'00);": ("constant", "  return take(0x2001);"),
            "  ++at;": ("step", "  at;"),
            "  if (const int n = next(); n > 2) go();": ("condition", "  if (const int n = next(); false) go();"),
            "  return true;": ("return", "  return false;"),
            "  return a && b;": ("return", "  return true;"),
            "  if (c == 'a') go();": ("character", "  if (c == 'b') go();"),
            "  if (c == '\\n') go();": ("character", "  if (c == 'x') go();"),
            '  return is("uid");': ("text", '  return is("uix");'),
        }
        for line, change in expected.items():
            with self.subTest(line=line):
                self.assertIn(change, kinds(line))

    def test_a_statement_is_left_out_only_where_it_is_whole(self) -> None:
        self.assertIn(("deletion", "  ;"), kinds("  go(1);", "  a = 2;"))
        self.assertNotIn("deletion", {kind for kind, _ in kinds("      b);", "  go(a,")})
        self.assertNotIn("deletion", {kind for kind, _ in kinds("  go(1);", "  a = b +")})

    def test_what_is_no_code_stays(self) -> None:
        for line in ("  // a < b", '  "a + b",', "  static_assert(a < b);", "#define A (1 + 2)", "  BACKTALK_EXPECT(a < b);",
                     "  work::examined(1);", "template <int N = 1>", ""):
            with self.subTest(line=line):
                self.assertEqual(kinds(line), set())

    def test_a_character_that_was_sent_is_no_operator(self) -> None:
        self.assertEqual({kind for kind, _ in kinds("  return c == '<';")}, {"operator", "return", "character"})

    def test_positions_stay_when_texts_are_blanked(self) -> None:
        text = 'a /* b\n c */ "d\\"" R"x(\n)x" 1\'000 \'e\' // f\n'
        self.assertEqual([len(line) for line in blanked(text).split("\n")], [len(line) for line in text.split("\n")])
        self.assertEqual(blanked(text).split(), ["a", "1'000"])

    def test_every_change_of_the_project_differs_and_is_one_line(self) -> None:
        for path in sorted((TOP / "parsers/src").rglob("*.[ch]pp")):
            for _, line, found in lines_with_changes(path.read_text()):
                for change in found:
                    self.assertNotEqual(change.line, line)
                    self.assertNotIn("\n", change.line)


class Choice(unittest.TestCase):
    LINES = [[Mutant("a.cpp", at, "constant", f"{at}", f"{at + new}") for new in (1, 2)] for at in range(100)]

    def test_lines_are_chosen_once_and_by_the_seed(self) -> None:
        chosen = sample(self.LINES, 40, 1)
        self.assertEqual(len({mutant.number for mutant in chosen}), 40)
        self.assertEqual(chosen, sample(self.LINES, 40, 1))
        self.assertNotEqual(chosen, sample(self.LINES, 40, 2))

    def test_a_larger_sample_begins_with_the_smaller(self) -> None:
        self.assertEqual(sample(self.LINES, 90, 7)[:40], sample(self.LINES, 40, 7))
        self.assertEqual(len(sample(self.LINES, 1000, 7)), 100)


class Bounds(unittest.TestCase):
    def test_an_endless_program_is_ended_with_its_children(self) -> None:
        begin = time.monotonic()
        self.assertEqual(bounded.run(["sh", "-c", "sleep 60 & sleep 60"], TOP, 0.2), bounded.TIMEOUT)
        self.assertLess(time.monotonic() - begin, 30)

    def test_memory_is_limited(self) -> None:
        take_all = "a = bytearray(3 << 30)"
        self.assertNotEqual(bounded.run([sys.executable, "-c", take_all], TOP, 60, memory_gib=1), 0)
        self.assertEqual(bounded.run([sys.executable, "-c", "a = bytearray(1 << 20)"], TOP, 60, memory_gib=1), 0)


class Report(unittest.TestCase):
    def test_the_share_is_of_those_that_can_be_killed(self) -> None:
        mutant = Mutant("src/a.cpp", 1, "constant", "1", "2")
        rows = [Result(mutant, KILLED, "t"), Result(mutant, KILLED, "t"), Result(mutant, KILLED, "t"),
                Result(mutant, SURVIVED), Result(mutant, EQUIVALENT, "why")]
        self.assertEqual(share(rows), "75.0 %")
        self.assertEqual(share([]), "-")
        self.assertRegex(table(rows), r"src +3 +1 +1 +0 +0 +75\.0 %\nall +3 +1 +1 +0 +0 +75\.0 %\n\nSurvived:\nsrc/a.cpp:1")

    def test_equivalents_of_the_project_are_of_lines_that_are_there(self) -> None:
        self.assertEqual(Equivalents(TOP / "tools/mutate/equivalent.txt").outdated(TOP), [])


class FakeBuild:
    """Of which every test passes, but those in `failing`."""

    tests = [Test("one", ["one_test"], TOP, {}), Test("two", ["two_test"], TOP, {})]
    suites = suites_of(tests)

    def __init__(self, linked: tuple[str, ...] = ()) -> None:
        loading = [test.program for test in self.tests if test.program not in linked]
        self.area = Area("tiny", "src", "tiny", loading, [*linked])
        self.made: list[str] = []
        self.failing: list[str] = []

    def library_hash(self) -> str:
        return str(len(self.made))

    def make(self, *targets: str) -> bool:
        self.made += targets
        return True

    def run(self, test: Test, _seconds: float) -> tuple[int, str]:
        return int(test.name in self.failing), ""


def gtest(name: str, seconds: float = 1.0) -> Test:
    """A test of a program of GoogleTest, as ctest lists it."""
    program, case = name.split("/", 1)
    return Test(f"{case}, as ctest calls it", [program, f"--gtest_filter={case}"], TOP, {}, seconds)


class Suites(unittest.TestCase):
    OUTPUT = ("[ RUN      ] A.b\n[       OK ] A.b (30 ms)\n[ RUN      ] A.c/1\n"
              "[       OK ] A.c/1, where GetParam() = x (1200 ms)\n[ RUN      ] A.d\n")

    def test_tests_of_a_program_run_at_once(self) -> None:
        alone = Test("alone", ["replay", "x"], TOP, {})
        found = suites_of([gtest("p/A.b"), alone, gtest("q/A.b"), gtest("p/A.c/1")])
        self.assertEqual([suite.command for suite in found], [["p"], ["replay", "x"], ["q"]])
        self.assertEqual([len(suite.tests) for suite in found], [2, 1, 1])

    def test_the_output_says_how_long_each_takes_and_which_failed(self) -> None:
        suite = Suite([gtest("p/A.b"), gtest("p/A.c/1"), gtest("p/A.d")])
        self.assertEqual(suite.culprit(self.OUTPUT), "A.d, as ctest calls it", "it ended in the middle")
        failed = "[  FAILED  ] A.c/1, where GetParam() = x (1 ms)\n[ RUN      ] A.d\n[  SKIPPED ] A.d (0 ms)\n"
        self.assertEqual(suite.culprit(failed), "A.c/1, as ctest calls it")
        self.assertEqual(suite.culprit("Segmentation fault\n"), "p")
        suite.measure(self.OUTPUT)
        self.assertEqual([round(test.seconds, 2) for test in suite.tests], [0.05, 1.22, 0.02])

    def test_the_likeliest_are_run_by_themselves_first(self) -> None:
        build = FakeBuild()
        replay = Test("replay_many", ["replay"], TOP, {}, 0.001)
        build.suites = suites_of([gtest(f"p/Many.t{at}", 1 + at) for at in range(20)] + [replay])
        order = list(Judge(build).order(Mutant("src/many.cpp", 1, "text", "a", "b")))
        self.assertEqual(order[0], replay)
        self.assertEqual([test.name[:7] for test in order[1:8]], [f"Many.t{at}"[:7] for at in range(7)])
        self.assertEqual(order[8:], [build.suites[0]], "and the replay not again")


class Programs(unittest.TestCase):
    def made(self, build: FakeBuild, *files: str) -> list[str]:
        judge = Judge(build)
        for file in files:
            judge.judge(Mutant(file, 1, "text", "a", "b", 1))
        return build.made

    def test_they_are_built_again_for_a_header_and_after_it(self) -> None:
        all_of_them = ["tiny", "one_test", "two_test"]
        self.assertEqual(self.made(FakeBuild(), "a.cpp", "b.hpp", "c.hpp", "d.cpp", "e.cpp"),
                         ["tiny", *all_of_them, *all_of_them, *all_of_them, "tiny"])

    def test_those_that_the_code_is_linked_into_are_built_for_each(self) -> None:
        self.assertEqual(self.made(FakeBuild(("two_test",)), "a.cpp", "b.cpp"), ["tiny", "two_test", "tiny", "two_test"])

    def test_those_behind_the_one_that_kills_are_not(self) -> None:
        build = FakeBuild()
        build.failing = ["one"]
        self.assertEqual(self.made(build, "b.hpp", "d.cpp"), ["tiny", "one_test", "tiny", "one_test"])
        build.failing = []
        self.assertEqual(self.made(build, "e.cpp")[4:], ["tiny"], "a new judge has built all")


class FakeProject(unittest.TestCase):
    def setUp(self) -> None:
        self.top = Path(tempfile.mkdtemp(prefix="backtalk-mutate-"))
        self.addCleanup(shutil.rmtree, self.top)
        for name, text in FAKE_PROJECT.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        subprocess.run(["git", "init", "-q", self.top], check=True)

    def mutate(self, *arguments: str | Path) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-B", TOP / "tools/mutate", "--project", self.top, *map(str, arguments)],
                              capture_output=True, text=True, check=False, timeout=600)

    def mutant(self, old: str, new: str) -> Mutant:
        found = [mutant for line in mutants_by_line(self.top, ["src/tiny.cpp", "src/tiny.hpp"]) for mutant in line]
        return next(one for one in found if (one.old.strip(), one.new.strip()) == (old, new))

    def test_a_gap_is_reported_and_what_is_noticed_is_not(self) -> None:
        gap = self.mutant("return n % 2 == 0;", "return n % 2 != 0;")
        self.assertEqual((gap.number, gap.nth), (5, 1))  # and not the same line of odd()
        alike = self.mutant("return a > b ? a : b;", "return a >= b ? a : b;")
        mutants = [gap, alike, self.mutant("return n + 0;", "return n - 0;"),
                   self.mutant("return n < 0 ? -n : n;", "return n <= 0 ? -n : n;"),
                   self.mutant("constexpr int kSize = 1;", "constexpr int kSize = 0;"),
                   self.mutant("int all[kSize] = {3};", "int all[kSize] = {4};")]
        chosen = Results(self.top / "chosen.json")
        for one in mutants:
            chosen.add(Result(one, SURVIVED))
        ran = self.mutate("--from", self.top / "chosen.json", "--out", self.top / "out.json")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        outcomes = {row["new"].strip(): row["outcome"] for row in json.loads((self.top / "out.json").read_text())}
        self.assertEqual(outcomes, {"return n % 2 != 0;": "survived", "return a >= b ? a : b;": "survived",
                                    "return n - 0;": "same code", "return n <= 0 ? -n : n;": "equivalent",
                                    "constexpr int kSize = 0;": "not compiled", "int all[kSize] = {4};": "killed"})
        self.assertIn("no longer there: src/tiny.cpp: return gone;", ran.stdout)
        survived = ran.stdout.split("Survived:")[1]
        self.assertIn("+ return n % 2 != 0;", survived)
        self.assertNotIn("{4}", survived)
        self.assertEqual((self.top / "src/tiny.cpp").read_text(), FAKE_PROJECT["src/tiny.cpp"])
        self.assertEqual((self.top / "build/mutate/source/src/tiny.cpp").read_text(), FAKE_PROJECT["src/tiny.cpp"])

        # The gap is closed: what survived is tried again, and nothing else is.
        test = self.top / "test.cpp"
        test.write_text("bool even(int n);\n" + test.read_text().replace("? 0 : 1", "&& even(2) ? 0 : 1"))
        ran = self.mutate("--from", self.top / "out.json", "--out", self.top / "again.json")
        again = {row["new"].strip(): (row["outcome"], row["by"]) for row in json.loads((self.top / "again.json").read_text())}
        self.assertEqual(again, {"return n % 2 != 0;": ("killed", "tiny.larger"), "return a >= b ? a : b;": ("survived", "")})

        # What was done is not done again.
        ran = self.mutate("--from", self.top / "out.json", "--out", self.top / "again.json")
        self.assertNotIn("building", ran.stdout)
        self.assertIn("50.0 %", ran.stdout)

    def test_a_mutant_of_a_header_is_gone_with_the_next(self) -> None:
        chosen = Results(self.top / "chosen.json")
        for old, new in (("return n + n;", "return n - n;"), ("return n + 1;", "return n - 1;")):
            chosen.add(Result(self.mutant(old, new), SURVIVED))
        self.mutate("--from", self.top / "chosen.json", "--out", self.top / "out.json")
        outcomes = {row["new"].strip(): row["outcome"] for row in json.loads((self.top / "out.json").read_text())}
        self.assertEqual(outcomes, {"return n - n;": "killed", "return n - 1;": "survived"})

    def test_a_test_that_fails_without_a_mutant_ends_it(self) -> None:
        (self.top / "test.cpp").write_text("int main() { return 1; }\n")
        ran = self.mutate("src", "--count", "1")
        self.assertIn("tiny.larger fails without a mutant", ran.stderr)
        self.assertNotEqual(ran.returncode, 0)

    def test_what_no_test_is_known_for_is_refused(self) -> None:
        for file, said in (("test.cpp", "project.toml says of no tests"), ("src/none.cpp", "no such file: src/none.cpp")):
            self.assertIn(said, self.mutate(file).stderr)

    def test_the_list_builds_nothing(self) -> None:
        ran = self.mutate("--list", "--count", "100")
        self.assertIn("src/tiny.cpp:2: ", ran.stdout)
        self.assertFalse((self.top / "build").exists())


if __name__ == "__main__":
    unittest.main()
