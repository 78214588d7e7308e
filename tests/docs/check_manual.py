#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The manual pages and the shell completions that the program writes for itself. Usage: check_manual.py BACKTALK"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from functools import cache
from pathlib import Path

PROGRAM = "backtalk"
TOP = Path(__file__).resolve().parents[2]
VERBS = ("load", "serve", "talk", "parse", "seeds", "compare", "merge", "calibrate", "fill", "report", "differ")
SHELLS = ("bash", "zsh", "fish")


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          env=os.environ | {"SOURCE_DATE_EPOCH": "1780315200"} | environment)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stderr}")
    return done.stdout


@cache
def generated(kind: str) -> str:
    return run(PROGRAM, "--generate", kind)


@cache
def help_of(verb: str) -> str:
    return run(PROGRAM, verb, "--help")


def pages() -> tuple[str, ...]:
    return ("man", *(f"man-{verb}" for verb in VERBS))


def options_in_help(text: str) -> set[str]:
    """Every name: -c as well as --connections. Help that is wrapped is indented further."""
    rows = re.findall(r"^  (?:(-\w)(?:,|\s))?(--[\w-]+)?", text, re.MULTILINE)
    return {name for row in rows for name in row if name}


def options_on_page(page: str) -> set[str]:
    """The names of tags, which are bold."""
    tags = re.findall(r"^\.TP\n(.+)$", page, re.MULTILINE)
    return {name for tag in tags for name in re.findall(r"\\fB(-[\w-]+)\\fR", tag.replace("\\-", "-"))}


def options_in_completion(shell: str, script: str, verb: str) -> set[str]:
    if shell == "bash":
        case = re.search(rf"^ +'{verb} '\*\)\n.*\n +words='(.*)'$", script, re.MULTILINE)
        return set(case[1].split()) if case else set()
    if shell == "zsh":
        section = script.split(f"    {verb})\n", 1)[1].split(";;")[0]
        rows = re.findall(r"^ +'[^']*'(\{[\w,-]+\}|-[\w-]+)'\[", section, re.MULTILINE)
        return {name for row in rows for name in row.strip("{}").split(",")}
    names = set()
    for row in script.splitlines():
        if row.startswith(f"complete -c backtalk -n '__fish_seen_subcommand_from {verb}'"):
            options = row.split("'", 2)[2].split(" -d ")[0]
            names |= {"-" + name for name in re.findall(r" -s (\w)", options)}
            names |= {"--" + name for name in re.findall(r" -l ([\w-]+)", options)}
    return names


def zsh_specs(script: str) -> dict[str, str]:
    """What the row of each named option says behind its names, as zsh reads it: [help] or [help]:value:action."""
    rows = re.findall(r"^ +'[^']*'(\{[\w,-]+\}|-[\w-]+)'(\[.*)'(?: \\)?$", script, re.MULTILINE)
    return {names: spec.replace("'\\''", "'") for names, spec in rows}


def cut_actions(script: str) -> list[str]:
    """The options whose row has a `:` more than those before the value and before the action: it would end the action."""
    bare = {names: re.sub(r"\\.", "", spec).count(":") for names, spec in zsh_specs(script).items()}
    return [names for names, colons in bare.items() if colons not in (0, 2)]


def missing_names(verb: str, text: dict[str, str]) -> list[str]:
    """What --help of the verb has and the page or a completion has not, and the reverse."""
    wanted = options_in_help(text["help"])
    found = {"man": options_on_page(text["man"])}
    found |= {shell: options_in_completion(shell, text[shell], verb) for shell in SHELLS}
    return sorted(f"{kind}: {name}" for kind, names in found.items() for name in wanted ^ names)


def texts_of(verb: str) -> dict[str, str]:
    return {"help": help_of(verb), "man": generated(f"man-{verb}")} | {shell: generated(shell) for shell in SHELLS}


