"""Reader of a provider's schema from the TypeScript that CDKTF or its fork generated from it.

The bindings have each attribute of Terraform's schema. Each one begins with a comment,

// ip_cidr_range - computed: true, optional: true, required: false

and continues with accessors whose form shows its type. The bindings lack defaults, ForceNew,
sensitive, write-only, conflicts, and counts of blocks other than "one". `offline.provider_facts`
has them for the types that it covers.
"""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from typing import Any

Json = dict[str, Any]

_CLASS = re.compile(r"^export class (\w+) extends cdkt[fn]\.(\w+) \{$", re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"^  // (\w+) - computed: (\w+), optional: (\w+), required: (\w+)$", re.MULTILINE
)
_INTERFACE = re.compile(
    r"^export interface (\w+) (?:extends [\w.]+ )?\{\n(.*?)^\}", re.MULTILINE | re.DOTALL
)
_WRITER = re.compile(r'value: (\w+)ToHclTerraform\(.*\n\s+isBlock: \w+,\n\s+type: "(\w+)"')
_PROPERTY = re.compile(r"#(\w+) \w+#\w+\}\s*\*/\s*readonly \w+(\?)?: ([^;]*);")
_ENUM = re.compile(r"Possible values: (\[[^\]]*\])")
_GETTERS: dict[str, Any] = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getListAttribute": ["list", "string"],
    "getNumberListAttribute": ["list", "number"],
    "getStringMapAttribute": ["map", "string"],
}
_MAPS = {"StringMap": "string", "NumberMap": "number", "BooleanMap": "bool", "AnyMap": "dynamic"}
_STORED: tuple[tuple[str, Any], ...] = (  # the provider's own arguments are plain properties
    ("string[]", ["list", "string"]),
    ("{ [key: string]: string", ["map", "string"]),
    ("string", "string"),
    ("number", "number"),
    ("boolean", "bool"),
)


class DeclarationError(Exception):
    """The bindings have a form that this reader does not know: another generator made them."""


