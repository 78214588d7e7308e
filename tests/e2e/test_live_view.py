# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The live view of `backtalk load`: on terminals of several sizes, and what is left behind however a run ends."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from load import program
from servers.builtin import Builtin
from servers.hostile import Peer, hostile
from terminal import PATIENCE_S, Terminal

HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"
ERASE = b"\x1b[0m\r\x1b[J" + SHOW
# What the view consists of, with the words of either layout.
WIDE = ("s left", "messages/s", "asked 100", "in flight", "last second  p50", "overall      p50", "< ", "errors        none",
        "so far        ", "descriptors ", "ports ")
NARROW = ("s left", "messages/s, asked 100", "in flight", "now p50", "all p50", "< ", "errors none", "so far ", "files ",
          "ports ")
LONG = ("-c", 2, "-r", 100, "-d", "120s")


def environment(**more: str) -> dict[str, str]:
    variables = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            variables[name] = os.environ[name]
    return {name: value for name, value in (variables | more).items() if value}


class LiveView(unittest.TestCase):
    def serve(self) -> Builtin:
        return self.enterContext(Builtin("smtp://127.0.0.1:0"))

    def open(self, url: str, *options: object, columns: int = 80, rows: int = 24, out: Path | None = None,
             leads: bool = False, **variables: str) -> Terminal:
        command = [str(program()), "load", url, *map(str, options)]
        return self.enterContext(Terminal(command, environment(**variables), columns, rows, drops_output=False, out=out,
                                          leads=leads))

    def wait_for_all(self, terminal: Terminal, parts: tuple[str, ...]) -> None:
        terminal.wait_until(lambda: all(map(terminal.shows, parts)), repr(parts))

    def view(self, terminal: Terminal) -> list[str]:
        """The rows below the cursor, which stands where the view begins."""
        return str(terminal.screen).split("\n")[terminal.screen.row:]

    def assert_clean(self, terminal: Terminal) -> None:
        """Nothing of the view is left, and the terminal is as it was."""
        screen = str(terminal.screen)
        for part in ("so far", "last second", "now p50", "s left", "in flight"):
            self.assertNotIn(part, screen)
        self.assertGreater(terminal.written.rfind(SHOW), terminal.written.rfind(HIDE))
        self.assertNotIn(b"\x1b[?1049", terminal.written, "another screen")
        self.assertTrue(terminal.is_unchanged)


class Sizes(LiveView):
    def test_80_columns_and_24_rows(self) -> None:
        run = self.open(self.serve().url, *LONG)
        self.wait_for_all(run, WIDE)
        self.assertLess(len(self.view(run)), 24)
        self.assertLess(max(map(len, self.view(run))), 80)
        run.type("\x03")
        self.assertEqual(run.ends(), 0)
        self.assertIn("interrupted: ", str(run.screen))
        self.assert_clean(run)

    def test_40_columns_and_12_rows(self) -> None:
        run = self.open(self.serve().url, *LONG, columns=40, rows=12)
        self.wait_for_all(run, NARROW)
        self.assertLess(len(self.view(run)), 12)
        self.assertLess(max(map(len, self.view(run))), 40)
        run.type("\x03")
        self.assertEqual(run.ends(), 0)
        self.assert_clean(run)

    def test_a_terminal_whose_size_changes(self) -> None:
        run = self.open(self.serve().url, *LONG)
        self.wait_for_all(run, WIDE)
        run.resize(40, 12)
        self.wait_for_all(run, NARROW)
        self.assertFalse(run.shows("last second"))
        run.resize(40, 11)
        run.wait_until(lambda: len(self.view(run)) == 1 and "messages/s" in self.view(run)[0], "a plain line")
        run.resize(132, 50)
        self.wait_for_all(run, WIDE)
        self.assertFalse(run.shows("now p50"))
        run.type("\x03")
        self.assertEqual(run.ends(), 0)
        self.assert_clean(run)

    def test_a_terminal_that_does_not_say_how_large_it_is(self) -> None:
        run = self.open(self.serve().url, *LONG, columns=80, rows=0)
        run.wait_for("messages/s  p50")
        self.assertFalse(run.shows("so far"))
        run.type("\x03")
        self.assertEqual(run.ends(), 0)
        self.assert_clean(run)


