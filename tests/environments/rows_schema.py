"""Invalid values: path, value, and what the problem names as actual and expected.

One row for each message. Bounds and choices are in the schema itself and have one row a kind.
"""

from typing import Any

DOMAIN = "a domain in lower case, such as grid.example.com, with at most 63 characters between dots"
PROBE = "a path that begins with /, such as /health, of ASCII characters without spaces"
LABEL = "at most 40 lower-case letters, digits and hyphens, with a letter first and no hyphen last"
CIDR = "an IPv4 range whose host bits are zero, such as 10.0.0.0/20"
REGION = "a Google Cloud region, such as us-central1"
TEXT = "a string, in quotes where YAML would read it as something else"
SECTION = "a mapping of keys to values"
NAMES_TO_VALUES = "a mapping of names to values"
VARIABLE = "an upper-case letter, then upper-case letters, digits and underscores"
MEMORY = "an integer of Mi or Gi, such as 512Mi or 2Gi"
SOURCE = "an IPv4 or IPv6 address or range, such as 203.0.113.0/24, whose host bits are zero"
ROLE = "a predefined role, such as roles/storage.objectViewer"
ROUTE = "a path such as /auth: letters, digits and ._~- after each /, and no / at the end"
PREFIX = "a folder, such as grid/dev: lower-case letters, digits, /, _ and -"
PROJECT_ID = (
    "a project id: 6 to 30 lower-case letters, digits and hyphens, with a letter first and no "
    "hyphen last"
)
LABEL_VALUE = "a string of at most 63 lower-case letters, digits, underscores and hyphens"
REPOSITORY = "a GitHub repository as owner/name"
BRANCH = "a branch, such as main: letters, digits, ., _, / and -"
CRON = "unix-cron for every day, such as 30 9 * * * for 09:30"
ZONE = "a name of the time zone database, such as Etc/UTC or Europe/Berlin"
CURRENCY = "a currency of ISO 4217 in three capital letters, such as USD"
POSTGRES = "a lower-case letter, then at most 62 lower-case letters, digits and underscores"

ORIGIN = "an origin, such as https://grid.example.com: lower case, and no / at the end"
ZONE_NAME = "the name of a managed zone, such as example-com, which is not its domain"
IMAGE = "an image, such as us-central1-docker.pkg.dev/my-project/services/api:1"
EMAIL = "an e-mail address, such as oncall@example.com"
CHANNEL = "the number of a notification channel, in quotes: the end of its resource name"
NAMED_CHANNEL = "'projects/p/notificationChannels/1'"
URL = "an address that begins with https:// and has no / at the end"
GOAL = "a percentage from 94 to 99.9"
MINUTES = "seconds in whole minutes, from 0 to 84600"

