"""The SQL of the cost report, in BigQuery's dialect."""

_ZONE = "'America/Los_Angeles'"
"""A day of Cloud Billing begins at midnight in US Pacific time. Source: Cloud Billing, "Structure
of Standard data export"."""
COLUMNS = (
    ("usage_date", "DATE"),
    ("service_name", "STRING"),
    ("resource_type", "STRING"),
    ("currency", "STRING"),
    ("gross_cost", "FLOAT64"),
    ("daily_cost", "FLOAT64"),
)
"""Columns of view and report by name, with their types."""


def daily_cost(table: str, project_id: str, days: int) -> str:
    """Select the costs of a project by day, service and SKU, newest and highest first.

    `daily_cost` is what is paid: credits are negative amounts. Partitions are
    days
    of the load, in UTC and never before the usage, so that their filter takes nothing away and
    spares reading the table whole.

    Args:
        table: the export's table, `<project>.<dataset>.<table>`.
        project_id: the project whose costs are meant; the export has those of all projects.
        days: how many days before today.
    """
    return f"""\
SELECT
  DATE(usage_start_time, {_ZONE}) AS usage_date,
  service.description AS service_name,
  sku.description AS resource_type,
  currency,
  SUM(cost) AS gross_cost,
  SUM(cost) + SUM(
    IFNULL((SELECT SUM(credit.amount) FROM UNNEST(credits) AS credit), 0)
  ) AS daily_cost
FROM `{table}`
WHERE _PARTITIONTIME >= TIMESTAMP({_first_day(days)})
  AND DATE(usage_start_time, {_ZONE}) >= {_first_day(days)}
  AND project.id = '{project_id}'
GROUP BY usage_date, service_name, resource_type, currency
ORDER BY usage_date DESC, daily_cost DESC
"""


def keep(view: str, report: str, days: int) -> str:
    """Bring the view's days into the report: one statement, so that nobody reads half of it.

    A day's costs and credits still arrive for days after it. All of the view's days are therefore
    written again by each run, and what is older stays as it is.

    Args:
        view: the view of `daily_cost`, `<project>.<dataset>.<view>`.
        report: the table that keeps the days, written alike.
        days: how many days before today the view looks back.
    """
    names = ", ".join(name for name, _ in COLUMNS)
    return f"""\
MERGE `{report}` AS kept
USING `{view}` AS fresh
ON FALSE
WHEN NOT MATCHED BY SOURCE AND kept.usage_date >= {_first_day(days)} THEN
  DELETE
WHEN NOT MATCHED BY TARGET THEN
  INSERT ({names}) VALUES ({names})
"""


def _first_day(days: int) -> str:
    return f"DATE_SUB(CURRENT_DATE({_ZONE}), INTERVAL {days} DAY)"