class Ends(LiveView):
    def test_by_itself(self) -> None:
        run = self.open(self.serve().url, "-c", 2, "-r", 100, "-d", "2s")
        run.wait_until(lambda: b"so far" in run.written, "a view")  # which may be gone again
        self.assertEqual(run.ends(), 0)
        self.assertRegex(str(run.screen), r"(?m)^started \d+ = completed \d+ \+ failed 0 \+ unfinished 0$")
        self.assert_clean(run)

    @unittest.skipIf("BACKTALK_SIGNALS_LATE" in os.environ, "between the erasing and the end, the view is drawn once more")
    def test_by_a_second_interrupt(self) -> None:
        """A server that accepts and never answers: the first would have to wait for it. Both come at one instant, when
        the program goes on: it has no time to end of the first alone."""
        with hostile(Peer.sleep_until_gone) as url:
            run = self.open(url, "-c", 1, "-d", "60s", "--timeout", "60s")
            run.wait_for("opening sessions")
            os.kill(run.pid, signal.SIGSTOP)
            run.stops()
            for one in (signal.SIGINT, signal.SIGTERM, signal.SIGCONT):
                os.kill(run.pid, one)
            self.assertEqual(run.ends(), 130)
            self.assert_clean(run)

    def test_with_its_server(self) -> None:
        server = self.serve()
        run = self.open(server.url, "-c", 2, "-r", 100, "-d", "20s", "--timeout", "1s")
        run.wait_until(lambda: run.shows("so far  ") and not run.shows("nothing to judge yet"), "a verdict")
        server.kill()
        self.assertEqual(run.ends(), 1)
        self.assertIn("FAILED", str(run.screen))
        self.assert_clean(run)

    def test_while_it_is_stopped(self) -> None:
        """Ctrl-Z leaves the shell a clean screen, and `fg` has the view again."""
        run = self.open(self.serve().url, *LONG)
        self.wait_for_all(run, WIDE)
        run.type("\x1a")
        run.stops()
        run.wait_until(lambda: not run.shows("so far"), "a screen without a view")
        os.kill(run.pid, signal.SIGCONT)
        self.wait_for_all(run, WIDE)
        run.type("\x03")
        self.assertEqual(run.ends(), 0)
        self.assert_clean(run)

    def test_where_no_shell_could_have_it_go_on(self) -> None:
        """Ctrl-Z does nothing there, as to any other program."""
        run = self.open(self.serve().url, *LONG, leads=True)
        self.wait_for_all(run, WIDE)
        before = len(run.written)
        run.type("\x1a")
        run.wait_until(lambda: ERASE in run.written[before:], "a screen without a view")
        before = len(run.written)
        run.wait_until(lambda: HIDE in run.written[before:], "a view")
        run.type("\x03")
        self.assertEqual(run.ends(), 0)
        self.assert_clean(run)

    def test_on_a_terminal_that_takes_no_more(self) -> None:
        """Ctrl-S keeps it neither from stopping nor from ending."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            run = self.open(self.serve().url, *LONG, out=out)
            self.wait_for_all(run, WIDE)
            run.type("\x13")
            os.kill(run.pid, signal.SIGTSTP)
            run.stops()
            os.kill(run.pid, signal.SIGCONT)
            os.kill(run.pid, signal.SIGINT)
            self.assertEqual(run.ends(), 0)
            self.assertIn("interrupted: ", out.read_text())

    def test_by_quitting(self) -> None:
        run = self.open(self.serve().url, *LONG)
        self.wait_for_all(run, WIDE)
        run.type("\x1c")
        self.assertEqual(run.ends(), -signal.SIGQUIT)
        self.assert_clean(run)


class Looks(LiveView):
    def test_errors_and_a_verdict_come_while_it_goes_on(self) -> None:
        server = self.enterContext(Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=2"))
        run = self.open(server.url, *LONG, "--fail-if", "completed<1000000")
        run.wait_until(lambda: run.shows("reply-5xx") and run.shows("FAILED: "), "an error and a verdict")
        self.assertRegex(str(run.screen), r"errors +\d+ reply-5xx")
        self.assertRegex(str(run.screen), r"so far +FAILED: .+ of the messages failed")
        run.type("\x03")
        self.assertEqual(run.ends(), 1)
        self.assert_clean(run)

    def test_colours_unless_there_is_no_color(self) -> None:
        url = self.serve().url
        for no_color, styled in (("", True), ("1", False)):
            run = self.open(url, *LONG, NO_COLOR=no_color)
            self.wait_for_all(run, WIDE)
            self.assertEqual(bool(run.screen.styles - {"0"}), styled)
            run.type("\x03")
            self.assertEqual(run.ends(), 0)

    def test_ascii_where_the_locale_has_no_more(self) -> None:
        run = self.open(self.serve().url, *LONG, LANG="C")
        self.wait_for_all(run, WIDE)
        self.assertRegex(str(run.screen), r"< \d+ [mu]?s #+")
        self.assertTrue(run.written.isascii())

    def test_blocks_whatever_the_case_in_which_the_locale_is_written(self) -> None:
        url = self.serve().url
        for locale in ("C.utf8", "en_US.utf-8", "en_US.Utf8"):
            run = self.open(url, *LONG, LANG=locale)
            run.wait_until(lambda run=run: not run.written.isascii(), "a bar of blocks")
            run.type("\x03")
            self.assertEqual(run.ends(), 0)

    def test_plain_lines_on_a_dumb_terminal(self) -> None:
        url = self.serve().url
        for term in ("dumb", ""):
            run = self.open(url, "-c", 2, "-r", 100, "-d", "2s", TERM=term)
            run.wait_for("messages/s  p50")
            self.assertEqual(run.ends(), 0)
            self.assertNotIn(b"\x1b", run.written)
            self.assertFalse(run.shows("so far"))

    def test_nothing_where_nothing_is_wanted(self) -> None:
        url = self.serve().url
        for words in (("--live", "never"), ("--quiet",)):
            run = self.open(url, "-c", 2, "-n", 20, *words)
            self.assertEqual(run.ends(), 0)
            self.assertNotIn(b"\x1b", run.written)
            self.assertNotIn("Ctrl-C", str(run.screen))

    def test_which_of_several_runs_it_is(self) -> None:
        run = self.open(self.serve().url, "-c", 2, "-r", 100, "-d", "2s", "--repeat", 2)
        self.assertEqual(run.ends(), 0)
        for number in (1, 2):
            self.assertRegex(run.written, rb"\x1b\[1mrun %d of 2: \x1b\[0m\x1b\[1msmtp://" % number)
        self.assertIn("middle half", str(run.screen))
        self.assert_clean(run)

    def test_nothing_that_a_server_says_reaches_the_terminal_as_it_is(self) -> None:
        def refuse(peer: Peer) -> None:
            peer.say(b"554 \x1b]0;owned\x07\x1b[2J\x9b1;1H\r\n")
            peer.sleep_until_gone()

        with hostile(refuse) as url:
            run = self.open(url, "-c", 1, "-d", "2s", "--timeout", "20s")
            run.wait_for("no session for 4 s")
            run.type("\x03")
            self.assertEqual(run.ends(), 1)
            for sequence in (b"\x1b]", b"\x07", b"\x1b[2J", b"\x9b"):
                self.assertNotIn(sequence, run.written)
            self.assert_clean(run)


class Elsewhere(unittest.TestCase):
    """Standard error is no terminal."""

    def run_into_pipes(self, url: str, *options: object) -> subprocess.CompletedProcess:
        return subprocess.run([program(), "load", url, "-c", "2", *map(str, options)], capture_output=True, timeout=PATIENCE_S,
                              env=environment(), check=True)

    def test_no_sequence_goes_into_a_pipe(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            silent = self.run_into_pipes(server.url, "-r", 100, "-d", "2s")
            self.assertEqual(silent.stderr, b"")
            lines = self.run_into_pipes(server.url, "-r", 100, "-d", "2s", "--live", "lines")
            self.assertRegex(lines.stderr, rb"(?m)^ +1 s +\d+ messages/s  p50 .+ p99 .+ failed \d+$")
            self.assertEqual(self.run_into_pipes(server.url, "-n", 20, "--live", "never").stderr, b"")
            for run in (silent, lines):
                self.assertIn(b"started ", run.stdout)
                self.assertNotIn(b"\x1b", run.stderr + run.stdout)
                self.assertNotIn(b"\r", run.stderr)

    def test_standard_error_that_cannot_be_written(self) -> None:
        """What is said there is lost, and the result is not."""
        told, tell = os.pipe()
        os.close(told)
        with Builtin("smtp://127.0.0.1:0") as server, open("/dev/full", "wb") as full, open(tell, "wb") as closed:
            for where in (full, closed):
                for words, status in (((), 0), (("--fail-if", "completed<1000000"), 1)):
                    done = subprocess.run([program(), "load", server.url, "-c", "2", "-r", "100", "-d", "2s", "--live",
                                           "lines", "--json", "-", *words], stdout=subprocess.PIPE, stderr=where,
                                          timeout=PATIENCE_S, env=environment())
                    self.assertEqual(done.returncode, status)
                    self.assertIn(b'"completed":', done.stdout)

    def test_a_view_that_nothing_would_show_is_refused(self) -> None:
        done = subprocess.run([program(), "load", "smtp://127.0.0.1:1", "--quiet", "--live", "lines"], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--live has no effect with --quiet", done.stderr)


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class InTmux(unittest.TestCase):
    """A terminal that wraps, scrolls and keeps what has left the screen."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-tmux-")
        self.addCleanup(folder.cleanup)
        self.socket = str(Path(folder.name) / "socket")
        self.addCleanup(self.tmux, "kill-server", check=False)

    def tmux(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *words], capture_output=True, text=True,
                              timeout=PATIENCE_S, env=environment(TERM="xterm"), check=check)
        return done.stdout

    def wait_for(self, parts: tuple[str, ...], absent: str = "\0") -> list[str]:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            screen = self.tmux("capture-pane", "-p")
            if all(part in screen for part in parts) and absent not in screen:
                return screen.rstrip("\n").split("\n")
            self.assertLess(time.monotonic(), deadline, screen)
            time.sleep(0.1)

    def watch(self, columns: int, rows: int, parts: tuple[str, ...]) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            words = " ".join(map(str, (program(), "load", server.url, *LONG)))
            self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), "sh")
            words = "stty noflsh; " + words  # Ctrl-C does not drop what tmux has not read yet
            self.tmux("set-option", "-g", "status", "off")
            self.tmux("set-option", "-g", "remain-on-exit", "on")
            self.tmux("resize-window", "-x", str(columns), "-y", str(rows))
            self.tmux("send-keys", words, "Enter")
            screen = self.wait_for(parts)
            self.assertLessEqual(len(screen), rows)
            self.tmux("send-keys", "C-c")
            self.wait_for(("started ",) if rows > 20 else ("client ",), absent="so far")
            whole = self.tmux("capture-pane", "-p", "-S", "-")
            for part in ("so far", "last second", "now p50"):
                self.assertNotIn(part, whole, "also in what has scrolled away")

    def test_80_columns_and_24_rows(self) -> None:
        self.watch(80, 24, WIDE)

    def test_40_columns_and_12_rows(self) -> None:
        self.watch(40, 12, NARROW)


if __name__ == "__main__":
    unittest.main()
