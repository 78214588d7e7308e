#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""fuzz/targets.txt and the targets' own files agree."""

import re
import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools/fuzz"))
from targets import listed  # noqa: E402  (it is in tools/fuzz)

FOLDERS = {"own": "targets", "peer": "peers"}


class Targets(unittest.TestCase):
    def test_each_is_listed_as_its_file_declares_it(self) -> None:
        targets = [target for target in listed() if target.kind in FOLDERS]
        self.assertGreater(len(targets), 13)
        for target in targets:
            with self.subTest(target=target.name):
                text = (TOP / "fuzz" / FOLDERS[target.kind] / f"{target.name}.cpp").read_text()
                declared = re.search(r"^BACKTALK_FUZZ_TARGET\(.*?\)$", text, re.MULTILINE | re.DOTALL)
                self.assertIsNotNone(declared)
                self.assertIn(f'.name = "{target.name}"', declared.group())
                self.assertIn(f'.protocol = "{target.protocol}"', declared.group())

    def test_the_list_has_every_file(self) -> None:
        for kind, folder in FOLDERS.items():
            files = {path.stem for path in (TOP / "fuzz" / folder).glob("*.cpp")
                     if re.search(r"^BACKTALK_FUZZ_TARGET", path.read_text(), re.MULTILINE)}
            self.assertEqual(files, {target.name for target in listed() if target.kind == kind})


if __name__ == "__main__":
    unittest.main()
