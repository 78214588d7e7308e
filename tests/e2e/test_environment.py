# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Where the machine does not give what a run needs: a sentence that says what, exit status 2, and nothing is sent."""

import ctypes
import errno
import os
import resource
import struct
import subprocess
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from load import program
from servers.builtin import Builtin
from servers.hostile import hostile

SETUP, ENTER, REGISTER = 425, 426, 427  # io_uring's system calls, by the same numbers on every architecture
BESIDE = 64  # files that the probe leaves room for beside sockets and rings

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000


def refuse_system_call(number: int, error: int) -> Callable[[], None]:
    """A seccomp filter, as containers have it: that system call fails, all others work."""
    program_text = b"".join(struct.pack("=HBBI", *instruction) for instruction in (
        (LOAD_NUMBER, 0, 0, 0), (JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, FAIL | error), (RETURN, 0, 0, ALLOW)))

    def apply() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        text = ctypes.create_string_buffer(program_text, len(program_text))
        filter_program = struct.pack("@HP", len(program_text) // 8, ctypes.addressof(text))
        if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
                or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_program, 0, 0) != 0):
            os._exit(99)

    return apply


def open_files(limit: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


class Environment(unittest.TestCase):
    def assert_refused(self, limit: Callable[[], None], *options: object, pass_fds: tuple[int, ...] = ()) -> str:
        heard = []
        with hostile(heard.append) as url:
            run = subprocess.run([program(), "load", url, "-n", "1000", "--quiet", *map(str, options)], check=False,
                                 capture_output=True, text=True, timeout=30, preexec_fn=limit, pass_fds=pass_fds)
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertEqual(heard, [], "it had connected already")
        return run.stderr

    def test_a_kernel_without_io_uring_is_explained(self) -> None:
        self.assertIn("Linux 6.1", self.assert_refused(refuse_system_call(SETUP, errno.ENOSYS)))

    def test_forbidden_io_uring_is_explained(self) -> None:
        self.assertRegex(self.assert_refused(refuse_system_call(SETUP, errno.EPERM)), "seccomp|io_uring_disabled")

    def test_forbidden_io_uring_enter_is_explained(self) -> None:
        self.assertIn("io_uring_enter", self.assert_refused(refuse_system_call(ENTER, errno.EPERM)))

    def test_forbidden_io_uring_register_is_explained(self) -> None:
        self.assertIn("io_uring_register", self.assert_refused(refuse_system_call(REGISTER, errno.EPERM)))

    def test_a_low_limit_of_locked_memory_is_explained(self) -> None:
        self.assertIn("ulimit -l", self.assert_refused(refuse_system_call(SETUP, errno.ENOMEM)))

    def test_a_low_limit_of_open_files_is_explained(self) -> None:
        self.assertIn("ulimit -n", self.assert_refused(open_files(100), "-c", 200))
        self.assertIn("ulimit -n", self.assert_refused(open_files(200), "-c", 100, "-t", 100))

    def test_loads_beside_each_other_need_the_open_files_of_all(self) -> None:
        """Each alone would have enough."""
        heard = []
        with hostile(heard.append) as url:
            run = subprocess.run([program(), "load", "-c", "60", "-n", "60", "--quiet", "--", "a", url, "--", "b", url], check=False,
                                 capture_output=True, text=True, timeout=30, preexec_fn=open_files(150))
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("120 connections in 2 threads need 186 open files", run.stderr)
        self.assertEqual(heard, [], "it had connected already")

    def test_sessions_beside_a_load_need_open_files_too(self) -> None:
        """Of --watch and of --probe: each alone would have enough."""
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("".join(f"user{i} pass\n" for i in range(60)))
            refused = self.assert_refused(open_files(150), "-c", 40, "--watch", "imap://127.0.0.1:9", "--users", users)
            self.assertIn("100 connections in 2 threads need 166 open files", refused)
        self.assertIn("86 connections in 2 threads need 152 open files",
                      self.assert_refused(open_files(150), "-c", 85, "-t", 1, "--probe"))

    def test_a_low_limit_of_open_files_is_raised_where_that_is_allowed(self) -> None:
        """The soft limit is the user's own to raise, up to the hard one."""
        with Builtin() as server:
            run = subprocess.run([program(), "load", server.url, "-n", "500", "-c", "250", "--quiet"], check=False,
                                 capture_output=True, text=True, timeout=30,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 1000)))
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_a_ring_of_one_thread(self) -> None:
        """The probe finds room enough, and files that were open already take it: no thread begins without the others."""
        inherited = tuple(os.open("/dev/null", os.O_RDONLY) for _ in range(120))
        try:
            sentence = self.assert_refused(open_files(40 + 40 + BESIDE), "-c", 40, "-t", 40, pass_fds=inherited)
        finally:
            for descriptor in inherited:
                os.close(descriptor)
        self.assertIn("too many open files", sentence)


if __name__ == "__main__":
    unittest.main()
