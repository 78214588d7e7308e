# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz findings"""

import argparse

from findings_index import FOLDER, KEYS, MORE_KEYS, ORACLES, STATUS, findings

OVERVIEW = [("./run fuzz findings", "what was found in other people's parsers")]
TEXT = """\
Lists what was found in other people's parsers: name, target, and whether it is known. Builds and installs nothing."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="is the index sound, and does README.md have its table?")


def needs(options: argparse.Namespace) -> None:
    del options


def run(options: argparse.Namespace) -> int:
    if options.check:
        wrong = problems()
        print("\n".join(wrong) or f"{len(findings())} findings")
        return 1 if wrong else 0
    for name, finding in findings().items():
        print(f"{name:40} {finding['target']:24} {STATUS[finding['status']]}")
    return 0


def row_of(finding: dict) -> str:
    return "| {} | {} {} | {} | {} | {} | {} | {} |".format(
        f"[{finding['name']}]({finding['name']}/finding.md)", finding["library"], finding["version"], finding["what"],
        finding["clause"], finding["oracle"], STATUS[finding["status"]], finding["see"])


def problems() -> list[str]:
    wrong = []
    table = (FOLDER / "README.md").read_text()
    for name, finding in findings().items():
        missing = KEYS - finding.keys()
        odd = finding.keys() - KEYS - MORE_KEYS
        if missing or odd:
            wrong.append(f"{name}: missing {sorted(missing)}, unknown {sorted(odd)}")
            continue
        folder = FOLDER / name
        if finding["status"] not in STATUS or finding["oracle"] not in ORACLES:
            wrong.append(f"{name}: status or oracle is none that there is")
        if not (folder / "finding.md").is_file():
            wrong.append(f"{name}: finding.md is not there")
        if "input" in finding and not (folder / finding["input"]).is_file():
            wrong.append(f"{name}: its input is not there")
        if "input" in finding and finding["status"] == "new":
            wrong.append(f"{name}: what is not public keeps its input to itself")
        odd_files = {path.name for path in folder.iterdir()} - {"finding.md", finding.get("input")}
        if odd_files:
            wrong.append(f"{name}: {sorted(odd_files)} are not in the index")
        if finding["status"] != "new" and "input" not in finding:
            wrong.append(f"{name}: it is public, and its input is not here")
        if row_of(finding) not in table:
            wrong.append(f"README.md lacks the row\n{row_of(finding)}")
    for folder in FOLDER.iterdir():
        if folder.is_dir() and folder.name not in findings():
            wrong.append(f"{folder.name}: not in the index")
    return wrong
