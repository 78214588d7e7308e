# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the servers have in common: how one is started, and which conversations are had with it."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import normal
from conversation import Conversation

Script = Callable[[Conversation], None]


@dataclass
class Recording:
    """A set of conversations: corpora/PROTOCOL/recorded/SET gets one file for each of `scripts`."""

    protocol: str
    set: str
    address: tuple[str, int] | str
    scripts: dict[str, Script]
    rules: list[normal.Rule] = field(default_factory=list)
    client_side: bool = True  # whether what was said to it is kept, too


class Server:
    name = ""
    packages: tuple[str, ...] = ()  # all are in dependencies.txt, section [recorded]

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> None:
        """Writes the configuration."""

    def start(self) -> None:
        raise NotImplementedError

    def recordings(self) -> list[Recording]:
        raise NotImplementedError

    # For subclasses

    def run(self, *command: str, stdin: str | None = None, **environment: str) -> str:
        done = subprocess.run(command, input=stdin, text=True, capture_output=True, env={**os.environ, **environment})
        if done.returncode != 0:
            raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def spawn(self, *command: str, **environment: str) -> None:
        log = open(f"/tmp/{self.name}.log", "ab")
        self._processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                env={**os.environ, **environment}))

    def wait_for_port(self, port: int, limit_s: float = 20) -> None:
        deadline = time.monotonic() + limit_s
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    log = Path(f"/tmp/{self.name}.log")
                    raise RuntimeError(f"{self.name} does not listen on port {port}:\n"
                                       + (log.read_text(errors="replace")[-3000:] if log.exists() else "")) from None
                time.sleep(0.1)

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()


def write(path: str, text: str | bytes, mode: int = 0o644) -> None:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(mode)


def certificate(directory: str) -> tuple[str, str]:
    """A self-signed certificate, so that STARTTLS is offered: (certificate, key)."""
    names = f"{directory}/cert.pem", f"{directory}/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
                    "/CN=mx.example.org", "-keyout", names[1], "-out", names[0]], check=True, capture_output=True)
    return names


def system_user(name: str, password: str) -> None:
    digest = subprocess.run(["openssl", "passwd", "-6", password], check=True, capture_output=True, text=True).stdout
    subprocess.run(["useradd", "-m", "-s", "/bin/sh", "-p", digest.strip(), name], check=True)


def inetd(port: int, command: list[str], **environment: str) -> None:
    """Serves a program that talks on its standard input and output, as inetd does."""
    listener = socket.create_server(("127.0.0.1", port), backlog=16)

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                subprocess.Popen(command, stdin=connection, stdout=connection, stderr=subprocess.DEVNULL,
                                 env={**os.environ, **environment})

    threading.Thread(target=serve, daemon=True).start()
