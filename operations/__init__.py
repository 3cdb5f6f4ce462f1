"""The `grid` command: releases, migrations, backups and checks of an applied environment."""
