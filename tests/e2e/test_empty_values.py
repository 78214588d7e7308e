# SPDX-License-Identifier: Apache-2.0 OR MIT
"""An option with an empty value, as an unset variable of a shell makes it, is refused and never taken for one that was
not given. The options are those that --help lists, which come from their declarations."""

import re
import subprocess
import unittest

from load import program

HERE = "127.0.0.1:9"
# Per verb the words before its options, by the words that narrow its help.
LINES = {
    **{("load", scheme): ("load", f"{scheme}://{HERE}") for scheme in
       ("smtp", "lmtp", "pop3", "imap", "http", "smtps", "pop3s", "imaps", "https")},
    ("fill",): ("fill", f"imap://{HERE}"),
    ("differ",): ("differ", f"smtp://{HERE}", "smtp://127.0.0.2:9"),
    ("talk",): ("talk", f"smtp://{HERE}"),
    ("serve",): ("serve", "smtp://127.0.0.1:0"),
    ("compare",): ("compare", f"http://{HERE}", "http://127.0.0.2:9"),
    ("calibrate",): ("calibrate",),
    ("merge",): ("merge", "/none", "/none"),
    ("parse",): ("parse", "smtp"),
    ("seeds",): ("seeds", "/none"),
}
OPTION = re.compile(r"^ +(?:-\w,)?(--[\w-]+) (\S+)", re.MULTILINE)
# Values with a grammar, and texts that may be repeated, which are read by it: an empty one is no number, no time, no
# header field. Each has a sentence of its own.
OF_OTHER_KINDS = re.compile(r"UINT|FLOAT|TIME\b|SHARE\b|TEXT:\{|N$|NAME=|FAULT|0,1|TEXT$")
# "" is an address there, that of a bounce (RFC 5321 4.5.5).
MAY_BE_EMPTY = {"--from"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program(), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          check=False)


def options(*verb: str) -> list[tuple[str, str]]:
    """Those that take a value: the name, and what it takes."""
    name, *narrowed = verb
    return [(option, value.partition("=")[0] if not value.startswith(("NAME=", "TEXT:")) else value)
            for option, value in OPTION.findall(run(name, "--help", *narrowed).stdout)]


class EmptyValues(unittest.TestCase):
    def test_each_is_refused_in_one_sentence_that_names_the_option(self) -> None:
        checked = set()
        for verb, line in LINES.items():
            found = options(*verb)
            self.assertTrue(found, verb)
            for option, value in found:
                if option in MAY_BE_EMPTY:
                    continue
                with self.subTest(verb=verb, option=option):
                    done = run(*line, option, "")
                    self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                    self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                    # Those of one protocol, which each load has below.
                    if verb == ("compare",) and "has no effect with http" in done.stderr:
                        continue
                    is_text = verb != ("parse",) and not OF_OTHER_KINDS.match(value)
                    if is_text:
                        self.assertRegex(done.stderr, rf"{option} needs .+(: it is empty| - for standard output)")
                    if is_text or "it is empty" in done.stderr:
                        checked.add(option)
        self.assertGreaterEqual(checked, {"--users", "--body", "--cafile", "--primary", "--restart", "--program", "--script",
                                          "--sni", "--user", "--password", "--message", "--cert", "--key", "--json"})

    def test_an_empty_sender_is_one(self) -> None:
        done = run("load", f"smtp://{HERE}", "--from", "", "-n", "1", "--timeout", "200ms", "--quiet")
        self.assertNotIn("--from", done.stderr)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()
