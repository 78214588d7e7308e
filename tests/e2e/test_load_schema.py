# SPDX-License-Identifier: Apache-2.0 OR MIT
"""docs/load.schema.json: that it says of results what the program and docs/load-json.md say, and finds what is wrong in
one. Every other test reads its results by it (`load.read_report`)."""

import json
import re
import unittest

from json_schema import Schema, parts
from load import SCHEMA, TOP, load, read_report, workload_keys
from planted import changed, places
from servers.builtin import Builtin

DOCUMENT = (TOP / "docs/load-json.md").read_text()
# Objects whose keys are names, so that any of them may be missing.
MAPS = {"commands", "codes", "by_class", "command_ages", "errors", "evidence"}
FAMILIES = {"smtp": "smtp", "smtps": "smtp", "lmtp": "smtp", "pop3": "pop3", "pop3s": "pop3", "imap": "imap",
            "imaps": "imap", "http": "http", "https": "http"}


def names_in_table(title: str) -> list[str]:
    """What is in the first column of the first table below that title, in its order."""
    rows = DOCUMENT.partition(title)[2].partition("\n## ")[0]
    return [name for row in re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)]


def is_map(path: tuple) -> bool:
    """Whether the object there has names as its keys."""
    return bool(path) and (path[-1] in MAPS or path[:2] == ("histogram", "by_class"))


class Reports(unittest.TestCase):
    """A result that has examples, errors, reasons and rules, each of which is made wrong."""

    @classmethod
    def setUpClass(cls) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as server:
            cls.report = load(server.url, "-c", 1, "-n", 4, "--slo", "p95<5s", "--server-pid", server.pid).report

    def test_that_are_whole_have_no_problem(self) -> None:
        self.assertEqual(SCHEMA.problems(self.report), [])
        for key in ("errors", "examples", "slo", "intervals", "server"):
            self.assertTrue(self.report[key], key)
        self.assertTrue(self.report["verdict"]["reasons"])

    def test_any_key_that_is_missing_is_found(self) -> None:
        for path in places(self.report):
            if is_map(path[:-1]) or isinstance(path[-1], int):
                continue
            wrong, inner = changed(self.report, path)
            del inner[path[-1]]
            self.assertTrue(any(said.endswith(f"{path[-1]} is missing") for said in SCHEMA.problems(wrong)), path)

    def test_any_value_of_a_wrong_type_is_found(self) -> None:
        for path in places(self.report):
            wrong, inner = changed(self.report, path)
            inner[path[-1]] = [[]]
            self.assertTrue(SCHEMA.problems(wrong), path)

    def test_any_number_below_0_or_in_quotes_is_found(self) -> None:
        for path in places(self.report):
            if "evidence" in path:
                continue
            wrong, inner = changed(self.report, path)
            value = inner[path[-1]]
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                continue
            for other in (-1, str(value), True):
                inner[path[-1]] = other
                self.assertTrue(SCHEMA.problems(wrong), (path, other))

    def test_other_mistakes_are_found(self) -> None:
        for path, value in (
            (("schema",), "backtalk.load/2"),
            (("target", "protocol"), "gopher"),
            (("target", "tls"), {"version": "TLSv1.3", "cipher": "TLS_AES_128_GCM_SHA256"}),
            (("transactions", "completed"), 1.5),
            (("latency_ns", "max"), 3_600_000_000_001),
            (("client", "busy"), 1.01),
            (("errors", "Reply 4xx"), 1),
            (("errors", "reply-4xx"), 0),
            (("examples", 0, "text"), "\u0100"),
            (("examples", 0, "text"), "x" * 513),
            (("examples", 0, "hexdump"), []),
            (("verdict", "reasons", 0, "code"), "bad-luck"),
            (("histogram", "latency"), "HISTFAAA-"),
            (("commands", ""), self.report["commands"]["MAIL"]),
            (("mix",), [{"name": "all", "weight": 0}]),
        ):
            with self.subTest(path):
                wrong, inner = changed(self.report, path)
                inner[path[-1]] = value
                self.assertNotEqual(SCHEMA.problems(wrong), [])
                with self.assertRaisesRegex(AssertionError, "backtalk.load/1"):
                    read_report(json.dumps(wrong))

    def test_a_key_that_is_not_described_is_no_mistake_but_in_these_tests(self) -> None:
        for path in (("later",), ("transactions", "later"), ("verdict", "reasons", 0, "later")):
            more, inner = changed(self.report, path)
            inner["later"] = 1
            self.assertEqual(Schema(SCHEMA.schema).problems(more), [])
            self.assertEqual([said.partition(": ")[2] for said in SCHEMA.problems(more)], ["later is not described"])


class TheSchema(unittest.TestCase):
    def test_requires_all_that_it_describes_but_options_of_a_protocol(self) -> None:
        for path, part in parts(SCHEMA.schema):
            if "properties" in part and path != "/properties/workload" and not path.startswith("/allOf"):
                self.assertEqual(part.get("required"), list(part["properties"]), path)

    def test_requires_the_options_that_the_program_has_for_each_protocol(self) -> None:
        workload = SCHEMA.schema["properties"]["workload"]
        self.assertEqual(workload_keys().keys(), FAMILIES.keys())
        self.assertEqual(SCHEMA.schema["properties"]["target"]["properties"]["protocol"]["enum"], list(FAMILIES))
        own = {}
        for one in SCHEMA.schema["allOf"]:
            for protocol in one["if"]["properties"]["target"]["properties"]["protocol"]["enum"]:
                own[protocol] = one["then"]["properties"]["workload"]["required"]
        for protocol, keys in workload_keys().items():
            self.assertEqual([*workload["required"], *own[protocol]], keys, protocol)
        self.assertEqual({key for keys in workload_keys().values() for key in keys}, workload["properties"].keys())

    def test_has_the_keys_and_codes_of_the_document(self) -> None:
        keys = re.findall(r"^\| `(\w+)` \|", DOCUMENT.partition("\n## ")[0], re.MULTILINE)
        self.assertEqual(sorted(keys), sorted(SCHEMA.schema["required"]))
        reasons = SCHEMA.schema["properties"]["verdict"]["properties"]["reasons"]["items"]["properties"]
        self.assertEqual(names_in_table("## Reasons of the verdict"), reasons["code"]["enum"])
        for name in names_in_table("## Names of errors"):
            self.assertRegex(name.replace("NAME", "name"), SCHEMA.schema["$defs"]["error"]["pattern"])

    def test_has_no_keyword_that_nobody_checks(self) -> None:
        for wrong in ({"minumum": 0}, {"properties": {"a": {"format": "uri"}}}, {"items": {"$ref": "#/$defs/nothing"}}):
            with self.subTest(wrong), self.assertRaises(ValueError):
                Schema(wrong)


if __name__ == "__main__":
    unittest.main()
