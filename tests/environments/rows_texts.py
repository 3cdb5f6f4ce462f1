"""The rule of texts: the last text that stays as it is, and the first that is evaluated."""

from tests.environments.samples import Row


def _row(path: str, legal: str, illegal: str, syntax: str, reader: str = "Terraform") -> Row:
    expected = f"a string without {syntax}, which {reader} evaluates: write the value"
    return "dev", {path: legal}, {path: illegal}, [(path, repr(illegal), expected)]


ROWS: dict[str, Row] = {
    "interpolation": _row("services.api.probes.path", "/$x{y}", "/${x}", "${"),
    "directive": _row("services.api.probes.path", "/%x{y}", "/%{x}", "%{"),
    "interpolation that is escaped already": _row(
        "services.api.probes.path", "/$$", "/$${x}", "${"
    ),
    "reference of CDKTF where templates are literal": _row(
        "services.api.env.LOG_LEVEL", "${TfToken} %{x}", "${TfToken[TOKEN.1]}", "TfToken[", "CDKTF"
    ),
}
