"""Cloud SQL: instances, databases, and users."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_sql_": "sqladmin"},
    modules=(
        "quotas",
        "names",
        "peering",
        "rules",
        "flags",
        "dependencies",
        "deletion",
        "behavior",
    ),
    not_modelled={
        "google_sql_": (
            "MySQL and SQL Server: tiers and flags are not checked",
            "flags: names and ranges (services/sql/flags.py) are written from knowledge of the "
            "documentation: one missing there is rejected wrongly; bounds that depend on the tier "
            "are not known",
            "failover, switchover, promotion, clones, restores",
            "the database itself: grants, extensions, connections",
            "password complexity beyond length",
        )
    },
    children={
        "google_sql_database_instance": (
            ("google_sql_database", "instance"),
            ("google_sql_user", "instance"),
            ("google_sql_ssl_cert", "instance"),
        ),
    },
    # Its network, up to four days; its name is free at once.
    # Source: https://cloud.google.com/sql/docs/postgres/delete-instance
    holds={"google_sql_database_instance": "settings.ip_configuration.private_network"},
)
