"""Rules of budget and billing export."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment


def export_is_the_accounts(env: Environment) -> Iterator[Problem]:
    """The export's table is that of the billing account, which its name ends with."""
    cost = env.cost
    table = cost.export.table if cost and cost.export else None
    if cost and table and not table.endswith(cost.billing_account.replace("-", "_")):
        yield Problem(
            ("cost", "export", "table"),
            table,
            f"the table of cost.billing_account ({cost.billing_account})",
            because=(("cost", "billing_account"),),
        )


RULES = (export_is_the_accounts,)
