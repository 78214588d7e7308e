# SPDX-License-Identifier: Apache-2.0 OR MIT
"""python3 tools/recorder [SERVER...]: records what real servers say into corpora/PROTOCOL/recorded/SET/.

Each server runs in a throwaway machine of its own, into which Debian's packages are installed; this needs root and the
network for apt-get, and changes nothing outside corpora/. It replaces what a server's recordings held before.
"""

import argparse
import concurrent.futures
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.append(str(TOP))

import normal  # noqa: E402
import readings  # noqa: E402
from conversation import Conversation  # noqa: E402
from recordings import ALL, Recording  # noqa: E402
from servers import machine  # noqa: E402
from servers.packages import Packages  # noqa: E402

MACHINES_AT_A_TIME = 4
SEED_OCTETS_MAX = 32768  # a fuzzer runs longer ones too slowly
CORPORA = TOP / "corpora"


def record_one(recording: Recording, name: str, where: Path) -> list[str]:
    """Has one conversation and writes both sides of it; returns the options that `backtalk parse` needs."""
    conversation = Conversation(recording.address)
    try:
        recording.scripts[name](conversation)
    finally:
        conversation.close()
    sides = [("heard", conversation.received)] + ([("said", conversation.sent)] if recording.client_side else [])
    for side, octets in sides:
        path = where / recording.protocol / recording.set / side / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(normal.normalise(bytes(octets), recording.rules))
    return conversation.flags


def inside(name: str) -> int:
    """Inside the machine: starts the server, has the conversations, and writes them to /recorded."""
    recorded = ALL[name]
    conversations: list[tuple[str, list[str]]] = []  # in the order of the scripts, the plain ones first
    failures = 0
    with contextlib.ExitStack() as running:
        servers = [running.enter_context(server) for server in recorded.start()]
        for recording in recorded.recordings(*servers):
            for script in recording.scripts:
                try:
                    flags = record_one(recording, script, Path("/recorded"))
                except OSError as error:
                    print(f"{recording.set}/{script}: {error}", file=sys.stderr)
                    failures += 1
                    continue
                conversations.append((f"{recording.protocol}/{recording.set}/{script}", flags))
    Path("/recorded/conversations.json").write_text(json.dumps(conversations))
    version = Packages(recorded.packages, "").version()
    Path("/recorded/version").write_text(f"{recorded.packages[0].split('/')[0]} {version}")
    return 1 if failures else 0


def import_recordings(recorded: Path) -> tuple[int, int]:
    """Moves a machine's recordings into corpora/; returns how many of the server's side and of the client's it kept."""
    counts = [0, 0]
    for directory in sorted(path for path in recorded.glob("*/*") if path.is_dir()):
        protocol, name = directory.parent.name, directory.name
        shutil.rmtree(CORPORA / protocol / "recorded" / name, ignore_errors=True)
        (CORPORA / protocol / "recorded" / name).mkdir(parents=True)
        commands_directory(protocol).mkdir(exist_ok=True)
        readings.forget(CORPORA / protocol, name)
    for conversation, flags in json.loads((recorded / "conversations.json").read_text()):
        protocol, name, file = conversation.split("/")
        heard, said = (recorded / protocol / name / side / f"{file}.txt" for side in ("heard", "said"))
        if keep(heard, CORPORA / protocol / "recorded" / name / heard.name, protocol):
            counts[0] += 1
            if flags:
                readings.remember(CORPORA / protocol, f"{name}/{heard.name}", flags)
        target = commands_directory(protocol) / said.name
        if target.exists():
            target = target.with_name(f"{name}-{said.name}")
        if said.exists():
            counts[1] += keep(said, target, protocol)
    return counts[0], counts[1]


def commands_directory(protocol: str) -> Path:
    return CORPORA / protocol / "recorded" / ("requests" if protocol == "http" else "commands")


def keep(source: Path, target: Path, protocol: str) -> bool:
    """Copies a recording, unless a seed of the protocol has the same octets or it is too long for a fuzzer."""
    octets = source.read_bytes()
    if not 0 < len(octets) <= SEED_OCTETS_MAX:
        return False
    if any(path.stat().st_size == len(octets) and path.read_bytes() == octets
           for path in (CORPORA / protocol).rglob("*.txt") if path != target):
        return False
    target.write_bytes(octets)
    return True


def record_all(names: list[str], directory: Path) -> int:
    """Runs several machines at a time, since they mostly wait; takes over their recordings in the order of `names`."""
    def record(name: str) -> str | None:
        recorded = directory / name
        recorded.mkdir()
        try:
            machine.run(["python3", "-B", "/backtalk/tools/recorder", "--inside", name], list(ALL[name].packages),
                        {"/backtalk": TOP, "/recorded": recorded})
        except subprocess.CalledProcessError:
            return f"{name}: some of it could not be recorded; the reason is above"
        except subprocess.TimeoutExpired:
            return f"{name}: it took too long"
        return None

    code = 0
    with concurrent.futures.ThreadPoolExecutor(MACHINES_AT_A_TIME) as machines:
        for name, failure in zip(names, machines.map(record, names)):
            if failure:
                print(failure, file=sys.stderr)
                code = 1
            if not (directory / name / "conversations.json").exists():
                continue
            server_side, client_side = import_recordings(directory / name)
            print(f"{name}: {(directory / name / 'version').read_text()}, {server_side} conversations, "
                  f"{client_side} new of the client's side", flush=True)
    return code


def main() -> int:
    arguments = argparse.ArgumentParser(prog="tools/recorder", description=__doc__.split("\n")[0])
    arguments.add_argument("server", nargs="*", help=f"one of {' '.join(ALL)}; all of them by default")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    unknown = [name for name in asked.server if name not in ALL]
    if unknown:
        arguments.error(f"there is no server {unknown[0]}; use {' '.join(ALL)}")
    if asked.inside:
        return inside(asked.server[0])
    with tempfile.TemporaryDirectory(prefix="backtalk-recorded-") as directory:
        return record_all(asked.server or list(ALL), Path(directory))


if __name__ == "__main__":
    sys.exit(main())
