#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""clang-tidy reads many files in batches, and says of each what it says of it apart: here it runs itself, on small files."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
NUMBERS = range(14)
PLAIN = [f"loadgen/one/file{number:02}.cpp" for number in NUMBERS]
CONFIGURATION = """Checks: >
  -*,
  bugprone-suspicious-include,
  bugprone-unused-raii,
  clang-analyzer-core.NullDereference,
  misc-unused-alias-decls,
  misc-unused-using-decls,
  modernize-deprecated-headers,
  modernize-use-nullptr,
  readability-duplicate-include,
  readability-redundant-preprocessor
WarningsAsErrors: '*'
HeaderFilterRegex: '/loadgen/.*\\.hpp$'
"""
SOURCE = '#include "one/shared.hpp"\n\nint number{number}() {{ return twice({number}); }}\n'
NULL = "\n\nint* null{number}() {{ return 0; }}\n"  # on the third line after what is there


@unittest.skipUnless(shutil.which("clang-tidy-19"), "needs clang-tidy-19")
class Batches(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-tidy-")
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name).resolve()
        self.write(".clang-tidy", CONFIGURATION)
        self.write("loadgen/one/shared.hpp", "#pragma once\ninline int twice(int a) { return 2 * a; }\n")
        for number, name in enumerate(PLAIN):
            self.write(name, SOURCE.format(number=number))
        self.commands = {name: [[]] for name in PLAIN}

    def write(self, name: str, content: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def add(self, name: str, content: str) -> None:
        with (self.top / name).open("a") as file:
            file.write(content)

    def check(self, *only: str) -> subprocess.CompletedProcess:
        build = self.top / "build"
        build.mkdir(exist_ok=True)
        entries = [{"directory": str(build), "file": str(self.top / name),
                    "command": f"clang++-19 -std=c++20 -I{self.top} -I{self.top}/loadgen {' '.join(flags)} "
                               f"-o {Path(name).parent}/CMakeFiles/it.dir/{Path(name).name}.o -c {self.top / name}"}
                   for name, ways in self.commands.items() for flags in ways]
        (build / "compile_commands.json").write_text(json.dumps(entries))
        command = [sys.executable, "-B", TOP / "tasks/clang_tidy.py", "build", *(only or self.commands)]
        return subprocess.run(command, cwd=self.top, capture_output=True, text=True, check=False)

    def findings(self, ran: subprocess.CompletedProcess) -> list[str]:
        """Path:line [check] of each finding that was printed."""
        lines = [line for line in ran.stdout.splitlines() if ": error: " in line]
        return sorted(f"{line.split(':')[0].removeprefix(f'{self.top}/')}:{line.split(':')[1]} "
                      f"{line.rsplit('[', 1)[1].split(',')[0]}" for line in lines)

    def steps(self, ran: subprocess.CompletedProcess) -> list[str]:
        """The lines that count what is done: one for each batch and for each file that was read apart."""
        return [line for line in ran.stderr.splitlines() if line.startswith("clang-tidy ") and "/" in line.split()[1]]

    def assert_all_are_counted_once(self, ran: subprocess.CompletedProcess) -> None:
        counted = [word for line in self.steps(ran) for word in line.removesuffix(": FAILED").split()[2:]]
        self.assertEqual(sorted(counted), sorted(self.commands), ran.stderr)

    def assert_found(self, wanted: list[str]) -> subprocess.CompletedProcess:
        ran = self.check()
        self.assertEqual(self.findings(ran), sorted(wanted), ran.stdout + ran.stderr)
        self.assertEqual(ran.returncode, 1 if wanted else 0, ran.stderr)
        self.assert_all_are_counted_once(ran)
        return ran

    def test_clean_files_pass_in_batches(self) -> None:
        ran = self.assert_found([])
        self.assertIn("14 of them are read in 2 batches.", ran.stderr)
        self.assertNotIn("Read apart", ran.stderr)
        self.assertEqual(ran.stdout, "")
        self.assertEqual(len(self.steps(ran)), 2, ran.stderr)

    def test_a_finding_in_the_middle_of_a_batch_is_reported_in_its_own_file(self) -> None:
        self.add(PLAIN[6], NULL.format(number=6))
        ran = self.assert_found([f"{PLAIN[6]}:6 modernize-use-nullptr"])
        self.assertIn(f"it complains about {PLAIN[6]}.", ran.stderr)

    def test_the_static_analyzer_follows_the_functions_of_a_batch(self) -> None:
        for number in (6, 7):
            self.add(PLAIN[number], f"int follow{number}(int a) {{\n  int* b = nullptr;\n  return a == 3 ? *b : 0;\n}}\n")
        # Of tests it has a limit of its own among many files.
        self.write("gtest/gtest.h", "#pragma once\n")
        self.add(PLAIN[7], "#include <gtest/gtest.h>\n")
        self.assert_found([f"{PLAIN[number]}:6 clang-analyzer-core.NullDereference" for number in (6, 7)])

    def test_a_finding_in_a_header_is_reported_once(self) -> None:
        self.add("loadgen/one/shared.hpp", "inline int* nothing() { return 0; }\n")
        self.assert_found(["loadgen/one/shared.hpp:3 modernize-use-nullptr"])

    def test_a_header_of_others_is_left_alone(self) -> None:
        self.write("foreign/other.hpp", "#pragma once\ninline int* nothing() { return 0; }\n")
        self.write(PLAIN[3], '#include "foreign/other.hpp"\n')
        self.assert_found([])

    def test_files_that_collide_are_read_apart_and_checked(self) -> None:
        for number in (4, 6):
            self.add(PLAIN[number], f"namespace {{\nint same() {{ return {number}; }}\nint* null() {{ return 0; }}\n}}\n"
                                    f"int use{number}() {{ return null() == nullptr ? same() : 0; }}\n")
        self.add(PLAIN[8], NULL.format(number=8))
        ran = self.assert_found([f"{PLAIN[4]}:6 modernize-use-nullptr", f"{PLAIN[6]}:6 modernize-use-nullptr",
                                 f"{PLAIN[8]}:6 modernize-use-nullptr"])
        self.assertIn(f"Read apart, because the batch does not compile with them: {PLAIN[6]}\n", ran.stderr)

    def test_a_file_declared_apart_is_in_no_batch(self) -> None:
        self.write("loadgen/one/CMakeLists.txt", f"backtalk_compile_apart({Path(PLAIN[2]).name}\n  other.cpp)\n")
        self.add(PLAIN[2], NULL.format(number=2))
        ran = self.assert_found([f"{PLAIN[2]}:6 modernize-use-nullptr"])
        self.assertIn("13 of them are read in 2 batches.", ran.stderr)
        self.assertNotIn("does not compile", ran.stderr)

    def test_a_file_that_never_compiles_fails_alone(self) -> None:
        self.add(PLAIN[5], "int broken(\n")
        ran = self.check()
        self.assertEqual(ran.returncode, 1)
        self.assertIn(f"it complains about {PLAIN[5]}.", ran.stderr)
        self.assertEqual({finding.split(":")[0] for finding in self.findings(ran)}, {PLAIN[5]})
        self.assert_all_are_counted_once(ran)

    def test_a_file_compiled_in_two_ways_is_checked_in_both(self) -> None:
        self.commands[PLAIN[7]] = [[], ["-DSECOND"]]
        self.add(PLAIN[7], "#ifdef SECOND\nint* null() { return 0; }\n#endif\n")
        self.assert_found([f"{PLAIN[7]}:5 modernize-use-nullptr"])

    def test_flags_of_the_file_hold_in_the_batch(self) -> None:
        for name in PLAIN[::2]:
            self.commands[name] = [["-DSECOND"]]
        self.add(PLAIN[6], "#ifdef SECOND\nint* null() { return 0; }\n#endif\n")
        self.add(PLAIN[7], "#ifdef SECOND\nint* null() { return 0; }\n#endif\n")
        self.assert_found([f"{PLAIN[6]}:5 modernize-use-nullptr"])

    def test_what_clang_tidy_asks_of_a_main_file_alone_is_asked(self) -> None:
        """A batch by itself finds none of these."""
        self.add("loadgen/one/shared.hpp", "namespace far { int away(); int near(); }\n")
        self.add(PLAIN[5], "using far::away;\n")
        self.add(PLAIN[7], "using far::away;\nint use7() { return away(); }\n")  # in the same batch
        self.add(PLAIN[6], "namespace f = far;\n")
        self.add(PLAIN[8], "#include <string.h>\n")
        self.add(PLAIN[9], "#ifndef A\nint a;\n#ifndef A\nint b;\n#endif\n#endif\n")
        self.assert_found([f"{PLAIN[5]}:4 misc-unused-using-decls", f"{PLAIN[6]}:4 misc-unused-alias-decls",
                           f"{PLAIN[8]}:4 modernize-deprecated-headers", f"{PLAIN[9]}:6 readability-redundant-preprocessor"])

    def test_a_source_that_a_file_includes_is_suspicious_still(self) -> None:
        self.write("loadgen/one/part.cpp", "")
        self.add(PLAIN[6], '#include "one/part.cpp"\n')
        self.assert_found([f"{PLAIN[6]}:4 bugprone-suspicious-include"])

    def test_each_folder_has_its_own_configuration(self) -> None:
        for number in NUMBERS:
            self.write(f"loadgen/two/file{number:02}.cpp", SOURCE.format(number=number))
            self.commands[f"loadgen/two/file{number:02}.cpp"] = [[]]
        self.write("loadgen/two/.clang-tidy", "InheritParentConfig: true\nChecks: -modernize-use-nullptr\n")
        for folder in ("one", "two"):
            self.add(f"loadgen/{folder}/file06.cpp", NULL.format(number=6) + '#include "one/shared.hpp"\n')
        ran = self.assert_found(["loadgen/one/file06.cpp:6 modernize-use-nullptr",
                                 "loadgen/one/file06.cpp:7 readability-duplicate-include",
                                 "loadgen/two/file06.cpp:7 readability-duplicate-include"])
        self.assertIn("28 of them are read in 4 batches.", ran.stderr)

    def test_a_check_that_a_folder_turns_off_does_not_break_up_its_batches(self) -> None:
        self.write("loadgen/one/.clang-tidy", "InheritParentConfig: true\nChecks: -modernize-use-nullptr\n")
        self.add(PLAIN[6], NULL.format(number=6))
        self.assertEqual(len(self.steps(self.assert_found([]))), 2)

    def test_a_few_files_are_read_apart(self) -> None:
        self.add(PLAIN[2], NULL.format(number=2))
        ran = self.check(*PLAIN[:3])
        self.assertEqual(self.findings(ran), [f"{PLAIN[2]}:6 modernize-use-nullptr"])
        self.assertNotIn("batches", ran.stderr)


if __name__ == "__main__":
    unittest.main()
