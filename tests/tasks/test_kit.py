#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The licence line of source files, the width of prose and comments, and what has to agree before a release."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tasks"))
import line_width  # noqa: E402
import release_notes  # noqa: E402
import spdx  # noqa: E402

LINE = "SPDX-License-Identifier: Apache-2.0 OR MIT"
# Before and after.
FILES = {
    "parsers/a.hpp": ("/// What it is.\n", f"// {LINE}\n/// What it is.\n"),
    "fuzz/adapter.h": ("int a;\n", f"/* {LINE} */\nint a;\n"),
    "run": ("#!/usr/bin/env bash\n# Tasks.\n", f"#!/usr/bin/env bash\n# {LINE}\n# Tasks.\n"),
    "tasks/a.py": ("#!/usr/bin/env python3\nprint()\n", f"#!/usr/bin/env python3\n# {LINE}\nprint()\n"),
    "tasks/empty.sh": ("", f"# {LINE}\n"),
    "CMakeLists.txt": ("project(a)\n", f"# {LINE}\nproject(a)\n"),
    "has_it.cpp": (f"// {LINE}\n", f"// {LINE}\n"),
    "corpora/smtp/rfc/a.txt": ("250 ok\r\n", "250 ok\r\n"),
    "examples/parsers/a.cpp": ("int a;\n", "int a;\n"),
    "docs/a.md": ("# A\n", "# A\n"),
    "build/generated.cpp": ("int a;\n", "int a;\n"),  # ignored by git
}


class Licence(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-spdx-")
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        for name, (before, _) in FILES.items():
            (self.top / name).parent.mkdir(parents=True, exist_ok=True)
            (self.top / name).write_bytes(before.encode())
        (self.top / ".gitignore").write_text("/build/\n")
        subprocess.run(["git", "init", "--quiet"], cwd=self.top, check=True)

    def spdx(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, TOP / "tasks/spdx.py", *arguments], cwd=self.top, capture_output=True,
                              text=True, check=False)

    def test_it_is_added_once_and_where_it_belongs(self) -> None:
        for _ in range(2):
            self.assertEqual(self.spdx().returncode, 0)
            for name, (_, after) in FILES.items():
                self.assertEqual((self.top / name).read_bytes().decode(), after, name)

    def test_check_names_files_without_it_and_changes_nothing(self) -> None:
        ran = self.spdx("--check")
        named = {line.split(":")[0] for line in ran.stdout.splitlines()}
        self.assertEqual(named, {name for name, (before, after) in FILES.items() if before != after})
        self.assertEqual(ran.returncode, 1)
        for name, (before, _) in FILES.items():
            self.assertEqual((self.top / name).read_bytes().decode(), before, name)
        self.spdx()
        ran = self.spdx("--check")
        self.assertEqual((ran.returncode, ran.stdout), (0, ""))

    def test_only_the_first_lines_of_a_file_count(self) -> None:
        self.assertFalse(spdx.has_licence(f"a\nb\nc\n// {LINE}\n"))


LONG = "word " * 24  # 119 columns, and a space
WIDE_PROSE = {
    f"{LONG}\n{LONG}no\n": [2],
    f"- {LONG}no\n": [1],
    f"- an item\n\n  {LONG}no\n": [3],
    f"    code {LONG}\n\nA paragraph\n    {LONG}no\n": [4],
    f"| a | {LONG} |\n## {LONG}no\n": [],
    f"```text\n{LONG}no\n```\n{LONG}no\n": [4],
    f"````md\n```\n````\n{LONG}no\n": [4],
    f"- an item\n\n      code {LONG}\n\n      {LONG}no\n": [],
    f"- an item\n\n    {LONG}no\n": [3],
    f"See\n[{'a' * 130}](b).\n- {'a' * 130}\n": [],
    f"See [a]({'a' * 130}).\n": [1],
}
WIDE_COMMENTS = {
    f"// {'word ' * 19}12\n// {'word ' * 19}123\n": [2],
    f"int a;  // {'word ' * 20}\n/* {'word ' * 20} */\n * {'word ' * 20}\n": [1, 2, 3],
    f"int a = {'1 + ' * 30}1;\nconst char* url = \"a//{'b' * 100}\";\n": [],
    f"// https://example.org/{'a' * 100}\n": [],
    f"//   date-time = {'element ' * 12}\n/// name =/ {'element ' * 12}\n": [],
}


