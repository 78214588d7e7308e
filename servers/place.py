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

OURS = ("etc", "var/lib")  # directories of a place that are added to those of the machine


class Place(ABC):
    """`directory` is the server's own: its configuration, data and logs."""

    directory: Path

    @abstractmethod
    def port(self, service: str, usual: int) -> int:
        """The port on 127.0.0.1 for a service; the same one each time that it is asked for."""

    @abstractmethod
    def put(self, unpacked: list[Path], links: dict[str, Path]) -> list[str]:
        """Makes files appear at fixed paths: those of unpacked packages, those of `directory` that OURS names, and
        `links` from a path to a directory or file of ours. Returns what a command must begin with so that its process sees them."""

    def close(self) -> None:
        """Removes what is left of the place."""


class Directory(Place):
    """A directory of its own and ports that were free, for an ordinary process of this machine.

    The directory is temporary, unless `path` names one: that one stays.
    """

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
        layers = {f"/{name}": [root / name for root in (self.directory, *unpacked)] for name in ("usr", *OURS)}
        return namespace.prefix(layers, links)

    def close(self) -> None:
        if not self._keep:
            shutil.rmtree(self.directory, ignore_errors=True)


class WholeMachine(Place):
    """All of a throwaway machine (machine.py): the usual ports, but for those in `ports`, and the
    real /etc to write to."""

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
