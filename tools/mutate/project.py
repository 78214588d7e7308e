# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the runner has to know of a project: project.toml beside this file."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Area:
    """Sources whose mutants the same tests can kill."""

    name: str
    folder: str  # of the sources
    library: str  # the CMake target that has their code
    programs: list[str] = field(default_factory=list)  # the CMake targets of the test programs
    linked: list[str] = field(default_factory=list)  # and of those that the code is linked into: they are built for each
    file: str = ""  # of the shared library, if it is not called after its target

    @property
    def all_programs(self) -> list[str]:
        return [*self.programs, *self.linked]


@dataclass(frozen=True)
class Project:
    top: Path
    configure: list[str]  # arguments of cmake
    areas: list[Area]

    @classmethod
    def read(cls, top: Path) -> "Project":
        settings = tomllib.loads((top / "tools/mutate/project.toml").read_text())
        return cls(top, settings["configure"], [Area(**area) for area in settings["area"]])

    def area_of(self, file: str) -> Area | None:
        return next((area for area in self.areas if Path(file).is_relative_to(area.folder)), None)
