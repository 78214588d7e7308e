#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The checks of the documents, on documents with one mistake each. Usage: test_checks.py BACKTALK"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_commands  # noqa: E402
import check_options  # noqa: E402
import check_readme  # noqa: E402

PROGRAM = Path("backtalk")
TOP = check_commands.TOP
PARSE = """
    $ printf '250 ok\\r\\n' | backtalk parse smtp
    {"type":"reply","offset":0,"code":250,"enhanced":null,"lines":["ok"]}
"""
LISTING = """
[examples/own_parsers/my_replies.cpp](examples/own_parsers/my_replies.cpp):

```cpp
class MyReplies final : public backtalk::fuzz::Adapter {
 public:
```
"""


class Commands(unittest.TestCase):
    def test_options(self) -> None:
        for text in ("    backtalk load smtp://127.0.0.1:2525 -c 20 --data bdat  # --more",
                     "Say `backtalk load --fail-if '--p99>10ms'` and `./run bench --more`.",
                     "```sh\nserve=$(backtalk serve smtp://127.0.0.1:0) && backtalk parse smtp --chunk 1 | wc --lines\n```",
                     "Say `backtalk help VERB` or `backtalk help load`.",
                     "backtalk load --soon is not code"):
            self.assertEqual(check_commands.missing_options(text + "\n", PROGRAM), [], text)
        for text, named in (("    backtalk load smtp://127.0.0.1:2525 --soon", "--soon"),
                            ("    cat x | backtalk parse smtp --soon", "--soon"),
                            ("Say `backtalk load --soon`.", "--soon"),
                            ("Say `backtalk load\n--soon`.", "--soon"),
                            ("```sh\nbacktalk serve smtp://127.0.0.1:0 --soon\n```", "--soon"),
                            ("    backtalk load smtp://127.0.0.1:2525 -c 4 -y 3", "-y"),
                            ("Say `backtalk unload -c 3`.", "unload"),
                            ("Say `backtalk help unload`.", "unload")):
            problems = check_commands.missing_options(text + "\n", PROGRAM)
            self.assertEqual(len(problems), 1, text)
            self.assertTrue(problems[0].endswith(" " + named), problems)

    def test_tasks(self) -> None:
        self.assertEqual(check_commands.missing_tasks("    ./run test asan\n`./run help`, ./run nothing\n"), [])
        self.assertEqual(len(check_commands.missing_tasks("    ./run tests asan\n")), 1)

    def test_outputs(self) -> None:
        self.assertEqual(check_commands.wrong_outputs(PARSE, PROGRAM), [])
        self.assertEqual(len(check_commands.wrong_outputs(PARSE.replace('"code":250', '"code":251'), PROGRAM)), 1)
        self.assertEqual(len(check_commands.wrong_outputs(PARSE + "    and more\n", PROGRAM)), 1)

    def test_links(self) -> None:
        self.assertEqual(check_commands.broken_links("[a](docs/load.md#x) [b](https://example.org/x)\n", TOP), [])
        self.assertEqual(len(check_commands.broken_links("[a](docs/unload.md)\n", TOP)), 1)


    def test_paths(self) -> None:
        self.assertEqual(check_commands.missing_paths("`docs/load.md`, `fuzz/`, `tests/NAME.cpp`, `corpora/*/golden`, docs/no\n"), [])
        self.assertEqual(len(check_commands.missing_paths("`docs/unload.md` and `fuzz/unfuzzed/`\n")), 2)


class Options(unittest.TestCase):
    def test_tables(self) -> None:
        row = "| `--seed N` | `1` | seed |\n"
        page = "Above.\n" + check_options.begin_of("load") + row + check_options.END + "Below.\n"
        self.assertEqual(check_options.wrong_tables(page, "load", row), [])
        planted = page.replace("`1`", "`2`")
        self.assertIn(row.strip(), check_options.wrong_tables(planted, "load", row))
        self.assertEqual(check_options.with_tables(planted, "load", row), page)
        self.assertEqual(len(check_options.wrong_tables(page.replace(row, row + row), "load", row)), 1)
        self.assertEqual(len(check_options.wrong_tables("No marks.\n", "load", row)), 1)


class Readme(unittest.TestCase):
    def test_listings(self) -> None:
        self.assertEqual(check_readme.wrong_listings(LISTING), [])
        self.assertEqual(len(check_readme.wrong_listings(LISTING.replace("MyReplies final", "MyReplies"))), 1)
        self.assertEqual(len(check_readme.wrong_listings(LISTING.replace("my_replies.cpp", "other.cpp"))), 1)
        self.assertEqual(len(check_readme.wrong_listings("No code.\n")), 1)

    def test_words(self) -> None:
        self.assertEqual(check_readme.too_long("word " * 900), [])
        self.assertEqual(len(check_readme.too_long("word " * 901)), 1)


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1))
    unittest.main()
