# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The fuzz targets: those that there are (fuzz/targets.txt and the gallery), and those that the build has made."""

from dataclasses import dataclass, field
from pathlib import Path

from command_line import TOP, refuse

BUILD = TOP / "build/fuzz"
SEEDS = TOP / "build/seeds"
GALLERY = TOP / "fuzz/gallery"
PROTOCOLS = ("smtp", "pop3", "imap", "http")
SETS = ("rfc", "recorded", "hostile", "reported", "fuzzed", "regressions")
KINDS = {"own": "own", "peers": "peer", "gallery": "gallery"}  # as they are listed, and as they are written


@dataclass(frozen=True)
class Target:
    name: str
    protocol: str
    kind: str  # own: a parser or session of this project; peer: another project's parser; gallery: one with a planted bug
    program: Path
    environment: dict = field(default_factory=dict, hash=False)

    def build_target(self) -> str:
        """What CMake calls its program."""
        return self.program.name

    def seeds(self) -> list[Path]:
        """The inputs of its protocol."""
        folders = [SEEDS / self.protocol, *(TOP / "corpora" / self.protocol / kind for kind in SETS)]
        return [folder for folder in folders if folder.is_dir()]

    def own_seeds(self) -> list[Path]:
        """Inputs for this target alone."""
        folder = TOP / "fuzz/targets" / f"{self.name}_seeds"
        return [folder] if folder.is_dir() else []

    def dictionary(self) -> Path | None:
        path = TOP / "fuzz/dictionaries" / f"{self.protocol}.dict"
        return path if path.exists() else None


def listed() -> list[Target]:
    """All targets, whether or not they have been built, by name."""
    rows = [line.split() for line in (TOP / "fuzz/targets.txt").read_text().splitlines() if line and not line.startswith("#")]
    found = [Target(name, protocol, kind, BUILD / "fuzz" / f"fuzz_{name}") for name, protocol, kind in rows]
    return sorted(found + exhibits(), key=lambda target: target.name)


def exhibits() -> list[Target]:
    """The parsers with planted bugs. One program has them all."""
    return [Target(f"gallery.{path.stem}", path.parent.name, "gallery", BUILD / "fuzz/gallery/gallery",
                   {"BACKTALK_GALLERY": path.stem}) for path in sorted(GALLERY.glob("*/*.cpp"))]


def built() -> list[Target]:
    """Those that the configured build can make: a peer whose library is not installed is missing."""
    made = {row.split("\t")[0] for row in (BUILD / "fuzz_targets.txt").read_text().splitlines()}
    return [target for target in listed() if target.name in made or target.kind == "gallery"]


def table(targets: list[Target]) -> str:
    """A line for each kind."""
    return "\n".join(f"{title + ':':8} {' '.join(target.name for target in targets if target.kind == kind)}"
                     for title, kind in KINDS.items())


def named(name: str, among: list[Target]) -> list[Target]:
    """The targets that a word of the command line means: a target, `all` (this project's) or `peers`."""
    kind = {"all": "own", "peers": "peer"}.get(name)
    found = [one for one in among if (one.kind == kind if kind else one.name == name.removeprefix("fuzz_"))]
    if not found and not kind:
        refuse(f"{table(among)}\n\nThere is no fuzz target '{name}'; all targets are listed above.")
    return found


def chosen(names: list[str], among: list[Target]) -> list[Target]:
    """The targets of several words, each once."""
    picked: list[Target] = []
    for name in names:
        picked += [target for target in named(name, among) if target not in picked]
    return picked