class EveryOption(unittest.TestCase):
    def test_help_page_and_completions_agree(self) -> None:
        for verb in VERBS:
            self.assertGreaterEqual(len(options_in_help(help_of(verb))), 3, verb)
            self.assertEqual(missing_names(verb, texts_of(verb)), [], verb)

    def test_planted_ones_are_found(self) -> None:
        planted = {"help": ("Options:\n", "Options:\n  --planted TEXT              nowhere else\n"),
                   "man": ("\\-\\-json", "\\-\\-jsn"), "bash": (" --json ", " "), "zsh": ("--json'[", "--jsn'["),
                   "fish": (" -l json ", " -l jsn ")}
        for kind, (before, after) in planted.items():
            texts = texts_of("load")
            self.assertIn(before, texts[kind], kind)
            problems = missing_names("load", texts | {kind: texts[kind].replace(before, after)})
            option = "--planted" if kind == "help" else "--json"
            self.assertTrue(any(problem.endswith(option) for problem in problems), (kind, problems))

    def test_every_verb_has_a_page_that_is_installed(self) -> None:
        self.assertEqual(run(PROGRAM, "--generate", "verbs").split(), list(VERBS))
        rows = run(PROGRAM, "--help").split("Commands:\n")[1].split("\n\n")[0]
        self.assertEqual(re.findall(r"^  (\w+) ", rows, re.MULTILINE), list(VERBS))
        build = (TOP / "loadgen/cli/CMakeLists.txt").read_text(encoding="utf-8")
        self.assertIn(f"foreach(verb IN ITEMS {' '.join(VERBS)})", build)


