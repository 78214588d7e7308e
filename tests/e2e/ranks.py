# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs of `backtalk load` that several processes share."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from load import Run, program, read_report
from servers.network import wait_for

# One of these may have started the tests themselves.
LAUNCHERS = ("OMPI_", "PMI", "SLURM_", "JOB_COMPLETION_INDEX", "BACKTALK_RANK", "BACKTALK_COORDINATOR", "BACKTALK_TOKEN")
AS_ROOT = ("--allow-run-as-root",) if os.geteuid() == 0 else ()
# Four ranks on two cores. A rank has the time to come that a busy machine needs.
MPIRUN = ("mpirun", *AS_ROOT, "--oversubscribe", "--bind-to", "none")


def environment(**more: object) -> dict[str, str]:
    """That of the tests, without what says that they are a rank themselves."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(LAUNCHERS)}
    return plain | {name: str(value) for name, value in more.items()}


class Ranks:
    """As many processes, of which `place(rank)` is the environment and `prefix(rank)` begins the command."""

    def __init__(self, count: int, url: str, *options: object, place: Callable[[int], dict[str, object]],
                 prefix: Callable[[int], list[str]] = lambda rank: []) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="backtalk-ranks-")
        self.files = [Path(self._directory.name) / f"{rank}.json" for rank in range(count)]
        self.processes = [
            subprocess.Popen([*prefix(rank), program(), "load", url, "--json", str(self.files[rank]), *map(str, options)],
                             env=environment(**place(rank)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
            for rank in range(count)]

    def finish(self, limit_s: float = 120) -> list[Run]:
        """What became of each. Those that leave the result to rank 0 have written none."""
        runs = []
        for process, file in zip(self.processes, self.files):
            out, err = process.communicate(timeout=limit_s)
            text = file.read_text() if file.exists() else ""
            runs.append(Run(process.returncode, read_report(text) if text else {}, out, err))
        return runs

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self._directory.cleanup()

    def __enter__(self) -> "Ranks":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Mpirun:
    """`mpirun -n COUNT backtalk load ...`, in the background."""

    def __init__(self, count: int, url: str, *options: object, binary: str = "", flags: tuple[str, ...] = ()) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="backtalk-mpirun-")
        self._json = Path(self._directory.name) / "result.json"
        words = [*MPIRUN, *flags, "-n", str(count), binary or program(), "load", url, "--json", str(self._json),
                 *map(str, options)]
        self.process = subprocess.Popen(words, env=environment(BACKTALK_E2E=self._directory.name),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)

    def process_of(self, rank: int) -> int | None:
        """The process of a rank that carries out its part: mpirun has started its parent."""
        wanted = {f"BACKTALK_E2E={self._directory.name}".encode(), f"OMPI_COMM_WORLD_RANK={rank}".encode()}
        for entry in Path("/proc").iterdir():
            try:
                if (entry / "comm").read_text() != "backtalk\n":
                    continue
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == self.process.pid:
                    continue
                if wanted <= set((entry / "environ").read_bytes().split(b"\0")):
                    return int(entry.name)
            except (OSError, ValueError):
                continue
        return None

    def has_result(self) -> bool:
        try:
            json.loads(self._json.read_text())
        except (OSError, ValueError):
            return False
        return True

    def finish(self, limit_s: float = 120, *, later: bool = False) -> Run:
        """`later`: the result may come after the end of mpirun."""
        try:
            out, err = self.process.communicate(timeout=limit_s)
        finally:
            if self.process.poll() is None:
                self.process.terminate()
                self.process.communicate()
        if later:
            wait_for(self.has_result, "there is no result", limit_s=limit_s)
        text = self._json.read_text() if self._json.exists() else ""
        self._directory.cleanup()
        return Run(self.process.returncode, read_report(text) if text else {}, out, err)
