# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Builds the working copy, and knows its tests."""

import hashlib
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import bounded
from project import Area
from suites import Suite, Test, suites_of

BUILD_SECONDS_MAX = 3600
TEST_SECONDS_MAX = 900
MEMORY_GIB = 4
OUTPUT_OCTETS_MAX = 1 << 24


class Build:
    """A build folder of its own, in which an area's library is shared, so that a mutant is compiled and not linked with
    every test."""

    def __init__(self, source: Path, folder: Path, area: Area) -> None:
        self.source, self.folder, self.area = source, folder, area
        self.suites: list[Suite] = []

    def configure(self, arguments: list[str]) -> None:
        shared = Path(__file__).resolve().parent / "shared.cmake"
        command = ["cmake", "-G", "Ninja", *arguments, "-S", self.source, "-B", self.folder,
                   f"-DCMAKE_PROJECT_INCLUDE={shared}", f"-DBACKTALK_MUTATED={self.area.library}",
                   "-DCMAKE_LINK_DEPENDS_NO_SHARED=ON"]
        if shutil.which("ccache"):  # as tasks/build.sh has it
            command.append("-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_SLOPPINESS=pch_defines,time_macros;ccache")
        ran = subprocess.run([str(word) for word in command], cwd=self.source, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise SystemExit(f"cmake could not configure the working copy:\n{ran.stdout}{ran.stderr}")

    def make(self, *targets: str, seconds: float = BUILD_SECONDS_MAX) -> bool:
        return bounded.run(["ninja", "-j1", *targets], self.folder, seconds) == 0

    def make_all(self) -> None:
        if subprocess.run(["ninja", self.area.library, *self.area.all_programs], cwd=self.folder, check=False).returncode != 0:
            raise SystemExit("the working copy does not build")

    def library_hash(self) -> str:
        """Of its code: debugging information says where in a line the code was."""
        names = [f"lib*{self.area.library.removeprefix('lib')}*.so", f"lib*{self.area.library.replace('_', '-')}*.so"]
        if self.area.file:
            names = [self.area.file]
        found = [path for name in names for path in self.folder.rglob(name)]
        if not found:
            raise SystemExit(f"{self.area.library} has made no shared library")
        with tempfile.NamedTemporaryFile() as stripped:
            subprocess.run(["strip", "--strip-debug", "-o", stripped.name, found[0]], check=True)
            return hashlib.sha256(Path(stripped.name).read_bytes()).hexdigest()

    def run(self, test: Test | Suite, seconds: float) -> tuple[int | str, str]:
        """The exit status, and what a test program said."""
        with tempfile.TemporaryFile() as output:
            status = bounded.run(test.command, test.folder, seconds, MEMORY_GIB,
                                 {"GTEST_FAIL_FAST": "1", **test.environment}, output)
            output.seek(0)
            return status, output.read(OUTPUT_OCTETS_MAX).decode(errors="replace")

    def find_tests(self) -> None:
        """The tests that run one of the area's programs. They must pass, and how long they take is measured."""
        listed = json.loads(subprocess.run(["ctest", "--test-dir", self.folder, "--show-only=json-v1"], check=True,
                                           capture_output=True).stdout)
        tests = []
        for row in listed["tests"]:
            command = row.get("command")
            if not command or Path(command[0]).name not in self.area.all_programs:
                continue
            given = {one["name"]: one["value"] for one in row.get("properties", [])}
            environment = dict(pair.split("=", 1) for pair in given.get("ENVIRONMENT", []))
            test = Test(row["name"], command, Path(given.get("WORKING_DIRECTORY", self.folder)), environment)
            if "FIXTURES_SETUP" not in given:
                tests.append(test)
            elif self.run(test, TEST_SECONDS_MAX)[0] != 0:  # makes what other tests read
                raise SystemExit(f"{test.name} fails without a mutant")
        if not tests:
            raise SystemExit(f"ctest knows no test of {', '.join(self.area.all_programs)}")
        self.suites = suites_of(tests)
        for suite in self.suites:
            begin = time.monotonic()
            status, output = self.run(suite, TEST_SECONDS_MAX)
            if status != 0:
                raise SystemExit(f"{suite.culprit(output)} fails without a mutant")
            suite.seconds = time.monotonic() - begin
            suite.measure(output)
