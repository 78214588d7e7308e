#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The manual page and the shell completions that the program writes for itself. Usage: check_manual.py BACKTALK"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = "backtalk"
VERBS = ("load", "serve", "talk", "parse", "seeds", "compare", "calibrate", "fill")


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stderr}")
    return done.stdout


def generated(kind: str) -> str:
    return run(PROGRAM, "--generate", kind)


def options_in_help(verb: str) -> set[str]:
    return set(re.findall(r"^ +(?:-\w,)?(--[\w-]+)", run(PROGRAM, verb, "--help"), re.MULTILINE))


class Manual(unittest.TestCase):
    def test_every_option_is_on_the_page(self) -> None:
        page = generated("man").replace("\\-", "-")
        for verb in VERBS:
            section = page.split(f".SH BACKTALK {verb}\n")[1].split("\n.SH ")[0]
            options = options_in_help(verb)
            self.assertGreater(len(options), 2, verb)
            self.assertEqual(set(re.findall(r"\\fB(--[\w-]+)\\fR", section)), options, verb)

    def test_sections(self) -> None:
        page = generated("man").replace("\\-", "-")
        sections = re.findall(r"^\.SH (.+)$", page, re.MULTILINE)
        self.assertEqual(sections, ["NAME", "SYNOPSIS", "DESCRIPTION", *(f"BACKTALK {verb}" for verb in VERBS),
                                    "EXIT STATUS", "EXAMPLES"])
        for title in sections[-2:]:
            text = page.split(f".SH {title}\n")[1].split("\n.SH ")[0]
            for verb in VERBS:
                self.assertIn(f"backtalk {verb}", text)

    def test_groff_has_nothing_to_say(self) -> None:
        if shutil.which("groff") is None:
            self.skipTest("groff is not installed")
        with tempfile.NamedTemporaryFile("w", suffix=".1") as page:
            page.write(generated("man"))
            page.flush()
            done = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-z", page.name], capture_output=True, text=True,
                                  check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_no_text_is_taken_for_a_request(self) -> None:
        known = {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".br", '.\\"'}
        requests = {line.split()[0] for line in generated("man").splitlines() if line.startswith((".", "'"))}
        self.assertLessEqual(requests, known)

    def test_unknown_kind(self) -> None:
        done = subprocess.run([PROGRAM, "--generate", "tcsh"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("man, bash, zsh or fish", done.stderr)


class Help(unittest.TestCase):
    def test_lines_are_wrapped(self) -> None:
        for verb in VERBS:
            for line in run(PROGRAM, verb, "--help").splitlines():
                if len(line) > 100:
                    self.assertNotIn(" ", line.strip(), f"{verb}: {line}")


class Bash(unittest.TestCase):
    def complete(self, *words: str) -> list[str]:
        """What bash offers for the last word."""
        with tempfile.NamedTemporaryFile("w") as script:
            script.write(generated("bash"))
            script.flush()
            ask = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _backtalk; '
                   'printf "%s\\n" "${COMPREPLY[@]}"')
            return run("bash", "-c", ask, "bash", script.name, "backtalk", *words).split()

    def test_verbs(self) -> None:
        self.assertEqual(self.complete(""), [*VERBS, "--help", "--version"])
        self.assertEqual(self.complete("lo"), ["load"])

    def test_options_of_a_verb(self) -> None:
        for verb in VERBS:
            offered = {word for word in self.complete(verb, "--") if word.startswith("--")}
            self.assertEqual(offered, options_in_help(verb), verb)
        self.assertEqual(self.complete("load", "--arr"), ["--arrival"])

    def test_words_of_an_option(self) -> None:
        self.assertEqual(self.complete("load", "--arrival", ""), ["constant", "poisson"])
        self.assertEqual(self.complete("load", "smtp://x", "--data", "b"), ["bdat"])
        self.assertEqual(sorted(self.complete("parse", "")), ["http", "imap", "pop3", "smtp"])
        self.assertEqual(self.complete("parse", "smtp", "s"), [])
        self.assertEqual(self.complete("parse", "smtp", "--tolerate", "bare_l"), ["bare_lf"])

    def test_beginnings_of_a_value(self) -> None:
        faults = self.complete("serve", "smtp://127.0.0.1:0", "--fault", "")
        self.assertEqual(faults, re.findall(r"^ +([\w-]+=)\S*:", run(PROGRAM, "serve", "--help"), re.MULTILINE))
        self.assertIn("delay=", faults)

    def test_nothing_where_a_file_or_a_number_stands(self) -> None:
        self.assertEqual(self.complete("load", "--json", ""), [])
        self.assertEqual(self.complete("load", "-c", ""), [])
        self.assertEqual(self.complete("unknown", "--"), [])


class OtherShells(unittest.TestCase):
    def test_syntax(self) -> None:
        for shell in ("zsh", "fish"):
            if shutil.which(shell) is None:
                continue
            with self.subTest(shell), tempfile.NamedTemporaryFile("w") as script:
                script.write(generated(shell))
                script.flush()
                run(shell, "-n", script.name)

    def test_every_option_is_there(self) -> None:
        zsh, fish = generated("zsh"), generated("fish")
        for verb in VERBS:
            rows = "\n".join(row for row in fish.splitlines() if f"_from {verb}'" in row)
            section = zsh.split(f"    {verb})\n")[1].split(";;")[0]
            for option in options_in_help(verb):
                self.assertIn(f" -l {option[2:]} ", rows)
                self.assertIn(option, section)

    def test_quotes_are_balanced(self) -> None:
        """zsh and bash read single quotes alike, so bash -n finds one that is left open."""
        for row in generated("fish").splitlines():
            run("bash", "-n", "-c", row.replace("\\'", "'\\''"))


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