ROWS: list[tuple[str, Any, str, str]] = [
    # Keys that are unknown.
    ("protected", True, "unknown key 'protected'", "'protect'"),
    ("state.buckett", "x", "unknown key 'buckett'", "'bucket'"),
    ("state.zone", "x", "unknown key 'zone'", "one of bucket, prefix"),
    ("services.api.route.path", [], "unknown key 'path'", "'paths'"),
    # Values of the wrong kind.
    ("project_id", 5, "5", PROJECT_ID),
    ("protect", "perhaps", "'perhaps'", "true or false"),
    ("protect", [True], "a list, [True]", "true or false"),
    ("labels", "x", "'x'", NAMES_TO_VALUES),
    ("state", ["x"], "a list, ['x']", SECTION),
    ("network", None, "nothing", SECTION),
    ("regions", [], "a list, []", NAMES_TO_VALUES),
    ("regions", {}, "a mapping, {}", "at least one entry"),
    ("services.api", "x", "'x'", SECTION),
    ("services.api.max_instances", 1.5, "1.5", "an integer"),
    ("services.api.max_instances", {"a": 1}, "a mapping, {'a': 1}", "an integer"),
    ("services.api.image", True, "true", IMAGE),
    ("services.api.env.LOG_LEVEL", 5, "5", TEXT),
    ("services.api.route.paths", "/v1", "'/v1'", "a list"),
    ("services.api.roles.0", None, "nothing", ROLE),
    ("database.flags.log_lock_waits", True, "true", TEXT),
    ("storage.upload_origins.0", 80, "80", ORIGIN),
    ("storage.upload_origins.0", "https://example.com/", "'https://example.com/'", ORIGIN),
    ("storage.upload_origins.0", "example.com", "'example.com'", ORIGIN),
    ("domain.dns_zone", "example.com.", "'example.com.'", ZONE_NAME),
    ("services.api.image", "my image", "'my image'", IMAGE),
    ("load_balancer.access_log_sample_rate", "half", "'half'", "a number"),
    # Numbers out of their range.
    ("services.api.min_instances", -1, "-1", "0 or more"),
    ("services.api.timeout_seconds", 3601, "3601", "3600 or less"),
    ("network.flow_logs.sampling", 1.1, "1.1", "1.0 or less"),
    ("migration_job.timeout_seconds", 10**30, str(10**30), "86400 or less"),
    # Values that are none of those that there are.
    ("node_env", "test", "'test'", "'development' or 'production'"),
    ("services.api.cpu", 3, "3", "1, 2, 4 or 8"),
    ("secrets.session-key.source", "vault", "'vault'", "'generated', 'variable' or 'external'"),
    # Texts of a form.
    ("environment", "Full", "'Full'", LABEL),
    ("project_name", "g" * 41, repr("g" * 41), LABEL),
    ("labels.cost-center", "x", "the name 'cost-center'", POSTGRES),
    ("labels.cost", "A", "'A'", LABEL_VALUE),
    ("state.prefix", "/grid", "'/grid'", PREFIX),
    ("primary_region", "us_east1", "'us_east1'", REGION),
    ("regions.us-east", None, "the name 'us-east'", REGION),
    ("regions.us-east1.subnet_range", "10.2.0.1/20", "'10.2.0.1/20'", CIDR),
    ("regions.us-east1.subnet_range", 10, "10", CIDR),
    ("regions.us-east1.pods_range", "10.2.32.0/33", "'10.2.32.0/33'", CIDR),
    ("regions.us-east1.connector.range", "fd00::/28", "'fd00::/28'", CIDR),
    ("cloud_armor.allow_ranges.1", "203.0.113.1/24", "'203.0.113.1/24'", SOURCE),
    ("cloud_armor.allow_ranges.0", 203, "203", SOURCE),
    ("domain.name", "Grid", "'Grid'", DOMAIN),
    ("domain.name", f"{'a' * 64}.com", repr(f"{'a' * 64}.com"), DOMAIN),
    ("domain.name", "example.xn--", "'example.xn--'", DOMAIN),
    ("services.api.memory", "2GB", "'2GB'", MEMORY),
    ("services.api.memory", 512, "512", MEMORY),
    ("services.api.route.paths.0", "v1/", "'v1/'", ROUTE),
    ("services.api.env.log_level", "x", "the name 'log_level'", VARIABLE),
    ("services.api.roles.0", "editor", "'editor'", ROLE),
    ("ci.repository", "grid", "'grid'", REPOSITORY),
    ("ci.repository", "https://github.com/a/b", "'https://github.com/a/b'", REPOSITORY),
    ("ci.repository", "a'b/c", '"a\'b/c"', REPOSITORY),
    ("ci.branch", "it's", '"it\'s"', BRANCH),
    ("backups.schedule", "0 9 * *", "'0 9 * *'", CRON),
    ("backups.schedule", "60 9 * * *", "'60 9 * * *'", CRON),
    ("backups.schedule", "0 24 * * *", "'0 24 * * *'", CRON),
    ("backups.schedule", "0 9,24 * * *", "'0 9,24 * * *'", CRON),
    ("backups.schedule", "0 9 * * 1-5", "'0 9 * * 1-5'", CRON),
    ("backups.schedule", "0 9-6 * * *", "'0 9-6 * * *'", CRON),
    ("backups.schedule", "30-29 9 * * *", "'30-29 9 * * *'", CRON),
    ("backups.schedule", "*/60 9 * * *", "'*/60 9 * * *'", CRON),
    ("backups.schedule", "0 6-23/24 * * *", "'0 6-23/24 * * *'", CRON),
    ("backups.time_zone", "utc", "'utc'", ZONE),
    ("backups.time_zone", "Europe/Bern", "'Europe/Bern'", ZONE),
    ("backups.time_zone", "Factory", "'Factory'", ZONE),
    ("cost.budget.currency", "EURO", "'EURO'", CURRENCY),
    ("cost.budget.currency", "DEM", "'DEM'", CURRENCY),
    ("cost.budget.currency", "XXX", "'XXX'", CURRENCY),
    ("services.api.probes.path", "ready", "'ready'", PROBE),
    ("services.api.probes.path", "/a b", "'/a b'", PROBE),
    ("services.api.slo.availability_percent", 99.99, "99.99", GOAL),
    ("monitoring.alert_email", "oncall", "'oncall'", EMAIL),
    ("monitoring.pagerduty_channel", 1234567890, "1234567890", CHANNEL),
    ("monitoring.pagerduty_channel", "projects/p/notificationChannels/1", NAMED_CHANNEL, CHANNEL),
    ("monitoring.runbooks_url", "https://example.com/", "'https://example.com/'", URL),
    ("monitoring.alerts.error_percent", 0, "0", "a percentage above 0, at most 100"),
    ("monitoring.alerts.error_seconds", 90, "90", MINUTES),
    ("monitoring.alerts.latency_seconds", 84660, "84660", MINUTES),
]
