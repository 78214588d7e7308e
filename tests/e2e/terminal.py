# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A program at a terminal: keys in, and the screen that its user sees."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata
from pathlib import Path

SEQUENCE = re.compile(rb"\x1b\[([0-9;?]*)([@-~])|\x1b[()][A-Z0-9]|\x1b[=>78]")
PATIENCE_S = 120


class Screen:
    """What a terminal shows of what a program writes: the part of ECMA-48 that libedit uses."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows: list[list[str]] = [[]]
        self.row = self.column = 0
        self.styles: set[str] = set()  # the parameters of SGR that were used

    def __str__(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self.rows).rstrip("\n")

    @property
    def current(self) -> str:
        """The row with the cursor."""
        return "".join(self.rows[self.row]).rstrip()

    def take(self, text: bytes) -> bytes:
        """Shows what was written; what is left is the beginning of a sequence or of a character."""
        while text:
            if text[0] == 0x1B:
                match = SEQUENCE.match(text)
                if not match:
                    if len(text) < 16:
                        return text
                    text = text[1:]
                    continue
                if match[2]:
                    self._control(match[1].decode(), match[2].decode())
                text = text[match.end():]
                continue
            size = 1 if text[0] < 0xC0 else 2 if text[0] < 0xE0 else 3 if text[0] < 0xF0 else 4
            if len(text) < size:
                return text
            self._character(text[:size].decode(errors="replace"))
            text = text[size:]
        return b""

    def _character(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._next_row()
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif character >= " " and character != "\x7f":
            width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
            if self.column + width > self.columns:  # with automatic margins: the next character wraps
                self.column = 0
                self._next_row()
            row = self.rows[self.row]
            row.extend(" " * (self.column + width - len(row)))
            row[self.column:self.column + width] = [character] + [""] * (width - 1)
            self.column += width

    def _next_row(self) -> None:
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([])

    def _control(self, parameters: str, final: str) -> None:
        number = int(parameters) if parameters.isdigit() else 0
        row = self.rows[self.row]
        if final == "A":
            self.row = max(0, self.row - max(1, number))
        elif final == "B":
            for _ in range(max(1, number)):
                self._next_row()
        elif final == "C":
            self.column = min(self.columns - 1, self.column + max(1, number))
        elif final == "D":
            self.column = max(0, self.column - max(1, number))
        elif final == "G":
            self.column = min(self.columns, max(1, number)) - 1
        elif final == "K" and number == 0:
            del row[self.column:]
        elif final == "J" and number == 0:
            del row[self.column:]
            del self.rows[self.row + 1:]
        elif final == "P":
            del row[self.column:self.column + max(1, number)]
        elif final == "@":
            row[self.column:self.column] = " " * max(1, number)
        elif final == "m":
            self.styles.add(parameters or "0")


class Terminal:
    """A program that has a terminal of its own. `with` ends it.

    With `out` its standard output goes to that file. With `leads` no shell with job control looks after it: it leads
    the session of the terminal itself, as in a container."""

    def __init__(self, command: list[str], environment: dict[str, str], columns: int = 80, rows: int = 24,
                 drops_output: bool = True, out: Path | None = None, leads: bool = False) -> None:
        self._out, self._leads = out, leads
        self.screen = Screen(columns)
        self.written = b""
        self._rest = b""
        self.status: int | None = None
        self.ours, self.theirs = pty.openpty()
        self.resize(columns, rows)
        if not drops_output:  # on Ctrl-C: what the program has written and nobody has read
            settings = termios.tcgetattr(self.theirs)
            settings[3] |= termios.NOFLSH
            termios.tcsetattr(self.theirs, termios.TCSANOW, settings)
        self.before = termios.tcgetattr(self.theirs)
        told, tell = os.pipe()
        self._told = os.fdopen(told, "rb", buffering=0)
        self._shell = os.fork()
        if self._shell == 0:
            try:
                self._be_shell(command, environment, tell)
            finally:
                os._exit(127)
        os.close(tell)
        self.pid, _ = self._hear()

    def _be_shell(self, command: list[str], environment: dict[str, str], tell: int) -> None:
        """Does what shells with job control do. What becomes of the program goes into the pipe, two numbers at a time."""
        if not self._leads:
            self._lead()
        for of in (signal.SIGINT, signal.SIGTSTP, signal.SIGQUIT, signal.SIGTERM):
            signal.signal(of, signal.SIG_DFL)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        pid = os.fork()
        if not self._leads:
            with contextlib.suppress(PermissionError):  # the program has started, so its own call came first
                os.setpgid(pid, pid)
            os.tcsetpgrp(self.theirs, pid or os.getpid())
        elif pid == 0:
            self._lead()
        if pid == 0:
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            for stream in (0, 1, 2):
                os.dup2(self.theirs, stream)
            if self._out:
                os.dup2(os.open(self._out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
            os.closerange(3, 256)
            os.execve(command[0], command, environment)
        os.write(tell, struct.pack("qq", pid, 0))
        while True:
            _, status = os.waitpid(pid, os.WUNTRACED)
            os.write(tell, struct.pack("qq", pid, status))
            if not os.WIFSTOPPED(status):
                os._exit(0)

    def _lead(self) -> None:
        os.setsid()
        fcntl.ioctl(self.theirs, termios.TIOCSCTTY, 0)

    def _hear(self) -> tuple[int, int]:
        return struct.unpack("qq", self._told.read(16))

    def _becomes(self) -> int:
        """The status of the program once it has ended or stopped."""
        self.wait_until(lambda: bool(select.select([self._told], [], [], 0)[0]), "the end of the program")
        return self._hear()[1]

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):  # it may have ended meanwhile
                os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self._shell, 0)
        self._told.close()
        os.close(self.ours)
        os.close(self.theirs)

    def resize(self, columns: int, rows: int = 24) -> None:
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.columns = columns

    def type(self, keys: str | bytes) -> None:
        os.write(self.ours, keys.encode() if isinstance(keys, str) else keys)

    def _read(self, seconds: float) -> None:
        if select.select([self.ours], [], [], seconds)[0]:
            written = os.read(self.ours, 65536)
            self.written += written
            self._rest = self.screen.take(self._rest + written)

    def shows(self, text: str) -> bool:
        return text in str(self.screen)

    def wait_for(self, text: str) -> None:
        """Until the screen shows it."""
        self.wait_until(lambda: self.shows(text), repr(text))

    def wait_until(self, holds, what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not come; the screen:\n{self.screen}\nwritten: {self.written!r}")
            self._read(0.05)

    def wait_for_prompt(self, line: str = "C:") -> None:
        """Until the line that is edited is this one, behind a line of the server."""
        self.wait_until(lambda: self.screen.current == line, f"the line {line!r}")

    def ends(self) -> int:
        """The exit status; negative for a signal."""
        self.status = os.waitstatus_to_exitcode(self._becomes())
        while select.select([self.ours], [], [], 0)[0]:
            self._read(0)
        return self.status

    def stops(self) -> None:
        """Until it is stopped."""
        status = self._becomes()
        assert os.WIFSTOPPED(status), status

    @property
    def settings(self) -> list:
        """What stty -a shows."""
        return termios.tcgetattr(self.theirs)

    @property
    def is_unchanged(self) -> bool:
        return self.settings == self.before
