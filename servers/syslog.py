# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a server says to /dev/log, for servers that log nowhere else."""

import os
import socket
import threading
from pathlib import Path


class Syslog:
    """Listens at a socket, and appends each message as a line to a file."""

    def __init__(self, path: Path, file: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        path.chmod(0o666)
        self._file = open(file, "ab", buffering=0)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        # An empty message ends the thread: closing a socket does not wake who reads from it.
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.connect(self._socket.getsockname())
            end.send(b"")
        self._thread.join()
        os.unlink(self._socket.getsockname())
        self._socket.close()
        self._file.close()

    def _listen(self) -> None:
        while message := self._socket.recv(65536):
            self._file.write(message.rstrip(b"\0\n") + b"\n")
