# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Makes each value of a document wrong, one at a time: a schema that finds all of them leaves nothing unchecked."""

import copy
import unittest
from collections.abc import Callable, Iterator

from json_schema import Schema, parts


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The paths of all that is in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


def changed(report: dict, path: tuple) -> tuple[dict, dict]:
    """A copy, and the object or array in it that has the last key of the path."""
    whole = copy.deepcopy(report)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    return whole, inner


def wrong_values(report: dict, path: tuple) -> list[object]:
    """An array in an array is right nowhere; a number is not below 0, in quotes or a truth."""
    inner = report
    for key in path:
        inner = inner[key]
    is_number = isinstance(inner, (int, float)) and not isinstance(inner, bool)
    return [[[]], -1, str(inner), True] if is_number else [[[]]]


def assert_finds_all(test: unittest.TestCase, schema: Schema, report: dict,
                     left_out: Callable[[tuple], bool] = lambda _path: False) -> None:
    """The report is as the schema says; no key may be missing, unknown or of another type, and no number below 0."""
    test.assertEqual(schema.problems(report), [])
    for path in places(report):
        if left_out(path):
            continue
        for value in wrong_values(report, path):
            wrong, inner = changed(report, path)
            inner[path[-1]] = value
            test.assertTrue(schema.problems(wrong), (path, value))
        if isinstance(path[-1], str):
            wrong, inner = changed(report, path)
            del inner[path[-1]]
            test.assertTrue(any(said.endswith(f"{path[-1]} is missing") for said in schema.problems(wrong)), path)
            wrong, inner = changed(report, path)
            inner["later"] = 1
            test.assertTrue(any(said.endswith("later is not described") for said in schema.problems(wrong)), path)


def assert_requires_all(test: unittest.TestCase, schema: Schema) -> None:
    """Whatever the schema describes is always there."""
    for path, part in parts(schema.schema):
        if "properties" in part and "additionalProperties" not in part:
            test.assertEqual(part.get("required"), list(part["properties"]), path)
