"""Rules of budget and billing export."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment


def check_export_table(environment: Environment) -> Iterator[Problem]:
    """Check that the export's table is that of the billing account, which its name ends with."""
    cost = environment.cost
    table = cost.export.table if cost and cost.export else None
    if cost and table and not table.endswith(cost.billing_account.replace("-", "_")):
        yield Problem(
            ("cost", "export", "table"),
            table,
            f"the table of cost.billing_account ({cost.billing_account})",
            depends_on=(("cost", "billing_account"),),
        )


RULES = (check_export_table,)
