"""Statements that an expand revision must not contain, found in PostgreSQL's own parse tree.

Services of the previous release run during and after an expand revision. It must therefore contain
only statements that do not affect them. A kind of statement that is not listed here is rejected.
squawk checks the locks (`squawk`).
"""

from collections.abc import Callable, Iterator

from grid_migrations import alter_table
from grid_migrations.parse_tree import (
    Node,
    UnreadableError,
    block_statements,
    object_name,
    options,
    statements,
    table_name,
    writes_within,
)

_VERSION_TABLE = "alembic_version"

_ALLOWED = frozenset(
    {
        "comment_stmt",
        "composite_type_stmt",
        "copy_stmt",
        "create_cast_stmt",
        "create_domain_stmt",
        "create_enum_stmt",
        "create_extension_stmt",
        "create_function_stmt",
        "create_range_stmt",
        "create_schema_stmt",
        "create_seq_stmt",
        "create_stats_stmt",
        "create_stmt",
        "create_table_as_stmt",
        "create_trig_stmt",
        "define_stmt",
        "explain_stmt",
        "insert_stmt",
        "notify_stmt",
        "select_stmt",
        "transaction_stmt",
        "variable_set_stmt",
        "variable_show_stmt",
        "view_stmt",
    }
)
"""Statements that add an object, or change no object that a service uses."""

_STATEMENTS = {
    "alter_object_schema_stmt": "moves an object to another schema",
    "alter_owner_stmt": "changes the owner of an object",
    "call_stmt": "calls a procedure, whose statements cannot be read here",
    "drop_owned_stmt": "drops all objects of a role",
    "execute_stmt": "executes a prepared statement, which cannot be read here",
    "lock_stmt": "locks a table",
    "rename_stmt": "renames an object",
    "rule_stmt": "rewrites statements by a rule",
    "truncate_stmt": "empties a table",
}
"""Effect of other statements, for messages."""


class ExpandRules:
    """The rules for the statements of one expand revision, in the order of their execution.

    The revision can change a table that it creates in any way, because no service uses it yet.
    """

    def __init__(self) -> None:
        self._new: set[str] = set()

    def problems(self, sql: str) -> list[str]:
        """Return how the statements affect running services; empty if they do not."""
        try:
            found = statements(sql)
        except UnreadableError as error:
            return [f"has a statement that cannot be parsed ({error})"]
        return [problem for kind, node in found for problem in self._check(kind, node)]

    def _check(self, kind: str, node: Node) -> Iterator[str]:
        if not self._changes_new_table(kind, node):
            yield from self._check_alone(kind, node)
        if kind != "create_function_stmt":  # it does not execute the statements inside
            for inner_kind, inner in writes_within(node):
                yield from self._check(inner_kind, inner)

    def _check_alone(self, kind: str, node: Node) -> Iterator[str]:
        if check := _CHECKS.get(kind):
            yield from check(node)
        elif kind == "do_stmt":
            yield from self._block(node)
        elif kind not in _ALLOWED:
            yield _STATEMENTS.get(kind, f"has a statement that is not known to be safe ({kind})")

    def _changes_new_table(self, kind: str, node: Node) -> bool:
        """Return whether only tables of this revision are changed; remember new ones."""
        if kind in {"create_stmt", "create_table_as_stmt"}:
            self._new.add(table_name(node.get("relation") or node["into"]["rel"]))
        elif kind == "drop_stmt":
            names = {object_name(item) for item in node["objects"]}
            return node["remove_type"] == "OBJECT_TABLE" and names <= self._new
        elif kind == "truncate_stmt":
            return {table_name(item["range_var"]) for item in node["relations"]} <= self._new
        is_new = "relation" in node and table_name(node["relation"]) in self._new
        if is_new and node.get("rename_type") == "OBJECT_TABLE":
            self._new.add(node["newname"])
        return is_new

    def _block(self, node: Node) -> Iterator[str]:
        elements = {item["def_elem"]["defname"]: item["def_elem"]["arg"] for item in node["args"]}
        language = elements.get("language", {}).get("string", {}).get("sval", "plpgsql")
        if language != "plpgsql":
            yield f"has a block in {language}, whose statements cannot be checked"
            return
        try:
            inner = block_statements(elements["as"]["string"]["sval"])
        except UnreadableError as error:
            yield f"has a block whose statements cannot be checked ({error})"
            return
        for statement in inner:
            yield from self.problems(statement)


def _index(node: Node) -> Iterator[str]:
    if not node.get("concurrent"):
        table = table_name(node["relation"])
        yield f"builds an index while writers of {table} wait; use create_concurrently"


def _delete(node: Node) -> Iterator[str]:
    if (table := table_name(node["relation"])) != _VERSION_TABLE:
        yield f"deletes rows of {table}"


def _update(node: Node) -> Iterator[str]:
    if "where_clause" not in node:
        yield f"updates every row of {table_name(node['relation'])} at once; use backfill"


def _merge(node: Node) -> Iterator[str]:
    clauses = [item["merge_when_clause"] for item in node["merge_when_clauses"]]
    if any(clause.get("command_type") == "CMD_DELETE" for clause in clauses):
        yield f"deletes rows of {table_name(node['relation'])}"


def _drop(node: Node) -> Iterator[str]:
    kind = node["remove_type"].removeprefix("OBJECT_").replace("_", " ").lower()
    yield f"drops {kind} {', '.join(object_name(item) for item in node['objects'])}"


def _grant(node: Node) -> Iterator[str]:
    if not node.get("is_grant"):
        yield "revokes a privilege"


def _default_privileges(node: Node) -> Iterator[str]:
    yield from _grant(node["action"])


def _enum(node: Node) -> Iterator[str]:
    if "old_val" in node:
        yield f"renames value {node['old_val']} of an enumerated type"


def _policy(node: Node) -> Iterator[str]:
    if not node.get("permissive"):
        yield f"adds a restrictive policy, which hides rows of {table_name(node['table'])}"


def _sequence(node: Node) -> Iterator[str]:
    if changed := options(node, "options") - {"owned_by"}:
        yield f"changes {', '.join(sorted(changed))} of sequence {table_name(node['sequence'])}"


def _refresh(node: Node) -> Iterator[str]:
    if not node.get("concurrent"):
        yield f"refreshes {table_name(node['relation'])} while its readers wait; use CONCURRENTLY"


def _reindex(node: Node) -> Iterator[str]:
    if "concurrently" not in options(node, "params"):
        yield "builds an index again while writers wait; use CONCURRENTLY"


def _vacuum(node: Node) -> Iterator[str]:
    if "full" in options(node, "options"):
        yield "rewrites a table while its readers and writers wait (VACUUM FULL)"


_CHECKS: dict[str, Callable[[Node], Iterator[str]]] = {
    "alter_default_privileges_stmt": _default_privileges,
    "alter_enum_stmt": _enum,
    "alter_seq_stmt": _sequence,
    "alter_table_stmt": alter_table.problems,
    "create_policy_stmt": _policy,
    "delete_stmt": _delete,
    "drop_stmt": _drop,
    "grant_role_stmt": _grant,
    "grant_stmt": _grant,
    "index_stmt": _index,
    "merge_stmt": _merge,
    "refresh_mat_view_stmt": _refresh,
    "reindex_stmt": _reindex,
    "update_stmt": _update,
    "vacuum_stmt": _vacuum,
}