class Module:
    """One module of the bindings: the TypeScript of a resource, a data source or the provider."""

    def __init__(self, text: str) -> None:
        self._interfaces = {match[1]: match[2] for match in _INTERFACE.finditer(text)}
        self._written = {match[1].lower(): match[2] for match in _WRITER.finditer(text)}
        self._classes: dict[str, tuple[str, str]] = {}
        items = list(_CLASS.finditer(text))
        for match, following in zip_longest(items, items[1:]):
            end = following.start() if following else len(text)
            self._classes[match[1]] = (match[2], text[match.start() : end])

    def schema(self) -> Json:
        """Return the block as Terraform's `providers schema -json` words it.

        Beyond that format, `enum` lists the values that the API's description names.

        Raises:
            DeclarationError: an attribute's form is unknown.
        """
        for name, (base, _) in self._classes.items():
            if base in {"TerraformResource", "TerraformDataSource", "TerraformProvider"}:
                block = self._block(name)
                if base == "TerraformProvider":
                    block["attributes"].pop("alias", None)  # Terraform's own, not the provider's
                return block
        raise DeclarationError("no resource, data source or provider in the module")

    def _block(self, class_: str) -> Json:
        attributes: Json = {}
        blocks: Json = {}
        parts = _ATTRIBUTE.split(self._classes[class_][1])
        enums = self._enums(class_)
        for at in range(1, len(parts), 5):
            name, computed, optional, required, text = parts[at : at + 5]
            flags = {
                key: True
                for key, value in (
                    ("computed", computed),
                    ("optional", optional),
                    ("required", required),
                )
                if value == "true"
            }
            settable = "optional" in flags or "required" in flags
            type_, block = self._kind(name, text)
            if block is None:
                attributes[name] = {"type": type_, **flags}
                if settable and type_ == "string" and name in enums:
                    attributes[name]["enum"] = enums[name]
            elif settable:
                if "required" in flags and block["nesting_mode"] != "single":
                    block["min_items"] = 1
                blocks[name] = block
            else:
                attributes[name] = {
                    "type": [block["nesting_mode"], _object(block["block"])],
                    "computed": True,
                }
        return {"attributes": attributes, "block_types": blocks}

    def _kind(self, name: str, text: str) -> tuple[Any, Json | None]:
        """Return the type of an attribute, or the block that it is."""
        if own := re.search(
            rf'private _\w+ = new (\w+)\(this, "{name}"(?:, (true|false))?\);', text
        ):
            return None, self._nested(name, own[1], is_set=own[2] == "true")
        if own := re.search(rf'private _\w+ = new cdkt[fn]\.(\w+?)(List)?\(this, "{name}"', text):
            type_: Any = ["map", _MAPS[own[1]]]
            return (["list", type_] if own[2] else type_), None
        result = re.search(r"return (.*?);\n", text)
        if result is None:
            raise DeclarationError(f"{name}: no accessor")
        if get := re.search(rf"this\.(get\w+)\('{name}'\)", result[1]):
            type_ = _GETTERS[get[1]]
            if "tolist" in result[1]:  # JavaScript reads a set by way of a list
                type_ = ["set", type_[1]]
            return type_, None
        if stored := re.search(r"private _\w+\?: (.*?);", text):
            for start, type_ in _STORED:
                if stored[1].startswith(start):
                    return type_, None
            if struct := re.match(r"(\w+)\[\]", stored[1]):
                return None, {
                    "nesting_mode": "list",
                    "max_items": 1,
                    "block": self._interface(struct[1]),
                }
        raise DeclarationError(f"{name}: unknown form {text[:200]!r}")

    def _nested(self, name: str, class_: str, *, is_set: bool) -> Json:
        base, body = self._classes[class_]
        if base == "ComplexList":
            item = class_.removesuffix("List") + "OutputReference"
            return {"nesting_mode": "set" if is_set else "list", "block": self._block(item)}
        arguments = re.search(r"super\((.*?)\);", body, re.DOTALL)
        if arguments is None:
            raise DeclarationError(f"{name}: {class_} has no constructor")
        block = self._block(class_)
        if re.sub(r"\s", "", arguments[1]).endswith(
            ",false,0"
        ):  # the only element of a list or set
            return {"nesting_mode": self._single_nesting(class_), "max_items": 1, "block": block}
        return {"nesting_mode": "single", "block": block}

    def _single_nesting(self, class_: str) -> str:
        """Distinguish a set of at most one block from a list of at most one.

        Only the class that writes HCL has the difference.
        """
        written = self._written.get(class_.removesuffix("OutputReference").lower())
        return "set" if written == "set" else "list"

    def _interface(self, name: str) -> Json:
        """Return the block of an argument that has no class, only an interface."""
        attributes: Json = {}
        for key, optional, type_ in _PROPERTY.findall(self._interfaces.get(name, "")):
            known = next((t for start, t in _STORED if type_.startswith(start)), "string")
            attributes[key] = {"type": known, "optional" if optional else "required": True}
        return {"attributes": attributes, "block_types": {}}

    def _enums(self, class_: str) -> dict[str, list[str]]:
        """Return what the API's own descriptions say: `Possible values: ["A", "B"]`."""
        struct = (
            class_.removesuffix("OutputReference")
            if "OutputReference" in class_
            else class_ + "Config"
        )
        enums: dict[str, list[str]] = {}
        for comment in re.findall(r"/\*\*(.*?)\*/", self._interfaces.get(struct, ""), re.DOTALL):
            values, key = _ENUM.search(comment), re.search(r"#(\w+) \w+#\w+\}", comment)
            if values and key:
                try:
                    enums[key[1]] = json.loads(re.sub(r"\s*\n\s*\*?\s*", " ", values[1]))
                except ValueError:
                    continue  # prose that only looks like a list
        return enums


def _object(block: Json) -> list[Any]:
    """Return the object type of a block that only the provider fills in."""
    types = {name: attribute["type"] for name, attribute in block["attributes"].items()}
    for name, nested in block["block_types"].items():
        inner = _object(nested["block"])
        types[name] = (
            inner if nested["nesting_mode"] == "single" else [nested["nesting_mode"], inner]
        )
    return ["object", types]
