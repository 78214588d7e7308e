#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Makes one self-contained header of each protocol's parsers.

    amalgamate.py [DIR]

Writes backtalk_smtp.hpp, backtalk_pop3.hpp, backtalk_imap.hpp and backtalk_http.hpp into DIR (build/singleheader). Each has
the public headers and, behind `#ifdef BACKTALK_IMPLEMENTATION`, the sources that they need. Every file stands behind a guard
of its own, so that several of these headers can be included together.
"""

import argparse
import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
INCLUDE, SOURCE = TOP / "parsers/include", TOP / "parsers/src"
PROTOCOLS = {"smtp": "SMTP and LMTP", "pop3": "POP3", "imap": "IMAP", "http": "HTTP/1.x"}
# Headers whose source has another name: the kernels without Highway.
SOURCES = {"backtalk/simd.hpp": "simd/scalar_only.cpp", "simd/tables.hpp": "simd/scalar.cpp"}
DROPPED = re.compile(r"// SPDX-License-Identifier: .*|#pragma once|// IWYU pragma: .*")
OWN = re.compile(r'#include "([^"]+)".*')
STANDARD = re.compile(r"#include (<[a-z0-9_]+>).*")

USE = """\
// {title} in one header: Backtalk {version}, made by `./run amalgamate` from the files named below. Do not edit.
//
// Needs a C++20 compiler (Clang 14, GCC 12 or newer) and its standard library. Include it wherever you use it. In exactly
// one source file of the program define BACKTALK_IMPLEMENTATION first; with the headers of several protocols, define it in
// one file that includes all of them:
//
//     #define BACKTALK_IMPLEMENTATION
//     #include "backtalk_{protocol}.hpp"
//
// The parsers scan without SIMD here. Events, errors and offsets are those of the library."""


class File:
    """A header or source: what it includes, and the rest of it."""

    def __init__(self, name: str) -> None:
        path = next(folder / name for folder in (INCLUDE, SOURCE) if (folder / name).is_file())
        self.name, self.own, self.standard = name, [], []
        rest = []
        conditions = 0
        for line in path.read_text().splitlines():
            conditions += line.startswith("#if") - line.startswith("#endif")
            if found := OWN.fullmatch(line):
                if conditions:
                    raise SystemExit(f"{path}: {line} depends on a condition")
                self.own.append(found[1])
            elif (found := STANDARD.fullmatch(line)) and not conditions:
                self.standard.append(found[1])
            elif line.startswith("#include"):
                raise SystemExit(f"{path}: {line} is not of the standard library, or depends on a condition")
            elif not DROPPED.fullmatch(line):
                rest.append(line)
        self.text = re.sub(r"\n{3,}", "\n\n", "\n".join(rest).strip())

    def guarded(self) -> str:
        if not self.text or (self.name.endswith(".hpp") and all(line.startswith("//") for line in self.text.splitlines())):
            return ""
        guard = "BACKTALK_SINGLE_" + re.sub(r"[^A-Z0-9]", "_", self.name.removeprefix("backtalk/").upper())
        return f"// {self.name}\n#ifndef {guard}\n#define {guard}\n{self.text}\n#endif  // {guard}\n\n"


class Amalgamation:
    """Files in the order in which they can be compiled, each once."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}

    def add(self, name: str) -> None:
        if name in self.files:
            return
        file = File(name)
        for included in file.own:
            self.add(included)
        self.files[name] = file

    def sources(self) -> list[str]:
        """The sources that belong to the headers so far."""
        stems = [SOURCES.get(name, re.sub(r"^backtalk/(detail/)?|\.hpp$", "", name) + ".cpp") for name in self.files
                 if name.endswith(".hpp")]
        return sorted(stem for stem in stems if (SOURCE / stem).is_file())

    def text(self, names: list[str]) -> str:
        standard = sorted({header for name in names for header in self.files[name].standard})
        return "".join(f"#include {header}\n" for header in standard) + "\n" + "".join(
            self.files[name].guarded() for name in names)


def version() -> str:
    return re.search(r'BACKTALK_VERSION_STRING "(.*)"', (INCLUDE / "backtalk/version.hpp").read_text())[1]


def single_header(protocol: str) -> str:
    whole = Amalgamation()
    whole.add(f"backtalk/{protocol}.hpp")
    public = list(whole.files)
    for path in sorted((SOURCE / protocol).glob("*.cpp")):
        whole.add(f"{protocol}/{path.name}")
    while missing := [name for name in whole.sources() if name not in whole.files]:
        for name in missing:
            whole.add(name)
    private = [name for name in whole.files if name not in public]
    major, minor, patch = version().split(".")
    number = int(major) * 10000 + int(minor) * 100 + int(patch)
    return (f"// SPDX-License-Identifier: Apache-2.0 OR MIT\n"
            f"{USE.format(title=PROTOCOLS[protocol], version=version(), protocol=protocol)}\n\n"
            f"#if __cplusplus < 202002L\n"
            f'#error "Backtalk needs C++20: compile with -std=c++20, or a newer standard"\n#else\n\n'
            f"#if defined(BACKTALK_VERSION_NUMBER) && BACKTALK_VERSION_NUMBER != {number}\n"
            f'#error "another version of Backtalk was included before"\n#endif\n\n'
            f"{whole.text(public)}"
            f"#ifdef BACKTALK_IMPLEMENTATION\n\n{whole.text(private)}#endif  // BACKTALK_IMPLEMENTATION\n\n"
            f"#endif  // C++20\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path, nargs="?", default=TOP / "build/singleheader", metavar="DIR")
    folder = parser.parse_args().dir
    folder.mkdir(parents=True, exist_ok=True)
    for protocol in PROTOCOLS:
        (folder / f"backtalk_{protocol}.hpp").write_text(single_header(protocol))


if __name__ == "__main__":
    main()
