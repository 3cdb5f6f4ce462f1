"""Subcommands of ALTER TABLE that an expand revision must not contain."""

from collections.abc import Iterator

from grid_migrations.parse_tree import Node, table_name

_ALLOWED_CHANGES = frozenset(
    {
        "AT_AddIdentity",
        "AT_AlterConstraint",
        "AT_AttachPartition",
        "AT_ClusterOn",
        "AT_EnableAlwaysTrig",
        "AT_EnableReplicaTrig",
        "AT_EnableTrig",
        "AT_ReplicaIdentity",
        "AT_ResetOptions",
        "AT_ResetRelOptions",
        "AT_SetCompression",
        "AT_SetOptions",
        "AT_SetRelOptions",
        "AT_SetStatistics",
        "AT_SetStorage",
        "AT_ValidateConstraint",
    }
)
"""Subcommands that do not affect running services."""

_CHANGES = {
    "AT_AlterColumnType": "changes the type of column {name}",
    "AT_ChangeOwner": "changes the owner of {table}",
    "AT_DetachPartition": "detaches a partition",
    "AT_DisableRowSecurity": "disables row security",
    "AT_DisableTrig": "disables trigger {name}",
    "AT_DisableTrigAll": "disables the triggers of {table}",
    "AT_DisableTrigUser": "disables the triggers of {table}",
    "AT_DropColumn": "drops column {name}",
    "AT_DropConstraint": "drops constraint {name}",
    "AT_DropExpression": "drops the expression of column {name}",
    "AT_DropIdentity": "drops the identity of column {name}",
    "AT_DropNotNull": "allows NULL in column {name}",
    "AT_EnableRowSecurity": "enables row security, which hides rows",
    "AT_ForceRowSecurity": "forces row security, which hides rows",
    "AT_SetNotNull": "requires a value in column {name}",
    "AT_SetUnLogged": "makes {table} unlogged: a crash empties it",
}
"""Effect of the other subcommands, for messages."""

_FILLED = {"CONSTR_DEFAULT", "CONSTR_GENERATED", "CONSTR_IDENTITY"}
"""Constraints that give the column a value if a service does not."""


def problems(node: Node) -> Iterator[str]:
    """Yield the effects of an ALTER TABLE on running services."""
    table = table_name(node["relation"])
    if node["objtype"] == "OBJECT_TYPE":
        yield f"changes type {table}"
        return
    for item in node["cmds"]:
        change = item["alter_table_cmd"]
        subtype, definition = change["subtype"], change.get("def", {})
        if subtype == "AT_AddColumn":
            yield from _add_column(table, definition["column_def"])
        elif subtype == "AT_AddConstraint":
            yield from _add_constraint(table, definition["constraint"])
        elif subtype == "AT_ColumnDefault":
            if not definition:
                yield f"drops the default of column {table}.{change['name']}"
        elif subtype not in _ALLOWED_CHANGES:
            text = _CHANGES.get(subtype, f"changes {table} in an unknown way ({subtype})")
            yield text.format(table=table, name=f"{table}.{change.get('name', '')}")


def _add_column(table: str, column: Node) -> Iterator[str]:
    kinds = {item["constraint"]["contype"] for item in column.get("constraints", [])}
    if kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY"} and not kinds & _FILLED:
        yield f"adds column {table}.{column['colname']}, NOT NULL without a default"


def _add_constraint(table: str, constraint: Node) -> Iterator[str]:
    if not (constraint.get("skip_validation") or constraint.get("indexname")):
        name = constraint.get("conname", "without a name")
        yield (
            f"adds constraint {name} to {table} and checks every row under its lock; use NOT "
            "VALID, or USING INDEX for a unique one"
        )
