# SPDX-License-Identifier: Apache-2.0 OR MIT
"""As much of JSON Schema (draft 2020-12) as the schemas in docs/ use. An unknown keyword is an error: nothing is left
unchecked."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
         "number": (int, float)}
SAID_ONLY = {"$schema", "$id", "title", "description"}
OF_VALUES = {"const", "enum", "type", "required", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
             "pattern", "$ref"}
OF_ONE_SCHEMA = {"items", "additionalProperties", "propertyNames", "if", "then"}
OF_NAMED_SCHEMAS = {"properties", "$defs"}
OF_SCHEMAS = {"allOf"}


def _is(value: object, name: str) -> bool:
    return isinstance(value, TYPES[name]) and not (name in ("integer", "number") and isinstance(value, bool))


def parts(schema: dict, path: str = "") -> Iterator[tuple[str, dict]]:
    """The schema and all those inside it, each with its path."""
    yield path, schema
    for keyword, inner in schema.items():
        if keyword in OF_ONE_SCHEMA:
            yield from parts(inner, f"{path}/{keyword}")
        elif keyword in OF_NAMED_SCHEMAS:
            for name, one in inner.items():
                yield from parts(one, f"{path}/{keyword}/{name}")
        elif keyword in OF_SCHEMAS:
            for index, one in enumerate(inner):
                yield from parts(one, f"{path}/{keyword}/{index}")


class Schema:
    """Read once, for many values. If it is closed, an object may only have keys that the schema describes."""

    def __init__(self, schema: dict, closed: bool = False) -> None:
        self.schema = schema
        self._closed = closed
        self._defined = {f"#/$defs/{name}": one for name, one in schema.get("$defs", {}).items()}
        for path, part in parts(schema):
            unknown = part.keys() - SAID_ONLY - OF_VALUES - OF_ONE_SCHEMA - OF_NAMED_SCHEMAS - OF_SCHEMAS
            if unknown or part.get("$ref", "") not in {"", *self._defined}:
                raise ValueError(f"{path}: unknown keyword or reference: {sorted(unknown) or part['$ref']}")

    @classmethod
    def documented(cls, name: str) -> "Schema":
        """That of docs/NAME.schema.json, closed: users may not rely on there being no other keys, but the program may write
        none that the schema does not describe."""
        return cls(json.loads((DOCS / f"{name}.schema.json").read_text()), closed=True)

    def problems(self, value: object) -> list[str]:
        """What is wrong with the value, by path; none if it is as the schema says."""
        return list(self._problems(value, self.schema, "", self._closed))

    def _problems(self, value: object, schema: dict, path: str, closed: bool) -> Iterator[str]:
        if "$ref" in schema:
            yield from self._problems(value, self._defined[schema["$ref"]], path, closed)
        types = schema.get("type", ())
        types = (types,) if isinstance(types, str) else types
        if types and not any(_is(value, name) for name in types):
            yield f"{path}: {value!r} is not of type {' or '.join(types)}"
            return
        if "const" in schema and value != schema["const"]:
            yield f"{path}: {value!r} is not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: {value!r} is none of {schema['enum']}"
        if isinstance(value, dict):
            yield from self._of_object(value, schema, path, closed)
        elif isinstance(value, list):
            yield from self._of_array(value, schema, path, closed)
        elif isinstance(value, str):
            yield from self._of_string(value, schema, path)
        elif _is(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{path}: {value} is out of range"
        # These are about values that another part of the schema describes.
        for one in schema.get("allOf", ()):
            yield from self._problems(value, one, path, closed=False)
        if "if" in schema and next(self._problems(value, schema["if"], path, closed=False), None) is None:
            yield from self._problems(value, schema["then"], path, closed=False)

    def _of_object(self, value: dict, schema: dict, path: str, closed: bool) -> Iterator[str]:
        yield from (f"{path}: {key} is missing" for key in schema.get("required", ()) if key not in value)
        described = schema.get("properties", {})
        others = schema.get("additionalProperties")
        for key, inner in value.items():
            if "propertyNames" in schema:
                yield from self._problems(key, schema["propertyNames"], f"{path}: the key {key}", closed)
            if key in described:
                yield from self._problems(inner, described[key], f"{path}.{key}", closed)
            elif others is not None:
                yield from self._problems(inner, others, f"{path}.{key}", closed)
            elif closed and described:
                yield f"{path}: {key} is not described"

    def _of_array(self, value: list, schema: dict, path: str, closed: bool) -> Iterator[str]:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{path}: {len(value)} elements"
        if "items" in schema:
            for index, element in enumerate(value):
                yield from self._problems(element, schema["items"], f"{path}[{index}]", closed)

    def _of_string(self, value: str, schema: dict, path: str) -> Iterator[str]:
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{path}: {len(value)} characters"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{path}: {value!r} is not {schema['pattern']}"
