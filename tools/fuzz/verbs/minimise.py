# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz minimise"""

import argparse
import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import verbs.replay
from command_line import TOP, Needs, refuse
from targets import PROTOCOLS, Target, built
from verdict import environment_for

OVERVIEW = [("./run fuzz minimise [PROTOCOL...]", "replaces corpora/PROTOCOL/fuzzed with the best of it and of what was found")]
TEXT = """\
Replaces corpora/PROTOCOL/fuzzed with the few inputs that reach what the seeds do not: of all that ./run fuzz found for
this project's targets (build/corpus), and of what was there. Inputs that can be read (up to --each octets, nearly all
of them text) are merged against all other seeds of the protocol, by edges and not by how often they are taken. Those
that add most are kept, up to --files and --octets a protocol. An input that shows a defect of a foreign parser, or a
disagreement that its table does not have, is left out: fuzz/findings has those that are public.

Builds this project's targets (preset fuzz) and the replays of foreign parsers (preset asan): about five minutes on
two quiet cores the first time. Merging takes minutes too. It changes corpora/: look at `git diff` afterwards.
Installs missing packages from [build], [test] and [peers] in dependencies.txt."""
REPLAYS = TOP / "build/asan/fuzz"
TEXT_MIN = 0.9  # of an input's octets
# Whose streams are a client's, and what the corpora call a folder of these.
CLIENT_SIDE = {"smtp_command": "commands", "smtp_server": "commands", "pop3_command": "commands",
               "pop3_server": "commands", "imap_server": "commands",
               "imap_command": "commands", "http_request": "requests", "http_server": "requests"}


def reads_streams(target: Target) -> bool:
    return target.kind == "own" and target.name not in ("encoders", "script")  # whose inputs are no protocol's


@dataclass(frozen=True)
class Kept:
    target: str
    octets: bytes
    added: int  # edges that no seed and no smaller input has

    def path(self, folder: Path) -> Path:
        name = f"{self.target}-{hashlib.sha256(self.octets).hexdigest()[:8]}.txt".replace("_", "-")
        return folder / CLIENT_SIDE.get(self.target, "") / name


def is_readable(octets: bytes, each: int) -> bool:
    text = sum(32 <= octet < 127 or octet in b"\r\n\t" for octet in octets)
    return 0 < len(octets) <= each and text >= TEXT_MIN * len(octets)


def files_in(*folders: Path) -> list[Path]:
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")) if path.is_file()]


def write_all(inputs: list[bytes], folder: Path) -> None:
    folder.mkdir(parents=True)
    for octets in inputs:
        (folder / hashlib.sha1(octets).hexdigest()).write_bytes(octets)


def edges_first_seen(control: str) -> dict[str, int]:
    """By libFuzzer's account of a merge: of each file how many features no file before it had."""
    lines = control.splitlines()
    names = lines[2:2 + int(lines[0])]
    return {names[int(row.split()[1])]: len(row.split()) - 2 for row in lines if row.startswith("FT ")}


def merged(target: Target, seeds: list[bytes], found: list[bytes]) -> list[Kept]:
    """Which of what was found adds edges to the seeds."""
    with tempfile.TemporaryDirectory() as folder:
        new, old, control = Path(folder, "new"), Path(folder, "old"), Path(folder, "control")
        write_all(seeds, new)
        write_all(found, old)
        before = set(new.iterdir())
        command = [target.program, "-merge=1", "-use_counters=0", "-max_len=16384", f"-merge_control_file={control}", new, old]
        ran = subprocess.run(command, env=environment_for(target), capture_output=True, text=True, errors="replace", check=False)
        if ran.returncode != 0:
            refuse(f"{target.name} does not merge its corpus:\n{ran.stderr[-3000:]}")
        added = edges_first_seen(control.read_text())
        by_octets = {Path(name).name: count for name, count in added.items()}
        return [Kept(target.name, path.read_bytes(), by_octets.get(path.name, 0)) for path in set(new.iterdir()) - before]


