"""Another database instance for Terraform: in its state, and with new passwords."""

from __future__ import annotations

import re

from preview.rehearse.life import Life

_ADDRESS = re.compile(r"(?m)^google_sql_\S+$")
_USERS = {"app_user": ("user", "grid_app"), "migration_user": ("migration_user", "grid_migrations")}
"""Key in the environment file, and its default, of the user of a resource."""


def import_database(life: Life, instance: str, suffix: str = "") -> None:
    """Put an instance in the place of the one in the state.

    `suffix` is that of a restored instance, as Terraform imports it; a promoted one keeps it.
    """
    laptop = life.laptop
    laptop.terraform("init")
    addresses = _ADDRESS.findall(laptop.terraform("state", "list"))
    laptop.terraform("state", "rm", *addresses, *(["random_id.db_suffix"] if suffix else []))
    if suffix:
        laptop.terraform("import", "random_id.db_suffix", suffix)
    path = f"{life.outputs['project_id']}/{instance}"
    database = life.outputs["database"]["name"]
    laptop.terraform("import", "google_sql_database_instance.main", path)
    laptop.terraform("import", "google_sql_database.main", f"{path}/{database}")
    text = (laptop.environments / f"{life.name}.yaml").read_text("utf-8")
    for resource, (key, default) in _USERS.items():
        given = re.search(rf"(?m)^  {key}: *(\w+)", text)
        user = given[1] if given else default
        laptop.terraform("import", f"google_sql_user.{resource}", f"{path}/{user}")


def raise_password_version(life: Life) -> None:
    """Raise `database.password_version` in the environment file by one."""
    file = life.laptop.environments / f"{life.name}.yaml"
    text = file.read_text("utf-8")
    present = re.search(r"(?m)^  password_version: *(\d+)", text)
    line = f"  password_version: {int(present[1]) + 1 if present else 2}"
    text = re.sub(r"(?m)^  password_version:.*\n", "", text)
    life.laptop.type(f"sed -i '/^database:/a\\{line}' environments/{life.name}.yaml")
    file.write_text(re.sub(r"(?m)^database:\n", f"database:\n{line}\n", text), "utf-8")
