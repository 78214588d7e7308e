# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A view of the file system that only some processes have: for servers whose paths are compiled in.

It is a mount namespace. Nothing of the machine changes, and the view is gone when the last of its processes is. Needs
root, and the capability to mount.
"""

import functools
import shlex
import subprocess
from pathlib import Path

UNSHARE = ["unshare", "--mount", "--propagation", "private"]


def prefix(layers: dict[str, list[Path]], links: dict[str, Path]) -> list[str]:
    """What a command must begin with. `layers` puts the files of directories over those of another, the first on top;
    `links` puts one directory or file in the place of another. The command keeps its process ID."""
    mounts = []
    for target, directories in layers.items():
        if lower := [str(directory) for directory in directories if directory.is_dir()]:
            mounts.append(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={':'.join([*lower, target])}", target])
    mounts += [["mount", "--bind", str(source), target] for target, source in links.items()]
    if not mounts:
        return []
    return [*UNSHARE, "sh", "-c", " && ".join([*map(shlex.join, mounts), 'exec "$@"']), "sh"]


@functools.cache
def why_not() -> str | None:
    """Why there cannot be one here, in a sentence; None if there can."""
    check = subprocess.run([*prefix({"/usr": [Path("/etc")]}, {}), "true"], capture_output=True, text=True, check=False)
    return f"this process may not mount an overlay: {check.stderr.strip()}" if check.returncode else None
