# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Where a server runs: what it may use of the machine, apart from how it is configured.

A place gives a server its directory and its ports. A server whose paths are compiled in also gets its files there: see
`put`.
"""

import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

from . import namespace
from .network import free_port

OURS = ("etc", "var/lib")  # what is in these directories of a place is added to the machine's


class Place(ABC):
    """`directory` is the server's own: its configuration, data and logs."""

    directory: Path
    own_devices = False  # whether what is in `dev` of the directory is added to the server's view of /dev

    @abstractmethod
    def port(self, service: str, usual: int) -> int:
        """The port on 127.0.0.1 for a service; always the same one."""

    @abstractmethod
    def put(self, unpacked: list[Path], links: dict[str, Path]) -> list[str]:
        """Makes files visible at fixed paths: those of unpacked packages, those of `directory` in OURS, and `links`,
        from a path to a directory or file of ours. Returns the prefix for a command that is to see them."""

    def close(self) -> None:
        """Removes the directory, if it is temporary."""


class Directory(Place):
    """A directory and free ports for ordinary processes of this machine.

    The directory is temporary unless `path` names one, which must be empty and is kept.
    """

    own_devices = True

    def __init__(self, name: str, path: Path | None = None) -> None:
        self._keep = path is not None
        if path:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise FileExistsError(f"{path} is not empty")
        self.directory = path.resolve() if path else Path(tempfile.mkdtemp(prefix=f"backtalk-{name}-"))
        self.directory.chmod(0o755)  # a server that drops its privileges must still get in
        self._ports: dict[str, int] = {}

    def port(self, service: str, usual: int) -> int:
        while service not in self._ports:
            port = free_port()
            if port not in self._ports.values():
                self._ports[service] = port
        return self._ports[service]

    def put(self, unpacked: list[Path], links: dict[str, Path]) -> list[str]:
        layers = {f"/{name}": [root / name for root in (self.directory, *unpacked)] for name in ("usr", "dev", *OURS)}
        return namespace.prefix(layers, links)

    def close(self) -> None:
        if not self._keep:
            shutil.rmtree(self.directory, ignore_errors=True)


class WholeMachine(Place):
    """All of a throwaway machine (machine.py): its /etc, and the usual ports unless `ports` has others."""

    def __init__(self, name: str, **ports: int) -> None:
        self.directory = Path("/srv") / name
        self.directory.mkdir()
        self._ports = ports

    def port(self, service: str, usual: int) -> int:
        return self._ports.get(service, usual)

    def put(self, unpacked: list[Path], links: dict[str, Path]) -> list[str]:
        for name in OURS:
            if (self.directory / name).is_dir():
                shutil.copytree(self.directory / name, f"/{name}", dirs_exist_ok=True)
        return namespace.prefix({}, links)