class Pages(unittest.TestCase):
    def test_sections(self) -> None:
        for verb in VERBS:
            page = generated(f"man-{verb}").replace("\\-", "-")
            sections = re.findall(r"^\.SH (.+)$", page, re.MULTILINE)
            needed = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
            self.assertEqual([title for title in sections if title not in ("NOTES", "ENVIRONMENT", "FILES")], needed)
            for title in ("SYNOPSIS", "EXAMPLES"):
                self.assertIn(f"backtalk {verb}", page.split(f".SH {title}\n")[1].split("\n.SH ")[0])
            for other in VERBS:
                self.assertEqual(f".BR backtalk-{other} (1)" in page, other != verb)

    def test_main_page_names_all(self) -> None:
        page = generated("man").replace("\\-", "-")
        for verb in VERBS:
            self.assertIn(f".TP\n.BR backtalk-{verb} (1)\n", page)
        self.assertEqual(options_on_page(page), {"-h", "--help", "--version"})

    def test_statuses_are_a_list(self) -> None:
        page = generated("man-parse").split(".SH EXIT STATUS\n")[1].split("\n.SH ")[0]
        self.assertEqual(re.findall(r"^\\fB(\d)\\fR$", page, re.MULTILINE), ["0", "1", "2", "3"])

    def test_the_date_is_that_of_the_source(self) -> None:
        self.assertIn('1 "2026-06-01" "backtalk ', generated("man-load"))
        self.assertIn('1 "" "backtalk ', run(PROGRAM, "--generate", "man-load", SOURCE_DATE_EPOCH=""))

    def test_they_can_be_copied_from(self) -> None:
        """ASCII alone, and no character that groff would replace by a typographic one."""
        for kind in pages():
            page = generated(kind)
            self.assertTrue(page.isascii(), kind)
            for line in page.splitlines():
                if not line.startswith("."):
                    plain = re.sub(r"\\(?:\(..|f.|-|e|&)", "", line)
                    self.assertEqual(re.findall(r"[\\'`^~\"-]", plain), [], f"{kind}: {line}")

    def test_no_text_is_taken_for_a_request(self) -> None:
        known = {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR", ".br", ".RS", ".RE", ".nf", ".fi", '.\\"'}
        for kind in pages():
            requests = {line.split()[0] for line in generated(kind).splitlines() if line.startswith((".", "'"))}
            self.assertLessEqual(requests, known)

    def test_formatters_have_nothing_to_say(self) -> None:
        # man-db's nroff is groff's; groff alone comes without the tools of man.
        checks = {"groff": ("groff", "-man", "-Tascii", "-ww", "-z"), "mandoc": ("mandoc", "-T", "lint", "-W", "warning")}
        with tempfile.TemporaryDirectory() as folder:
            for name, command in checks.items():
                if shutil.which(name) is None:
                    continue
                for kind in pages():
                    path = Path(folder) / f"{kind}.1"
                    path.write_text(generated(kind), encoding="utf-8")
                    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
                    self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), (name, kind))

    def test_unknown_kind(self) -> None:
        for kind in ("tcsh", "man-tcsh"):
            done = subprocess.run([PROGRAM, "--generate", kind], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("man, man-VERB, bash, zsh or fish", done.stderr)


class Help(unittest.TestCase):
    def test_lines_are_wrapped(self) -> None:
        for verb in VERBS:
            for line in help_of(verb).splitlines():
                if len(line) > 100:
                    self.assertNotIn(" ", line.strip(), f"{verb}: {line}")


class Bash(unittest.TestCase):
    def ask(self, line: str) -> tuple[list[str], list[str]]:
        """What bash offers at the end of the line, and the options of its own completion that are set meanwhile."""
        # As readline cuts a line: at the characters of COMP_WORDBREAKS, each a word of its own if it is not a blank.
        words = re.findall(r"[:=]+|[^\s:=]+", line) + ([""] if line[-1] in " :=" else [])
        script = ('eval "$1"; line=$2; shift 2; compopt() { printf "set %s\\n" "$2"; }; COMP_WORDBREAKS=$\' \\t\\n:=\'; '
                  'COMP_LINE=$line COMP_POINT=${#line} COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); COMPREPLY=(); _backtalk; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        lines = run("bash", "-c", script, "bash", generated("bash"), line, *words).splitlines()
        return ([one for one in lines if one and not one.startswith("set ")],
                [one.removeprefix("set ") for one in lines if one.startswith("set ")])

    def complete(self, line: str) -> list[str]:
        return self.ask("backtalk " + line)[0]

    def test_verbs(self) -> None:
        self.assertEqual(self.complete(""), [*VERBS, "help", "--help", "--version"])
        self.assertEqual(self.complete("lo"), ["load"])
        self.assertEqual(self.complete("help cal"), ["calibrate"])

    def test_options_of_a_verb(self) -> None:
        for verb in VERBS:
            self.assertEqual(set(self.complete(f"{verb} -")), options_in_help(help_of(verb)), verb)
        self.assertEqual(self.complete("load --arr"), ["--arrival"])
        self.assertEqual(self.complete("load smtp://127.0.0.1:2525 --stag"), ["--stages"])

    def test_words_of_an_option(self) -> None:
        self.assertEqual(self.complete("load --arrival "), ["constant", "poisson"])
        self.assertEqual(self.complete("load --arrival=p"), ["poisson"])
        self.assertEqual(self.complete("load smtp://x --data b"), ["bdat"])
        self.assertEqual(sorted(self.complete("parse ")), ["http", "imap", "pop3", "smtp"])
        self.assertEqual(self.complete("parse smtp s"), [])
        self.assertEqual(self.complete("parse smtp --tolerate bare_l"), ["bare_lf"])

    def test_beginnings_of_a_value(self) -> None:
        faults = self.complete("serve smtp://127.0.0.1:0 --fault ")
        self.assertEqual(faults, re.findall(r"^ +([\w-]+=)\S*:", help_of("serve"), re.MULTILINE))
        self.assertIn("delay=", faults)
        self.assertEqual(self.ask("backtalk serve --fault dela"), (["delay="], ["nospace"]))
        # The word that bash replaces is what is behind the last `=`.
        self.assertEqual(self.ask("backtalk serve --fault delay="), ([], ["nospace"]))

    def test_schemes_of_urls(self) -> None:
        self.assertEqual(self.ask("backtalk load sm"), (["smtp://", "smtps://"], ["default", "nospace"]))
        self.assertEqual(self.complete("load smtp:"), ["//"])
        self.assertEqual(self.complete("load smtp:/"), ["//"])
        self.assertEqual(self.complete("talk htt"), ["http://", "https://"])
        self.assertEqual(self.complete("fill "), ["imap://", "imaps://", "smtp://", "smtps://", "lmtp://"])
        self.assertEqual(self.complete("load --watch imaps"), ["imaps://"])

    def test_files_and_folders_by_bash_itself(self) -> None:
        for line, sets in (("load --json ", ["default"]), ("load --json=r", ["default"]), ("parse smtp s", ["default"]),
                           ("load --script ", ["default"]), ("seeds a", ["default"]), ("seeds --out ", ["dirnames"]),
                           ("load --save-bad ", ["dirnames"]), ("load -c ", []), ("load --timeout 1", []),
                           ("load -", []), ("unknown --", [])):
            words, found = self.ask("backtalk " + line)
            self.assertEqual(found, sets, line)
            self.assertEqual(words == [], line != "load -", line)

    def test_shellcheck(self) -> None:
        if shutil.which("shellcheck") is None:
            self.skipTest("shellcheck is not installed")
        with tempfile.NamedTemporaryFile("w", suffix=".bash") as script:
            script.write(generated("bash"))
            script.flush()
            run("shellcheck", "-s", "bash", script.name)


class OtherShells(unittest.TestCase):
    def test_syntax(self) -> None:
        for shell in ("zsh", "fish"):
            if shutil.which(shell) is None:
                continue
            with self.subTest(shell), tempfile.NamedTemporaryFile("w") as script:
                script.write(generated(shell))
                script.flush()
                run(shell, "-n", script.name)

    def test_no_action_of_zsh_is_cut(self) -> None:
        script = generated("zsh")
        self.assertLessEqual({"--watch", "--deliver", "--json"}, zsh_specs(script).keys())
        self.assertEqual(cut_actions(script), [])
        planted = re.sub(r"(?m)^( +'[^']*'--watch'.*)$", lambda row: row[1].replace("imap\\:", "imap:"), script)
        self.assertEqual(cut_actions(planted), ["--watch"])

    def test_what_fish_offers(self) -> None:
        if shutil.which("fish") is None:
            self.skipTest("fish is not installed")
        for line, wanted in (("backtalk lo", {"load"}), ("backtalk load --stag", {"--stages"}),
                             ("backtalk load --arrival ", {"constant", "poisson"}),
                             ("backtalk parse --tolerate bare_l", {"bare_lf"}),
                             ("backtalk load sm", {"smtp://", "smtps://"})):
            with tempfile.TemporaryDirectory() as home:
                offered = run("fish", "--no-config", "-c", f"{generated('fish')}\ncd {home}\ncomplete -C '{line}'", HOME=home)
            self.assertEqual({row.split("\t")[0] for row in offered.splitlines()}, wanted, line)

    def test_what_they_take(self) -> None:
        zsh, fish = generated("zsh"), generated("fish")
        for row in ("--json'[", "--users'["):
            self.assertRegex(zsh, rf"{re.escape(row)}[^']*\]:FILE:_files'")
        self.assertRegex(zsh, r"--save-bad'\[[^']*\]:DIR:_files -/'")
        self.assertRegex(zsh, r"--arrival'\[[^']*\]:value:\(constant poisson\)'")
        self.assertRegex(zsh, r"--connections\}'\[[^']*\]:N: '")
        self.assertRegex(fish, r"(?m)_from load' -l json -r -F -d ")
        self.assertRegex(fish, r"(?m)_from load' -l arrival -x -a 'constant poisson' -d ")
        self.assertRegex(fish, r"(?m)_from load' -l quick-ack -d ")

    def test_quotes_are_balanced(self) -> None:
        """zsh and bash read single quotes alike, so bash -n finds one that is left open."""
        rows = [row.replace("\\'", "'\\''").replace("\\\\", "\\") for row in generated("fish").splitlines()]
        for row in rows:
            self.assertEqual(row.replace("'\\''", "").count("'") % 2, 0, row)
        run("bash", "-n", "-c", "\n".join(rows))


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
