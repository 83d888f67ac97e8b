"""Holds calls and answers against a description: Swagger 2.0, strictly both ways.

Each field that a stand-in sends has to be described and of its type, or null: servers written in Go or Ruby send null
for what is not there, and the descriptions do not say so. Each field, parameter and status has to be described.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict
}  # fmt: skip
_PART = re.compile(r"\{[^}]+\}")


class Description:
    """A description.

    Args:
        spec: the document.
    """

    def __init__(self, spec: Any) -> None:
        self.spec = spec

    def check(self, method: str, path: str, body: bytes, status: int, data: bytes) -> None:
        """Hold a call and its answer against the description.

        Raises:
            AssertionError: they are not as described.
        """
        address = urlsplit(path)
        where = self._operation(method, address.path.removeprefix(self.spec["basePath"]))
        known = {one["name"]: one for one in where.get("parameters", ())}
        for name, value in parse_qsl(address.query):
            assert known.get(name, {}).get("in") == "query", f"{path}: {name} is no parameter"
            assert known[name]["type"] != "integer" or value.isdecimal(), f"{path}: {name}={value}"
        if body:
            schema = next((one["schema"] for one in known.values() if one["in"] == "body"), None)
            assert schema is not None, f"{method} {path} takes no body"
            self._value(json.loads(body), schema, f"{method} {path}")
        answer = where["responses"].get(str(status))
        assert answer is not None, f"{method} {path}: {status} is not described"
        answer = self._followed(answer)
        if where.get("produces") == ["text/plain"] and status < 300:
            return
        if "schema" in answer:
            self._value(json.loads(data), answer["schema"], f"answer of {method} {path}")
        elif status < 300:
            assert not data, f"{method} {path}: no content is described"

    def _operation(self, method: str, path: str) -> Any:
        # of two that fit, such as `{index}` and `{index}.{diffType}`, the one that says more
        for pattern, operations in sorted(self.spec["paths"].items(), key=lambda one: -len(_PART.sub("", one[0]))):
            literal = map(re.escape, _PART.split(pattern))
            if re.fullmatch("[^/]+".join(literal), path) and method.lower() in operations:
                return operations[method.lower()]
        raise AssertionError(f"{method} {path} is not described")

    def _followed(self, one: Any) -> Any:
        while "$ref" in one:
            _, kind, name = one["$ref"].split("/")
            one = self.spec[kind][name]
        return one

    def _value(self, value: Any, schema: Any, where: str) -> None:
        schema = self._followed(schema)
        if value is None or not schema:
            return
        kind = schema.get("type", "object")
        assert isinstance(value, _TYPES[kind]), f"{where}: {value!r} is no {kind}"
        if isinstance(value, list):
            for one in value:
                self._value(one, schema.get("items", {}), f"{where}[]")
        elif isinstance(value, dict):
            assert set(schema.get("required", ())) <= set(value), f"{where}: {schema['required']} are needed"
            for name, one in value.items():
                found = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
                assert found is not None, f"{where}: {name} is not described"
                self._value(one, found, f"{where}.{name}")


def calls(
    said: list[tuple[str, str, dict[str, str], bytes, int, bytes]],
) -> Iterator[tuple[str, str, bytes, int, bytes]]:
    """Yield what was said and is described: no answers that each call may have."""
    for method, path, _, body, status, data in said:
        if status not in (304, 401, 404):
            yield method, path, body, status, data
