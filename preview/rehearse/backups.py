"""Steps with backups: one is made, and restored."""

from __future__ import annotations

from preview.rehearse.life import Life, read_json


def back_up(life: Life) -> str:
    """Back the database up, and export it to the bucket for backups."""
    life.laptop.grid("backup", life.name, "--export")
    life.laptop.grid("verify-backup", life.name)
    return "a backup and an export, read to its end"


def drill(life: Life) -> str:
    """Restore the backup into a scratch instance, compare it, and remove it."""
    output = life.laptop.grid("drill", life.name, "--json")
    report = read_json(output)["result"]
    rows = sum(table["rows"] for table in report["tables"].values())
    return f"{rows:,} rows are back; RTO {report['rto_seconds']} s, RPO {report['rpo_seconds']} s"
