# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A view of the file system that only one server has, for servers whose paths are compiled in.

It is a mount namespace. Nothing of the machine changes, and the view is gone when the last of its processes is. Needs
root, and the capability to mount.
"""

import functools
import shlex
import subprocess
from pathlib import Path

UNSHARE = ["unshare", "--mount", "--propagation", "private"]


def prefix(layers: dict[str, list[Path]], links: dict[str, Path]) -> list[str]:
    """The prefix for a command that gets such a view. `layers` adds the files of directories to another directory, the
    first on top; `links` replaces a directory or file with another one. The command keeps its process ID."""
    mounts = []
    for target, directories in layers.items():
        if lower := [str(directory) for directory in directories if directory.is_dir()]:
            mounts.append(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={':'.join([*lower, target])}", target])
    mounts += [["mount", "--bind", str(source), target] for target, source in links.items()]
    if not mounts:
        return []
    return [*UNSHARE, "sh", "-c", " && ".join([*map(shlex.join, mounts), 'exec "$@"']), "sh"]


def small_disk(directory: Path, octets: int) -> list[str]:
    """The prefix for a command to which that directory, with what is in it, is on a disk of its own of so many octets. The
    command keeps its process ID."""
    disk = f"{directory}.small"
    steps = [["mkdir", "-p", disk], ["mount", "-t", "tmpfs", "-o", f"size={octets}", "none", disk],
             ["cp", "-a", f"{directory}/.", disk], ["mount", "--bind", disk, str(directory)]]
    return [*UNSHARE, "sh", "-c", " && ".join([*map(shlex.join, steps), 'exec "$@"']), "sh"]


@functools.cache
def why_not() -> str | None:
    """Why this process cannot make one, in a sentence; None if it can."""
    check = subprocess.run([*prefix({"/usr": [Path("/etc")]}, {}), "true"], capture_output=True, text=True, check=False)
    return f"this process may not mount an overlay: {check.stderr.strip()}" if check.returncode else None
