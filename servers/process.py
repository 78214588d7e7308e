# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A server process in a temporary directory, which ends with the test whatever happens to the test."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WAIT_S = 20.0

_running: set["ServerProcess"] = set()


class ServerProcess:
    """Base of the servers: subclasses say how to start (`command`) and how to see that it is up (`address`)."""

    def __init__(self, prefix: str) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix=f"backtalk-{prefix}-"))
        self.directory.chmod(0o755)  # a server that drops its privileges must still get in
        self.process: subprocess.Popen[bytes] | None = None
        self.environment: dict[str, str] = dict(os.environ)

    def command(self) -> list[str]:
        raise NotImplementedError

    def address(self) -> tuple[str, int] | str:
        """Where it listens: (host, port), or the path of a Unix socket."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        _running.add(self)
        with open(self.directory / "output", "ab") as output:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, env=self.environment, start_new_session=True)
        self.wait_until_up()

    def wait_until_up(self) -> None:
        wait_for(self._greets, f"{type(self).__name__} did not greet; it said:\n", self.output)

    def _greets(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"{type(self).__name__} ended with {self.process.returncode}:\n{self.output()}")
        return bool(first_bytes(self.address()))

    def stop(self) -> None:
        """Ends it and every process that it started; its directory stays until `close`."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            pass
        self.end_group()

    def end_group(self) -> None:
        """Kills what is left of the session that `start` made for this server alone."""
        assert self.process is not None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process = None

    def close(self) -> None:
        try:
            self.stop()
        finally:
            _running.discard(self)
            shutil.rmtree(self.directory, ignore_errors=True)

    def output(self) -> str:
        return (self.directory / "output").read_text(errors="replace")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def first_bytes(address: tuple[str, int] | str) -> bytes:
    """What a server says first; empty where it does not answer. Takes its leave, so that no log shows a lost peer."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(2)
        try:
            probe.connect(address)
            said = probe.recv(512)
            probe.sendall(b"QUIT\r\n")
            while probe.recv(512):
                pass
            return said
        except OSError:
            return b""


def free_port() -> int:
    """A port that is free on 127.0.0.1 and, where there is IPv6, on ::1."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as four:
            port = four.getsockname()[1]
            if not have_ipv6():
                return port
            try:
                with socket.create_server(("::1", port), family=socket.AF_INET6):
                    return port
            except OSError:
                continue


def have_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def wait_for(condition, complaint: str, detail=lambda: "", limit_s: float = WAIT_S) -> None:
    """Waits until the condition holds; a RuntimeError with the complaint where it does not in time."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(complaint + detail())
        time.sleep(0.02)


def _close_all() -> None:
    for server in list(_running):
        server.close()


def _leave(signal_number: int, _frame: object) -> None:
    sys.exit(128 + signal_number)  # runs the `with` blocks' ends and what atexit has


atexit.register(_close_all)
signal.signal(signal.SIGTERM, _leave)
