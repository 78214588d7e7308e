# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Where a server's programs are: in packages installed on this machine, or unpacked by `./run install-deps`."""

import os
import subprocess
from pathlib import Path

SYSTEM = Path("/")


def cache() -> Path:
    """Unpacked packages are here, each in a directory of its name."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backtalk/servers"


class Packages:
    """The files of some Debian packages. `program`, one of those files (usr/sbin/NAME), shows where they are."""

    def __init__(self, names: tuple[str, ...], program: str) -> None:
        self._names = names
        self._program = program
        installed = (SYSTEM / program).exists()
        self.unpacked = [] if installed else [path for name in names if (path := cache() / name).is_dir()]

    def why_not(self) -> str | None:
        """Why the programs cannot be run, in a sentence; None if they can."""
        if self.find(self._program) is None:
            return (f"Debian's {self._names[0]} is neither installed nor unpacked; ./run install-deps unpacks what "
                    "dependencies.txt lists in [unpacked]")
        return None

    def find(self, path: str) -> Path | None:
        """Where a file of the packages is, if it is there; `path` is its path in the package."""
        return next((root / path for root in self.unpacked or [SYSTEM] if (root / path).exists()), None)

    def file(self, path: str) -> str:
        """The same; raises a FileNotFoundError if the file is not there."""
        found = self.find(path)
        if found is None:
            raise FileNotFoundError(f"{path} of {', '.join(self._names)}")
        return str(found)

    def version(self) -> str:
        """The version of the first package, as Debian writes it; empty if unknown."""
        name = self._names[0].split("/")[0]
        marker = cache() / name / ".unpacked"
        if self.unpacked:
            return marker.read_text().strip() if marker.exists() else ""
        return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True,
                              check=False).stdout
