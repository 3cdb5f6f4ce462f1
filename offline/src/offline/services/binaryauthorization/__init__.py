"""Binary Authorization: the policy of a project, and attestors."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_binary_authorization_": "binaryauthorization"},
    not_modelled={"google_binary_authorization_": ("attestations: every image may run",)},
)
