#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The single headers of ./run amalgamate: compiled where there is nothing else, they read what the library reads.

    test_singleheader.py LIBRARY

LIBRARY is the static library of the parsers that their events are compared with. Needs clang++-19 and g++-12.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
PROTOCOLS = ("smtp", "pop3", "imap", "http")
COMPILERS = ("clang++-19", "g++-12")
STRICT = ("-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
# An example of the RFC, a twin that must be refused, and what the consumer prints of them as a server's stream.
EXAMPLES = {
    "smtp": (b"250-foo.com greets bar.com\r\n250-8BITMIME\r\n250-SIZE\r\n250 HELP\r\n",  # RFC 5321 D.1
             "0: 250 [foo.com greets bar.com] [8BITMIME] [SIZE] [HELP] 000\nnone at 0\n",
             (b"250 HELP\r\n", b"250 HELP\n"), "bare-lf at 60"),
    "pop3": (b"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n",  # RFC 1939 7
             "0 0: 1 [] POP3 server ready <1896.697170952@dbc.mtview.ca.us>\nnone at 0\n",
             (b"+OK", b"+OKAY"), "bad-status at 3"),
    "imap": (b"* 18 EXISTS\r\na142 OK [READ-WRITE] SELECT completed\r\n",  # RFC 3501 6.3.1
             "13: a142 OK [SELECT completed] [] none at 0 22+1=0:READ-WRITE\nnone at 0\n",
             (b"\r\na142", b"\n142"), "bare-lf at 11"),
    "http": (b"HTTP/1.1 200 OK\r\nContent-Length: 51\r\nVary: Accept-Encoding\r\n\r\n",  # RFC 9112 and 9110 3.9
             "0 0: 62 none 51 1 [] Content-Length=51 Vary=Accept-Encoding\n",
             (b": 51\r\n", b": 51\n"), "bare-lf at 35"),
}


def run(*command: str | Path, **more) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="surrogateescape",
                          check=False, **more)


# A compiler is asked again only if what it is given differs: its warnings are kept with the object.
CACHE = ("ccache",) if shutil.which("ccache") else ()


