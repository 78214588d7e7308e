# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs a program that may do anything: a mutant may loop for ever or take all memory."""

import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

GIBIBYTE = 1 << 30
FILE_OCTETS_MAX = 1 << 29  # it may also print for ever
TIMEOUT = "timeout"


def run(command: Sequence[str | Path], folder: Path, seconds: float, memory_gib: int = 0,
        environment: Mapping[str, str] | None = None, output: int | IO[bytes] = subprocess.DEVNULL) -> int | str:
    """The exit status, or TIMEOUT. What the command started ends with it. Without a core file."""
    def bounds() -> None:
        os.nice(10)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_OCTETS_MAX,) * 2)
        if memory_gib:
            resource.setrlimit(resource.RLIMIT_AS, (memory_gib * GIBIBYTE,) * 2)
    with subprocess.Popen(command, cwd=folder, preexec_fn=bounds, start_new_session=True, stdin=subprocess.DEVNULL,
                          stdout=output, stderr=subprocess.DEVNULL,
                          env={**os.environ, **(environment or {})}) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return TIMEOUT
        finally:
            # Also what it left behind. The group may be gone.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
