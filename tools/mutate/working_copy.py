# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The copy of the project whose files are changed, so that nobody's own files ever are."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mutants import Mutant


BUILD = "build"  # the folder in it that is not a copy


class WorkingCopy:
    """A copy of the files that git knows or would add, with what is not committed."""

    def __init__(self, top: Path, folder: Path) -> None:
        self.top, self.folder = top, folder

    def update(self) -> None:
        """Makes it the same as the project. Files that are the same keep their times, so that little is built again."""
        listed = subprocess.run(["git", "-C", self.top, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                check=True, capture_output=True).stdout
        names = {name for name in os.fsdecode(listed).split("\0") if name and (self.top / name).exists()}
        for path in [path for path in self.folder.rglob("*") if path.is_file() or path.is_symlink()]:
            name = path.relative_to(self.folder)
            if name.parts[0] != BUILD and str(name) not in names:
                path.unlink()
        for name in names:
            self.copy(self.top / name, self.folder / name)

    @staticmethod
    def copy(source: Path, target: Path) -> None:
        if source.is_symlink():
            if not target.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(os.readlink(source))
            return
        data = source.read_bytes()
        if not target.exists() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        target.chmod(source.stat().st_mode)

    @contextmanager
    def changed(self, mutant: Mutant) -> Iterator[None]:
        """The copy with this mutant in it; put back afterwards."""
        path = self.folder / mutant.file
        original = path.read_text()
        lines = original.split("\n")
        if lines[mutant.number - 1] != mutant.old:
            raise SystemExit(f"{mutant.file}:{mutant.number}: the line is no longer what it was")
        lines[mutant.number - 1] = mutant.new
        path.write_text("\n".join(lines))
        try:
            yield
        finally:
            path.write_text(original)
