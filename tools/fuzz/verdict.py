# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a target's program says of one input."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from targets import Target


def environment_for(target: Target, symbols: bool = True, **more: str) -> dict:
    symbolizer = {}
    if not symbols:
        symbolizer = {name: "symbolize=0" for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS")}
    elif "ASAN_SYMBOLIZER_PATH" not in os.environ:
        for name in ("llvm-symbolizer-19", "llvm-symbolizer"):
            found = [Path(folder) / name for folder in os.get_exec_path() if (Path(folder) / name).exists()]
            if found:
                symbolizer = {"ASAN_SYMBOLIZER_PATH": str(found[0])}
                break
    return {**os.environ, **symbolizer, **target.environment, **more}


@dataclass
class Verdict:
    """What a program said of an input. `oracle` is empty where all was well."""

    oracle: str = ""
    sentence: str = ""  # in plain words
    read_as: str = ""  # the trailer that has the input read so again
    text: str = ""  # all of the report
    place: str = ""  # of a crash, in the program, where the report has no symbols

    def kind(self) -> tuple[str, str]:
        """What two reports of the same defect have in common."""
        plain = re.sub(r'"(\\.|[^"\\])*"', '""', self.sentence)
        if self.place:
            return self.oracle, plain + self.place
        return self.oracle, re.sub(r"\d+", "0", re.sub(r" cut at \d+( \d+)*| fed byte by byte", " in pieces", plain))


def verdict_of(log: str, exit_code: int) -> Verdict:
    """Reads the report of an oracle, of a sanitizer or of libFuzzer."""
    if exit_code == 0:
        return Verdict()
    oracle = re.search(r"^oracle: (\S+)$", log, re.MULTILINE)
    read_as = re.search(r"^read as: (#! .*)$", log, re.MULTILINE)
    said = Verdict(oracle.group(1) if oracle else "", "", read_as.group(1) if read_as else "", log)
    if "libFuzzer: timeout" in log:
        said.oracle, said.sentence = "timeout", "the parser does not come to an end"
    elif "libFuzzer: out-of-memory" in log:
        said.oracle, said.sentence = "out-of-memory", "the parser takes more memory than it may"
    elif said.oracle in ("", "crash"):
        said.oracle = "crash"
        said.sentence = crash_sentence(log)
        place = re.search(r"SUMMARY: .*\((\S+\+0x\w+)\)", log)
        said.place = place.group(1) if place else ""
    else:
        found = re.search(r"^\S+: (.*)\noracle: ", log, re.MULTILINE)
        said.sentence = found.group(1) if found else ""
    return said


SANITIZERS = {
    "heap-buffer-overflow": "it reads or writes beside a block of the heap",
    "stack-buffer-overflow": "it reads or writes beside a variable on the stack",
    "global-buffer-overflow": "it reads or writes beside a global variable",
    "use-after-poison": "it reads octets that it was not given, or that it was given and are gone",
    "heap-use-after-free": "it uses memory that was given back",
    "stack-use-after-return": "it uses a variable of a function that has returned",
    "stack-overflow": "it runs out of stack: recursion as deep as the input says",
    "use-of-uninitialized-value": "what it does depends on memory that was never written",
    "allocation-size-too-big": "it asks for more memory than there can be",
    "SEGV": "it follows a pointer to nowhere",
    "ABRT": "it aborts",
    "deadly-signal": "it dies of a signal",
}


def crash_sentence(log: str) -> str:
    undefined = re.search(r"(\S+): runtime error: (.*)", log)
    if undefined:
        return f"undefined behaviour in {short_place(undefined.group(1))}: {undefined.group(2)}"
    summary = re.search(r"SUMMARY: \w+: (\S+)(?: (\S+) in ((?:\(anonymous namespace\)|[^(\n])+)| .*)?", log)
    if not summary:
        return "it died, and no sanitizer says why"
    what = next((words for kind, words in SANITIZERS.items() if kind in summary.group(1)), f"a {summary.group(1)}")
    return what + (f", in {summary.group(3).strip()} ({short_place(summary.group(2))})" if summary.group(2) else "")


def short_place(place: str) -> str:
    """FILE:LINE without folders and column."""
    return ":".join(place.split("/")[-1].split(":")[:2])


def run_once(target: Target, path: Path, seconds: int = 20, symbols: bool = True) -> Verdict:
    """One input, of which everything is asked. Without symbols a crash is told by its address, which takes less time."""
    try:
        ran = subprocess.run([target.program, f"-timeout={seconds}", "-rss_limit_mb=2560", path],
                             env=environment_for(target, symbols), capture_output=True, timeout=seconds + 20, check=False)
    except subprocess.TimeoutExpired:
        return Verdict("timeout", "the parser does not come to an end")
    return verdict_of(ran.stderr.decode(errors="replace"), ran.returncode)
