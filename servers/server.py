# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the servers have in common: how one is configured, started, found to be ready, and stopped."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from . import accounts, namespace
from .network import Address, first_bytes, wait_for
from .packages import Packages
from .place import Directory, Place
from .process import Process
from .syslog import Syslog

# What makes a server answer, and what ends the session, so that no server logs a lost connection.
REQUESTS = {"http": b"HEAD / HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n"}
FAREWELLS = {"imap": b"a LOGOUT\r\n", "http": b""}

_started: set["Server"] = set()


@dataclass(frozen=True)
class Service:
    """Something that a server listens for. `scheme` is for its URL, `usual_port` for a machine of its own."""

    name: str
    usual_port: int
    scheme: str

    @property
    def protocol(self) -> str:
        return self.scheme.removesuffix("s")

    def answer(self, address: Address) -> bytes:
        """What a server says first; empty if it does not answer."""
        return first_bytes(address, REQUESTS.get(self.protocol, b""), FAREWELLS.get(self.protocol, b"QUIT\r\n"),
                           self.scheme != self.protocol)


class Server:
    """A real server, as a context manager: it runs inside the `with`, and leaves nothing behind.

    Subclasses set the class variables and implement `configure` and `commands`. `place` says where it runs: by
    default in ordinary processes with a temporary directory, on free ports of 127.0.0.1. `for_load` prepares it for
    load tests: it logs or keeps what it serves, lifts limits that would end a run, and speaks TLS, with the
    certificate `cert.pem` in its directory, where it can.
    """

    name: ClassVar[str] = ""
    packages: ClassVar[tuple[str, ...]] = ()  # Debian's; the first has the server's version
    program: ClassVar[str] = ""  # one of their files, which shows whether they are there
    services: tuple[Service, ...] = ()
    load_services: ClassVar[tuple[Service, ...]] = ()  # more of them, for load tests
    needs_root: ClassVar[bool] = False
    # Whether its paths are compiled in, so that unpacked files must be visible at the usual paths.
    fixed_paths: ClassVar[bool] = False
    # Whether it logs to /dev/log alone. For load tests it sees a /dev/log of its own; this needs fixed paths.
    logs_to_syslog: ClassVar[bool] = False

    def __init__(self, place: Place | None = None, for_load: bool = False) -> None:
        self.for_load = for_load
        if for_load:
            self.services = (*self.services, *self.load_services)
        self.place = place or Directory(self.name)
        self.directory = self.place.directory
        self.files = self._packages()
        self.environment = dict(os.environ)
        self.wrapper: list[str] = []  # the beginning of each command, such as taskset
        self._prefix: list[str] | None = None
        self._processes: list[Process] = []
        self._syslog: Syslog | None = None

    # For subclasses

    def configure(self) -> None:
        """Writes the server's files. Called once, before the first start."""

    def links(self) -> dict[str, Path]:
        """For a server with fixed paths: which paths it sees as which directories or files of ours."""
        return {}

    def commands(self) -> Iterator[list[str]]:
        """The commands to start, in this order; the first is the server's main process."""
        raise NotImplementedError

    def fill(self) -> None:
        """Adds content that only a running server accepts. Called after each start."""

    def ready(self) -> bool:
        """Whether every service answers."""
        return all(self.answer(service.name) for service in self.services)

    def port(self, service: str = "") -> int:
        found = self._service(service)
        return self.place.port(found.name, found.usual_port)

    def account(self, name: str, like: str) -> str:
        """For a server with fixed paths: makes sure that it sees an account. If the machine lacks it, it is one
        `like` another."""
        if not accounts.exists(name):
            accounts.add(self.directory / "etc", name, like)
        return name

    def mail_user(self, name: str, mailbox: bytes) -> None:
        """For a server with fixed paths: adds an account with the password `pass`, and its mailbox in `mail`."""
        home = self.directory / "home" / name
        home.mkdir(parents=True)
        accounts.add(self.directory / "etc", name, "mail", "pass", str(home))
        for path in (home, self.write(f"mail/{name}", mailbox, 0o660)):
            shutil.chown(path, "mail", "mail")

    def write(self, name: str, text: str | bytes, mode: int = 0o644) -> Path:
        """Writes a file below the server's directory."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return path

    def run(self, *command: str | Path, stdin: str = "") -> str:
        """Runs a command to its end, with the server's view of the files; returns its output."""
        whole = [*(self._prefix or []), *map(str, command)]
        done = subprocess.run(whole, input=stdin, text=True, capture_output=True, env=self.environment, timeout=60,
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{whole} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    # For users

    @classmethod
    def why_not(cls) -> str | None:
        """Why it cannot run on this machine, in a sentence; None if it can."""
        if cls.packages and (reason := cls._packages().why_not()):
            return reason
        if (cls.needs_root or cls.fixed_paths) and os.geteuid() != 0:
            return f"{cls.name} must be started as root"
        return namespace.why_not() if cls.fixed_paths else None

    def version(self) -> str:
        return self.files.version()

    def address(self, service: str = "") -> Address:
        """Where it listens for a service; the first one if none is named."""
        return ("127.0.0.1", self.port(service))

    @property
    def url(self) -> str:
        return self.urls()[self.services[0].name]

    def urls(self) -> dict[str, str]:
        """The URL of each service, by its name."""
        return {service.name: f"{service.scheme}://127.0.0.1:{self.port(service.name)}" for service in self.services}

    def answer(self, service: str = "") -> bytes:
        """What it says first: its greeting, or the head of an HTTP response; empty if it does not answer."""
        return self._service(service).answer(self.address(service))

    @property
    def process(self) -> Process:
        """Its main process."""
        return self._processes[0]

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self) -> None:
        _started.add(self)
        if self._prefix is None:
            self._prefix = []
            self.configure()
            if self.fixed_paths:
                self._prefix = self.place.put(self.files.unpacked, self.links() | self._log_link())
        for command in self.commands():
            whole = [*self.wrapper, *self._prefix, *command]
            self._processes.append(Process(whole, self.environment, self._output_path))
        self.wait_until_ready()
        self.fill()

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            for process in self._processes:
                if process.exit_code() is not None:
                    raise RuntimeError(f"{process.command} ended with {process.exit_code()}:\n{self.output()}")
            return self.ready()

        wait_for(ready, f"{self.name} does not answer; it said:\n", lambda: self.output()[-4000:])

    def stop(self) -> None:
        """Ends every process. The server can be started again: its directory stays until `close`."""
        while self._processes:
            self._processes[-1].stop()
            self._processes.pop()

    def kill(self) -> None:
        """Ends every process by SIGKILL, as a crash would."""
        for process in self._processes:
            process.kill()
        self._processes.clear()

    def close(self) -> None:
        try:
            self.stop()
        finally:
            _started.discard(self)
            if self._syslog:
                self._syslog.close()
                self._syslog = None
            self.place.close()

    def output(self) -> str:
        """What its processes wrote to standard output and error, and to the system's log."""
        files = (self._output_path, self.directory / "syslog")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _log_link(self) -> dict[str, Path]:
        if not (self.for_load and self.logs_to_syslog and self.place.own_devices):
            return {}
        self.write("dev/log", "")  # what the socket is mounted on
        self._syslog = Syslog(self.directory / "log-socket", self.directory / "syslog")
        return {"/dev/log": self.directory / "log-socket"}

    @property
    def _output_path(self) -> Path:
        return self.directory / "output"

    @classmethod
    def _packages(cls) -> Packages:
        return Packages(cls.packages, cls.program)

    def _service(self, name: str) -> Service:
        return next(service for service in self.services if name in ("", service.name))


def certificate(directory: Path, owner: str = "root") -> tuple[Path, Path]:
    """Makes a self-signed certificate; returns its path and that of its key, which only `owner` can read."""
    cert, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "30", "-subj", "/CN=mx.example.org", "-addext",
                    "subjectAltName=DNS:mx.example.org,DNS:localhost,IP:127.0.0.1,IP:::1", "-keyout", key,
                    "-out", cert], check=True, capture_output=True, timeout=60)
    shutil.chown(key, owner)
    return cert, key


def _close_all() -> None:
    for server in list(_started):
        server.close()


def _leave(signal_number: int, _frame: object) -> None:
    sys.exit(128 + signal_number)  # runs the `with` blocks' ends and what atexit has


atexit.register(_close_all)
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGTERM, _leave)
