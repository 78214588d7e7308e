# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A copy of what ./run needs, beside tools that only say that they were called: nothing is installed or built in a test."""

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
# What the tasks read before they build anything.
PARTS = ("run", "tasks", ".ci", "CMakePresets.json", "dependencies.txt", "bench", "fuzz", "tools", "servers",
         "tests/e2e", "tests/fuzz_scale", ".clusterfuzzlite", "cmake")
FORBIDDEN = ("apt-get", "sudo", "cmake", "ninja", "ccache", "ctest", "clang++-19")
# Everything is installed, if dpkg-query is asked.
DPKG_QUERY = 'shift 2; for package in "$@"; do printf "installed=%s " "$package"; done'


class Workshop:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="backtalk-tasks-"))
        self.tree, self.tools, self.calls = self.folder / "tree", self.folder / "tools", self.folder / "calls"
        for part in PARTS:
            target = self.tree / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if (TOP / part).is_dir():
                shutil.copytree(TOP / part, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(TOP / part, target)
        self.tools.mkdir()
        self.calls.touch()
        for name in FORBIDDEN:
            self.tool(name, "exit 99")
        self.tool("dpkg-query", DPKG_QUERY)

    def tool(self, name: str, script: str) -> None:
        """Puts a program before the system's; that it was called is kept."""
        path = self.tools / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.calls}\n{script}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess:
        return self.start(["./run", *arguments], timeout)

    def bash(self, script: str, timeout: float = 60) -> subprocess.CompletedProcess:
        """A script with the functions of the tasks."""
        return self.start(["bash", "-c", f"set -euo pipefail; for part in tasks/*.sh; do . $part; done; {script}"], timeout)

    def start(self, command: list[str], timeout: float) -> subprocess.CompletedProcess:
        return subprocess.run(command, cwd=self.tree, env=self.environment(), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=timeout, check=False)

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines()

    def files(self) -> set[str]:
        return {str(path.relative_to(self.tree)) for path in self.tree.rglob("*")}

    def close(self) -> None:
        shutil.rmtree(self.folder)
