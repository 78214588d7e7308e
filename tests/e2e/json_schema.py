# SPDX-License-Identifier: Apache-2.0 OR MIT
"""As much of JSON Schema as the schemas in docs/ use. An unknown keyword is an error: nothing is left unchecked."""

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
         "number": (int, float)}
SAID_ONLY = {"$schema", "$id", "title", "description"}


def _is(value: object, name: str) -> bool:
    return isinstance(value, TYPES[name]) and not (name in ("integer", "number") and isinstance(value, bool))


def problems(value: object, schema: dict, path: str = "") -> list[str]:
    """What is wrong with the value, by path; none if it is as the schema says."""
    known = {"type", "const", "enum", "required", "properties", "items", "minimum", "maximum"}
    found = [f"{path}: the schema has an unknown keyword {key}" for key in schema.keys() - known - SAID_ONLY]
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(value, name) for name in types):
        return [*found, f"{path}: {value!r} is not of type {types}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if isinstance(value, dict):
        found += [f"{path}: {key} is missing" for key in schema.get("required", ()) if key not in value]
        for key, of_key in schema.get("properties", {}).items():
            if key in value:
                found += problems(value[key], of_key, f"{path}.{key}")
    if isinstance(value, list) and "items" in schema:
        for index, element in enumerate(value):
            found += problems(element, schema["items"], f"{path}[{index}]")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            found.append(f"{path}: {value} is out of range")
    return found
