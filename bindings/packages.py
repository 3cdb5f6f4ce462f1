"""Names of the packages that `bindings` loads: those of CDKTF, or of its fork CDK Terrain."""

CDK = "cdktf"
"""The setting: `cdktf`, or `cdktn` for CDK Terrain. After a change, run `make lock`.

The sources import CDKTF's names with both values: `bindings.aliases` lets a name that is not
installed stand for the fork's package. Decision 1 lists the versions.
"""

CORE = CDK
SOURCE_PREFIX = "cdktf_cdktf_provider_"
PREFIX = {"cdktf": SOURCE_PREFIX, "cdktn": "cdktn_provider_"}[CDK]
_PROVIDERS = ("google", "random")

PROVIDERS = tuple(PREFIX + name for name in _PROVIDERS)
"""The providers, by the names of their installed packages."""

ALIASES: dict[str, str] = {}
"""The installed package that each other name of the sources stands for; none with CDKTF itself."""
if CDK != "cdktf":
    ALIASES |= {"cdktf": CORE} | {SOURCE_PREFIX + name: PREFIX + name for name in _PROVIDERS}