class LineWidth(unittest.TestCase):
    def test_only_prose_of_markdown_is_checked(self) -> None:
        for text, wide in WIDE_PROSE.items():
            self.assertEqual(list(line_width.wide_prose(text)), wide, text)

    def test_comments_are_checked_apart_from_abnf(self) -> None:
        for text, wide in WIDE_COMMENTS.items():
            self.assertEqual(list(line_width.wide_comments(text)), wide, text)

    def test_a_line_that_is_too_wide_fails_by_name(self) -> None:
        comment = line_width.COMMENTS_IN[0] + "a.cpp"
        with tempfile.TemporaryDirectory(prefix="backtalk-width-") as top:
            subprocess.run(["git", "init", "--quiet"], cwd=top, check=True)
            for name, text in (("a.md", f"{LONG}no\n"), (comment, f"// {LONG}no\n"), ("other/a.cpp", f"// {LONG}no\n")):
                path = Path(top) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            command = [sys.executable, TOP / "tasks/line_width.py"]
            ran = subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, 1)
            self.assertEqual([line.rsplit(":", 1)[0] for line in ran.stdout.splitlines()], ["a.md:1", f"{comment}:1"])
            (Path(top) / "a.md").write_text("short\n")
            (Path(top) / comment).write_text("// short\n")
            self.assertEqual(subprocess.run(command, cwd=top, capture_output=True, check=False).returncode, 0)


CMAKE = "cmake_minimum_required(VERSION 3.25)\nproject(backtalk VERSION 1.2.0 LANGUAGES CXX)\n"
CITATION = "title: Backtalk\nversion: 1.2.0\n"
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- news\n\n## [1.1.0] - 2026-11-01\n\n- old\n"


class ReleaseNotes(unittest.TestCase):
    def test_a_consistent_version_is_ready(self) -> None:
        self.assertEqual(release_notes.problems("1.2.0", CMAKE, CITATION, CHANGELOG), [])
        self.assertEqual(release_notes.section(CHANGELOG, "1.2.0"), "### Added\n\n- news")
        self.assertEqual(release_notes.section(CHANGELOG, "1.1.0"), "- old")

    def test_each_inconsistent_place_is_named(self) -> None:
        for changed, named in (((CMAKE.replace("1.2.0", "1.2.1"), CITATION, CHANGELOG), "CMakeLists.txt"),
                               ((CMAKE, CITATION.replace("1.2.0", "1.2.00"), CHANGELOG), "CITATION.cff"),
                               ((CMAKE, CITATION, CHANGELOG.replace(" - 2026-12-01", "")), "CHANGELOG.md"),
                               ((CMAKE, CITATION, CHANGELOG.replace("### Added\n\n- news\n", "")), "CHANGELOG.md")):
            found = release_notes.problems("1.2.0", *changed)
            self.assertEqual(len(found), 1)
            self.assertTrue(found[0].startswith(named), found)

    def test_a_dot_matches_only_a_dot(self) -> None:
        self.assertIsNone(release_notes.section(CHANGELOG, "1x2.0"))
        self.assertIsNone(release_notes.section(CHANGELOG.replace("1.2.0", "1x2.0"), "1.2.0"))

    def test_the_repository_agrees_on_its_version(self) -> None:
        cmake, citation = ((TOP / name).read_text() for name in ("CMakeLists.txt", "CITATION.cff"))
        version = citation.split("\nversion: ")[1].split("\n")[0]
        self.assertEqual(release_notes.problems(version, cmake, citation, f"## [{version}] - 2026-12-01\n\nnews\n"), [])


if __name__ == "__main__":
    unittest.main()