def quiet(replay: Path, folder: Path) -> bool:
    """Does a foreign parser read the folder's files without showing a finding or a new disagreement?"""
    name = replay.name.removeprefix("replay_")
    if name.endswith(("_request", "_response")):
        ran = subprocess.run([replay, folder], env=environment_for(Target(name, "", "peer", replay)), capture_output=True,
                             check=False)
        return ran.returncode == 0
    outcome = verbs.replay.replay(name, str(replay), [str(folder)])
    return outcome.unknown is None and not outcome.shown


def without_noise(kept: list[Kept], protocol: str) -> list[Kept]:
    """Halves what a foreign parser complains of until the inputs are found that it complains of."""
    sides = ("_request", "_response") if protocol == "http" else (f"_{protocol}",)
    replays = [path for path in sorted(REPLAYS.glob("replay_*")) if path.name.endswith(sides) and
               (protocol != "http" or path.name.rsplit("_", 1)[0] != "replay_http")]
    if not replays:
        print(f"{protocol}: no foreign parser's replay is built: nothing is left out for what it shows")
    for replay in replays:
        waiting, passed = [kept] if kept else [], []
        while waiting:
            some = waiting.pop()
            with tempfile.TemporaryDirectory() as folder:
                write_all([one.octets for one in some], Path(folder, "some"))
                if quiet(replay, Path(folder, "some")):
                    passed += some
                elif len(some) > 1:
                    waiting += [some[:len(some) // 2], some[len(some) // 2:]]
        if len(passed) < len(kept):
            print(f"{protocol}: {len(kept) - len(passed)} left out for what {replay.name} says of them")
        kept = passed
    return kept


def minimise(protocol: str, own: list[Target], options: argparse.Namespace) -> None:
    fuzzed = TOP / "corpora" / protocol / "fuzzed"
    before = [path.read_bytes() for path in files_in(fuzzed)]
    seeds = [path.read_bytes() for path in files_in(*own[0].seeds()) if fuzzed not in path.parents]
    best: dict[bytes, Kept] = {}
    for target in own:
        found = [path.read_bytes() for path in files_in(TOP / "build/corpus" / target.name)]
        readable = [octets for octets in {*found, *before} - set(seeds) if is_readable(octets, options.each)]
        added = merged(target, seeds, readable)
        edges = sum(one.added for one in added)
        print(f"{target.name}: {len(found)} inputs, {len(added)} of the readable add {edges} edges", flush=True)
        for one in added:
            if one.octets not in best or best[one.octets].added < one.added:
                best[one.octets] = one
    kept, octets = [], 0
    for one in without_noise(sorted(best.values(), key=lambda one: (-one.added, len(one.octets), one.octets)), protocol):
        if len(kept) < options.files and octets + len(one.octets) <= options.octets:
            kept.append(one)
            octets += len(one.octets)
    shutil.rmtree(fuzzed, ignore_errors=True)
    for one in kept:
        path = one.path(fuzzed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.octets)
    edges = sum(one.added for one in kept)
    print(f"{protocol}: {len(kept)} inputs kept, {octets} octets, for {edges} edges that no seed has", flush=True)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--files", type=int, default=60, help="a protocol (60)")
    parser.add_argument("--octets", type=int, default=40_000, help="a protocol (40000)")
    parser.add_argument("--each", type=int, default=1_000, help="octets of an input (1000)")
    parser.add_argument("protocols", nargs="*", metavar="PROTOCOL", help=f"{', '.join(PROTOCOLS)} (all)")


def needs(options: argparse.Namespace) -> Needs:
    if unknown := set(options.protocols) - set(PROTOCOLS):
        refuse(f"There is no protocol {', '.join(sorted(unknown))}; choose from {', '.join(PROTOCOLS)}.")
    return Needs(["build", "test", "peers"], fuzz=["fuzz_own"],
                 more=["configure asan -DBACKTALK_TESTS=ON -DBACKTALK_PEERS=ON", "compile asan peers"])


def run(options: argparse.Namespace) -> int:
    for protocol in options.protocols or PROTOCOLS:
        minimise(protocol, [one for one in built() if reads_streams(one) and one.protocol == protocol], options)
    return 0