def build(folder: Path, program: str, command: tuple[str | Path, ...], sources: tuple[Path | str, ...],
          libraries: tuple[Path, ...] = ()) -> Path:
    """A program in FOLDER, which is where the compiler runs."""
    objects = []
    for source in sources:
        objects.append(f"{program}-{Path(source).stem}.o")
        ran = run(*CACHE, *command, "-c", source, "-o", objects[-1], cwd=folder)
        assert ran.returncode == 0, ran.stderr
    ran = run(command[0], *objects, *libraries, "-o", program, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return folder / program


def inputs(protocol: str) -> list[Path]:
    files = [path for kind in ("rfc", "hostile", "reported", "regressions") for path in sorted((TOP / "corpora" / protocol / kind).rglob("*"))
             if path.is_file()]
    assert len(files) > 50, protocol
    return files


class SingleHeader(unittest.TestCase):
    library = Path()

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp(prefix="backtalk-singleheader-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        made = run(sys.executable, TOP / "tasks/amalgamate.py", cls.folder / "headers")
        assert made.returncode == 0, made.stderr
        # Under the same names, the library's own headers.
        (cls.folder / "installed").mkdir()
        for protocol in PROTOCOLS:
            (cls.folder / f"installed/backtalk_{protocol}.hpp").write_text(f'#include "backtalk/{protocol}.hpp"\n')
        with ThreadPoolExecutor(2) as pool:
            jobs = {(protocol, compiler): pool.submit(cls.compiled_alone, protocol, compiler)
                    for compiler in COMPILERS for protocol in PROTOCOLS}
            jobs |= {("all", compiler): pool.submit(cls.all_in_one, compiler) for compiler in COMPILERS}
            jobs |= {(protocol, "library"): pool.submit(cls.linked, protocol) for protocol in PROTOCOLS}
            cls.programs = {key: job.result() for key, job in jobs.items()}

    @classmethod
    def compiled_alone(cls, protocol: str, compiler: str) -> Path:
        """In a folder that has the consumer and one header."""
        alone = cls.folder / f"{protocol}-{compiler}"
        alone.mkdir()
        for file in (HERE / f"{protocol}.cpp", HERE / "show.hpp", cls.folder / f"headers/backtalk_{protocol}.hpp"):
            shutil.copy(file, alone)
        return build(alone, "consumer", (compiler, *STRICT, "-O1"), (f"{protocol}.cpp",))

    @classmethod
    def linked(cls, protocol: str) -> Path:
        command = (COMPILERS[0], "-std=c++20", "-O1", "-I", "installed", "-I", TOP / "parsers/include")
        return build(cls.folder, f"{protocol}-library", command, (HERE / f"{protocol}.cpp",), (cls.library,))

    @classmethod
    def all_in_one(cls, compiler: str) -> Path:
        return build(cls.folder, f"all-{compiler}", (compiler, *STRICT, "-I", "headers"),
                     (HERE / "all_here.cpp", HERE / "all_there.cpp"))

    def events(self, protocol: str, which: str, *files: Path) -> str:
        ran = run(self.programs[protocol, which], *files)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        return ran.stdout

    def test_an_example_and_its_twin(self) -> None:
        file = self.folder / "stream"
        for protocol, (example, printed, (good, bad), error) in EXAMPLES.items():
            for compiler in COMPILERS:
                with self.subTest(protocol=protocol, compiler=compiler):
                    file.write_bytes(example)
                    self.assertIn(printed, self.events(protocol, compiler, file))
                    self.assertIn(good, example)
                    file.write_bytes(example.replace(good, bad))
                    self.assertIn(error, self.events(protocol, compiler, file))

    def test_every_input_gives_the_events_of_the_library(self) -> None:
        for protocol in PROTOCOLS:
            expected = self.events(protocol, "library", *inputs(protocol))
            self.assertGreater(len(expected), 50_000)
            for compiler in COMPILERS:
                with self.subTest(protocol=protocol, compiler=compiler):
                    got = self.events(protocol, compiler, *inputs(protocol))
                    for one, other in zip(got.split("\n"), expected.split("\n"), strict=True):
                        self.assertEqual(one, other)

    def test_all_of_them_in_one_program(self) -> None:
        for compiler in COMPILERS:
            self.assertEqual(run(self.programs["all", compiler]).returncode, 0)

    def test_another_version_beside_it_is_refused(self) -> None:
        header = self.folder / "headers/backtalk_smtp.hpp"
        ran = run(COMPILERS[0], *STRICT, "-fsyntax-only", "-x", "c++", "-DBACKTALK_VERSION_NUMBER=1", header)
        self.assertIn("another version of Backtalk", ran.stderr)

    def test_an_older_standard_is_refused_in_one_line(self) -> None:
        for compiler in COMPILERS:
            for protocol in PROTOCOLS:
                with self.subTest(compiler=compiler, protocol=protocol):
                    ran = run(compiler, "-std=c++17", "-DBACKTALK_IMPLEMENTATION", "-fsyntax-only", "-x", "c++",
                              self.folder / f"headers/backtalk_{protocol}.hpp")
                    errors = re.findall(r"error: .*", ran.stderr)
                    self.assertEqual(len(errors), 1, ran.stderr)
                    self.assertIn("Backtalk needs C++20: compile with -std=c++20", errors[0])

    def test_only_the_standard_library_is_included_and_the_head_says_what_it_is(self) -> None:
        version = re.search(r"VERSION ([0-9.]+)", (TOP / "CMakeLists.txt").read_text().split("project(")[1])[1]
        for protocol in PROTOCOLS:
            text = (self.folder / f"headers/backtalk_{protocol}.hpp").read_text()
            self.assertEqual(set(re.findall(r"^\s*#\s*include\s+(?!<[a-z0-9_]+>$).*", text, re.MULTILINE)), set())
            self.assertTrue(text.startswith("// SPDX-License-Identifier: Apache-2.0 OR MIT\n"))
            self.assertIn(f"Backtalk {version}", text.splitlines()[1])
            for other in set(PROTOCOLS) - {protocol}:
                self.assertNotIn(f"namespace backtalk::{other}", text)


if __name__ == "__main__":
    SingleHeader.library = Path(sys.argv.pop(1)).resolve()
    unittest.main()
