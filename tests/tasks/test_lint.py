#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What ./run lint looks at, in a repository made for it, and how it says how far it is."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from workshop import TOP, Workshop  # noqa: E402

FILES = {
    "parsers/include/backtalk/error.hpp": "",
    "parsers/include/backtalk/smtp/reply.hpp": '#include "backtalk/error.hpp"\n',
    "parsers/src/smtp/reply.cpp": '#include "backtalk/smtp/reply.hpp"\n',
    "parsers/src/inner.hpp": '  #  include "backtalk/error.hpp"\n',
    "parsers/src/outer.hpp": '#include "inner.hpp"\n',
    "parsers/src/pop3.cpp": '#include "outer.hpp"\n',
    "loadgen/cli/main.cpp": '#include <vector>\n',
    "tests/unit/reply_test.cpp": '#include "backtalk/smtp/reply.hpp"\n#include "backtalk/error.hpp"\n',
    "docs/parsers.md": "",
}


class Repository(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-lint-")
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        for name, text in FILES.items():
            self.write(name, text)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("first")

    def write(self, name: str, text: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def git(self, *arguments: str) -> str:
        settings = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *settings, *arguments], cwd=self.top, capture_output=True, text=True,
                              check=True).stdout

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD").strip()

    def change(self, name: str) -> None:
        self.write(name, FILES[name] + "// changed\n")

    def select(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, TOP / "tasks/lint_select.py", *arguments], cwd=self.top, capture_output=True,
                              text=True, check=False)

    def chosen(self, *arguments: str) -> dict[str, list[str]]:
        ran = self.select(*arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        lines = [line.split(" ", 1) for line in ran.stdout.splitlines()]
        return {word: [name for first, name in lines if first == word] for word in ("look", "tidy")}


class Selection(Repository):
    def test_a_branch_is_compared_with_where_it_left_main(self) -> None:
        self.git("switch", "--quiet", "--create", "mine")
        self.change("loadgen/cli/main.cpp")
        self.commit("committed")
        self.change("parsers/src/pop3.cpp")  # not committed
        self.write("tests/unit/new_test.cpp", "")  # unknown to git
        self.change("docs/parsers.md")
        wanted = ["loadgen/cli/main.cpp", "parsers/src/pop3.cpp", "tests/unit/new_test.cpp"]
        self.assertEqual(self.chosen(), {"look": wanted, "tidy": wanted})

    def test_later_commits_of_main_are_not_included(self) -> None:
        self.git("switch", "--quiet", "--create", "mine")
        self.change("loadgen/cli/main.cpp")
        self.commit("mine")
        self.git("switch", "--quiet", "main")
        self.change("parsers/src/pop3.cpp")
        self.commit("theirs")
        self.git("switch", "--quiet", "mine")
        self.assertEqual(self.chosen()["look"], ["loadgen/cli/main.cpp"])

    def test_main_ahead_of_its_origin_is_compared_with_that(self) -> None:
        first = self.git("rev-parse", "HEAD").strip()
        self.git("update-ref", "refs/remotes/origin/main", first)
        for name in ("loadgen/cli/main.cpp", "parsers/src/pop3.cpp"):
            self.change(name)
            self.commit(name)
        self.assertEqual(self.chosen()["look"], ["loadgen/cli/main.cpp", "parsers/src/pop3.cpp"])

    def test_the_nearest_main_is_the_base(self) -> None:
        """A branch from a main that is ahead of its origin: only the branch's own files."""
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
        self.change("loadgen/cli/main.cpp")
        self.commit("main")
        self.git("switch", "--quiet", "--create", "mine")
        self.change("parsers/src/pop3.cpp")
        self.commit("mine")
        self.assertEqual(self.chosen()["look"], ["parsers/src/pop3.cpp"])

    def test_main_itself_is_compared_with_the_commit_before(self) -> None:
        self.change("loadgen/cli/main.cpp")
        self.commit("second")
        self.change("parsers/src/pop3.cpp")
        ran = self.select()
        self.assertIn("the commit before this one (nothing here is ahead of main)", ran.stderr)
        self.assertEqual(self.chosen()["look"], ["loadgen/cli/main.cpp", "parsers/src/pop3.cpp"])

    def test_a_first_commit_is_checked_whole(self) -> None:
        ran = self.select()
        self.assertIn("no revision to compare with", ran.stderr)
        self.assertEqual(len(self.chosen()["look"]), len(FILES) - 1)

    def test_without_git_everything_is_checked(self) -> None:
        (self.top / ".git").rename(self.top / "git")
        self.assertIn("not a git repository", self.select().stderr)
        self.assertEqual(self.chosen(), self.chosen("--all"))

    def test_a_header_is_checked_through_a_file_that_includes_it(self) -> None:
        self.assertEqual(self.chosen("parsers/include/backtalk/smtp/reply.hpp"),
                         {"look": ["parsers/include/backtalk/smtp/reply.hpp"],
                          "tidy": ["parsers/src/smtp/reply.cpp", "tests/unit/reply_test.cpp"]})

    def test_a_header_included_by_headers_is_checked_through_the_nearest_file(self) -> None:
        self.assertEqual(self.chosen("parsers/src/inner.hpp")["tidy"], ["parsers/src/pop3.cpp"])
        self.assertEqual(self.chosen("parsers/include/backtalk/error.hpp")["tidy"], ["tests/unit/reply_test.cpp"])

    def test_deleted_files_are_not_checked(self) -> None:
        (self.top / "loadgen/cli/main.cpp").unlink()
        self.commit("second")
        self.assertEqual(self.chosen(), {"look": [], "tidy": []})

    def test_since_selects_what_changed_after_a_revision(self) -> None:
        first = self.git("rev-parse", "HEAD").strip()
        for name in ("loadgen/cli/main.cpp", "parsers/src/pop3.cpp"):
            self.change(name)
            self.commit(name)
        self.assertEqual(self.chosen("--since", first)["look"], ["loadgen/cli/main.cpp", "parsers/src/pop3.cpp"])
        self.assertEqual(self.chosen("--since", "HEAD~1")["look"], ["parsers/src/pop3.cpp"])
        self.assertNotEqual(self.select("--since", "nonsense").returncode, 0)

    def test_all_selects_everything(self) -> None:
        chosen = self.chosen("--all")
        self.assertEqual(chosen["look"], sorted(name for name in FILES if name.endswith("pp")))
        self.assertEqual(chosen["tidy"], [name for name in chosen["look"] if name.endswith(".cpp")])

    def test_quick_skips_clang_tidy(self) -> None:
        chosen = self.chosen("--all", "--quick")
        self.assertEqual((len(chosen["look"]), chosen["tidy"]), (len(FILES) - 1, []))

    def test_missing_and_foreign_files_are_refused(self) -> None:
        ran = self.select("parsers/src/nonsense.cpp")
        self.assertEqual((ran.returncode, ran.stdout), (2, ""))
        self.assertIn("no such file: parsers/src/nonsense.cpp", ran.stderr)
        ran = self.select("docs/parsers.md", "./loadgen/cli/main.cpp")
        self.assertIn("docs/parsers.md", ran.stderr)
        self.assertEqual(ran.stdout, "look loadgen/cli/main.cpp\ntidy loadgen/cli/main.cpp\n")

    def test_files_and_a_selection_exclude_each_other(self) -> None:
        for wrong in (["--all", "--since", "HEAD"], ["--all", "docs/parsers.md"], ["--since", "HEAD", "docs/parsers.md"]):
            self.assertEqual(self.select(*wrong).returncode, 2, wrong)


class Lint(unittest.TestCase):
    """The whole task, with tools that answer at once."""

    def setUp(self) -> None:
        self.workshop = Workshop()
        self.addCleanup(self.workshop.close)
        build = self.workshop.tree / "build/lint"
        self.files = ["bench/fast.cpp", "bench/slow.cpp"]
        entries = ",".join(f'{{"directory": "{build}", "file": "{self.workshop.tree / name}", "command": "c++"}}'
                           for name in self.files)
        for name in self.files:
            (self.workshop.tree / name).write_text("")
        self.workshop.tool("cmake", f"mkdir -p {build}; echo '[{entries}]' >{build}/compile_commands.json")
        self.workshop.tool("clang-format-19", "")
        self.workshop.tool("shellcheck", "")
        self.workshop.tool("pyflakes3", "")
        self.workshop.tool("clang-tidy-19", "")

    def calls(self, name: str) -> list[str]:
        return [call for call in self.workshop.called() if call.startswith(name)]

    def test_it_formats_first_and_counts_the_files(self) -> None:
        ran = self.workshop.run("lint", *self.files)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertRegex(ran.stderr, r"clang-tidy: 2 files, about \d+ s on \d+ cores\.\n")
        self.assertRegex(ran.stderr, r"clang-tidy 1/2 bench/(fast|slow)\.cpp\n")
        self.assertRegex(ran.stderr, r"clang-tidy 2/2 bench/(fast|slow)\.cpp\n")
        self.assertRegex(ran.stderr, r"clang-tidy took \d+ s\.\n")
        order = [call.split()[0] for call in self.workshop.called() if not call.startswith("dpkg-query")]
        self.assertEqual(order, ["clang-format-19", "shellcheck", "pyflakes3", "cmake", "clang-tidy-19", "clang-tidy-19"])
        self.assertEqual(self.calls("clang-format-19"), [f"clang-format-19 --dry-run -Werror {' '.join(self.files)}"])

    def test_nothing_is_configured_without_files_to_check(self) -> None:
        ran = self.workshop.run("lint", "dependencies.txt")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(self.calls("cmake") + self.calls("clang"), [])
        self.assertEqual(len(self.calls("shellcheck")), 1)

    def test_a_warning_is_shown_and_fails(self) -> None:
        self.workshop.tool("clang-tidy-19", 'case $4 in *slow*) echo "slow.cpp:1: a complaint"; exit 1 ;; esac')
        ran = self.workshop.run("lint", *self.files)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("slow.cpp:1: a complaint", ran.stdout)
        self.assertIn("bench/slow.cpp: FAILED", ran.stderr)

    def test_each_tool_fails_the_task(self) -> None:
        for tool in ("clang-format-19", "shellcheck", "pyflakes3"):
            with self.subTest(tool=tool):
                self.workshop.tool(tool, "exit 1")
                self.assertEqual(self.workshop.run("lint", *self.files).returncode, 1)
                self.workshop.tool(tool, "")

    def test_a_missing_licence_line_fails_the_task(self) -> None:
        for command in (["git", "init", "--quiet"], [sys.executable, "tasks/spdx.py"]):
            subprocess.run(command, cwd=self.workshop.tree, capture_output=True, check=True)
        ran = self.workshop.run("lint", *self.files)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        (self.workshop.tree / self.files[0]).write_text("")
        ran = self.workshop.run("lint", *self.files)
        self.assertEqual(ran.returncode, 1)
        self.assertIn(f"{self.files[0]}: no licence line", ran.stdout)

    def test_files_outside_the_build_are_named(self) -> None:
        (self.workshop.tree / "bench/unbuilt.cpp").write_text("")
        ran = self.workshop.run("lint", "bench/fast.cpp", "bench/unbuilt.cpp")
        self.assertIn("left out: bench/unbuilt.cpp", ran.stderr)
        self.assertIn("clang-tidy 1/1 bench/fast.cpp", ran.stderr)


if __name__ == "__main__":
    unittest.main()
