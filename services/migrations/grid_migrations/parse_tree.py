"""PostgreSQL's own parse tree of statements, as dictionaries.

postgast wraps libpg_query, which is PostgreSQL's parser as a library
(https://github.com/pganalyze/libpg_query). A node is a dictionary; its kind is the key above it.
"""

from collections.abc import Iterator
from typing import Any

import postgast
from google.protobuf.json_format import MessageToDict

from grid_migrations.settings import SCHEMA

Node = dict[str, Any]

WRITES = frozenset({"delete_stmt", "insert_stmt", "merge_stmt", "update_stmt"})
"""Statements that another statement can contain, in WITH or EXPLAIN for example."""


class UnreadableError(Exception):
    """The parser rejects a statement."""


def statements(sql: str) -> list[tuple[str, Node]]:
    """Return kind and node of each statement.

    Raises:
        UnreadableError: the syntax is wrong. The message says where.
    """
    try:
        tree = MessageToDict(postgast.parse(sql), preserving_proto_field_name=True)
    except postgast.PgQueryError as error:
        raise UnreadableError(str(error)) from error
    return [next(iter(statement["stmt"].items())) for statement in tree.get("stmts", [])]


def writes_within(node: object) -> Iterator[tuple[str, Node]]:
    """Return kind and node of the statements inside a node that write rows, without those inside
    of them.
    """
    children = node if isinstance(node, list) else node.values() if isinstance(node, dict) else ()
    if isinstance(node, dict):
        for kind in WRITES & node.keys():
            yield kind, node[kind]
    for child in children:
        if not (isinstance(node, dict) and any(child is node.get(kind) for kind in WRITES)):
            yield from writes_within(child)


def block_statements(body: str) -> list[str]:
    """Return the statements of a PL/pgSQL block.

    Raises:
        UnreadableError: the syntax is wrong, or a statement is computed when the block runs.
    """
    quote = "$grid_block$"
    try:
        tree = postgast.parse_plpgsql(f"DO {quote}{body}{quote}")
    except postgast.PgQueryError as error:
        raise UnreadableError(str(error)) from error
    return list(_queries(tree))


def _queries(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _queries(child)
    elif isinstance(node, dict):
        if dynamic := {"PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"} & node.keys():
            raise UnreadableError(f"{dynamic.pop()}: its statement is computed")
        expression = node.get("PLpgSQL_expr", {})
        if expression.get("parseMode") == 0:  # a whole statement, not an expression
            yield expression["query"]
        for child in node.values():
            yield from _queries(child)


def table_name(relation: Node) -> str:
    """Return the name of a table, with its schema unless that is the schema of the migrations."""
    schema = relation.get("schemaname", SCHEMA)
    return relation["relname"] if schema == SCHEMA else f"{schema}.{relation['relname']}"


def object_name(item: Node) -> str:
    """Return the name of an object that a DROP names, likewise."""
    [(kind, node)] = item.items()
    if kind == "string":
        return str(node["sval"])
    lists = {"list": "items", "object_with_args": "objname", "type_name": "names"}
    parts = [part["string"]["sval"] for part in node[lists[kind]] if "string" in part]
    return ".".join(parts[1:] if len(parts) > 1 and parts[0] == SCHEMA else parts)


def options(node: Node, field: str) -> set[str]:
    """Return the names of the options of a statement."""
    return {item["def_elem"]["defname"] for item in node.get(field, [])}
