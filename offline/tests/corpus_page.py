"""The page that lists how far the embedded provider agrees with the genuine one, by type."""

from offline.provider_facts import facts

Counts = dict[str, dict[str, list[int]]]
"""Equal and recorded `plans` and `states` by type."""


def page(counted: Counts) -> str:
    """Return the page with what is equal, by type."""
    rows = {type_: [kinds["plans"], kinds["states"]] for type_, kinds in counted.items()}
    total = [[sum(row[at][n] for row in rows.values()) for n in (0, 1)] for at in (0, 1)]
    known = sum(facts(type_).known for type_ in rows)
    lines = [
        "# Agreement with the genuine provider",
        "",
        f"{len(rows)} types, {known} with facts. From `corpora.py agree --raise`.",
        "",
        "| Type | Equal plans | Equal states |",
        "| --- | --- | --- |",
    ]
    for name, row in {**rows, "All": total}.items():
        plans, states = (f"{equal} of {every}" for equal, every in row)
        lines.append(f"| {name} | {plans} | {states} |")
    return "\n".join([*lines, ""])
