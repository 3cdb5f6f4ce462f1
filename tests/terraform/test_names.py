"""Names of an environment file as Terraform identifiers, with Terraform as the judge."""

import json
from typing import Any

from facts.names import terraform_reserved_variables
from tests.template import platform, variant
from tests.terraform.workspace import Workspace

WORDS = {
    *terraform_reserved_variables(),
    *("module", "var", "data", "resource", "output", "terraform", "self", "each", "path", "local"),
    *("true", "false", "null", "if", "else", "for", "in", "any", "string", "type", "default"),
    *("description", "sensitive", "ephemeral", "nullable", "validation", "connection", "moved"),
}
"""Words with a meaning in Terraform; a variable can have the name of some of them."""
SECRETS = (
    "count",
    "depends-on",
    "for-each",
    "lifecycle",
    "locals",
    "provider",
    "source",
    "version",
)


def _summaries(workspace: Workspace) -> list[str]:
    """Return the errors of `terraform validate`."""
    report: dict[str, Any] = json.loads(workspace.run("validate", "-json", expect=(0, 1)).stdout)
    return [f"{one['summary']}: {one['detail']}" for one in report["diagnostics"]]


def test_terraform_rejects_exactly_the_reserved_variables(workspace: Workspace) -> None:
    variables = {word: {"type": "string"} for word in sorted(WORDS)}
    file = workspace.folder / "variables.tf.json"
    file.write_text(json.dumps({"variable": variables}), encoding="utf-8")
    assert sorted(_summaries(workspace)) == [
        f'Invalid variable name: The variable name "{word}" is reserved due to its special meaning '
        "inside module blocks."
        for word in sorted(terraform_reserved_variables())
    ]


def test_terraform_accepts_services_and_secrets_with_reserved_names(workspace: Workspace) -> None:
    service = {"secrets": {"VALUE": "source"}}
    changes: dict[str, Any] = {f"services.{name}": service for name in SECRETS}
    changes |= {f"secrets.{name}": {"source": "external"} for name in SECRETS[::2]}
    changes |= {f"secrets.{name}": {"source": "generated"} for name in SECRETS[1::2]}
    changes |= {
        "secrets.source-key": {"source": "variable"},
        "secrets.source": {"source": "external"},
    }
    workspace.write(platform(variant("dev", changes)))
    workspace.run("init")
    assert _summaries(workspace) == []


def test_terraform_accepts_host_names_that_begin_with_a_digit(workspace: Workspace) -> None:
    changes = {"domain": {"name": "3m.example.com", "dns_zone": "example-com"}}
    template = platform(variant("dev", changes))
    assert sorted(template.of("google_dns_record_set")) == [
        "_3m_example_com",
        "api_3m_example_com",
    ]
    workspace.write(template)
    workspace.run("init")
    assert _summaries(workspace) == []
