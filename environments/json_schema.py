"""The JSON Schema of an environment file, with the docstrings of its fields as descriptions.

Pydantic can take the descriptions itself (`use_attribute_docstrings`), but then it parses its
callers' sources at every import. Here it is done only when the schema is written.
"""

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise

from environments.schema import Environment
from environments.schema.base import Section


def json_schema() -> str:
    """Return the JSON Schema of an environment file, as editors read it."""
    schema = Environment.model_json_schema()
    for section in Section.__subclasses__():
        place = schema if section is Environment else schema["$defs"][section.__name__]
        for field, description in descriptions(section):
            place["properties"][field]["description"] = description
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(document | schema, indent=2) + "\n"


def descriptions(section: type[Section]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a section, each with the docstring below it."""
    for node in ast.parse(inspect.getsource(section)).body:
        for pair in pairwise(node.body if isinstance(node, ast.ClassDef) else ()):
            match pair:
                case (
                    ast.AnnAssign(target=ast.Name(id=field)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    yield field, inspect.cleandoc(text)
