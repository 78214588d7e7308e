# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A process in its own session, so that it can be ended together with every process that it started."""

import os
import signal
import subprocess
from pathlib import Path

from .network import WAIT_S, wait_for


class Process:
    """A command in its own session. Its output is appended to a file."""

    def __init__(self, command: list[str], environment: dict[str, str], output: Path) -> None:
        self.command = command
        with open(output, "ab") as file:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                                             env=environment, start_new_session=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Terminates it, and kills what is left of its session after at most WAIT_S seconds."""
        self._process.terminate()
        try:
            self._process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        """Kills all that is left of its session."""
        def all_dead() -> bool:
            left = self.session()
            for pid in left:
                _kill(pid)
            self._process.poll()
            return not left

        wait_for(all_dead, f"{self.command} cannot be killed")
        self._process.wait(WAIT_S)

    def session(self) -> list[int]:
        """The processes of its session that have not ended."""
        return [pid for pid, fields in _processes() if int(fields[3]) == self.pid and fields[0] != "Z"]

    def named(self, name: str) -> list[int]:
        """The processes of its session that have this name."""
        return [pid for pid in self.session() if _name(pid) == name]


def _processes() -> list[tuple[int, list[str]]]:
    """Every process, with the fields of /proc/PID/stat that follow its name: state, parent, group, session, ..."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found.append((int(stat.parent.name), stat.read_text(errors="replace").rsplit(") ", 1)[1].split()))
        except OSError:
            continue  # it has ended
    return found


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    except OSError:
        return ""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass

