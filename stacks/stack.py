"""What the stacks have in common: context, providers and the state."""

from collections.abc import Iterable

from cdktf import GcsBackend
from cdktf_cdktf_provider_google.provider import GoogleProvider
from cdktf_cdktf_provider_random.provider import RandomProvider
from constructs import Construct
from constructs.apis import Apis
from constructs.base import Context
from constructs.dependencies import Dependencies
from constructs.encryption import Encryption

from bindings.stack import AddressedStack
from environments import Environment
from environments.naming import Names

TERRAFORM_VERSION = ">= 1.11"
"""The first Terraform with write-only arguments."""


class Stack(AddressedStack):
    """A stack that its constructs read their context from."""

    def __init__(self, scope: Construct, id_: str, environment: Environment) -> None:
        """Give the constructs their context; `configure` declares providers and state."""
        super().__init__(scope, id_)
        apis = Apis(self, "apis")
        names = Names.of(environment)
        encryption = Encryption(
            self,
            "encryption",
            environment.encryption,
            project_id=environment.project_id,
            key_name=names.kms("encryption"),
            apis=apis,
            prevent_destroy=environment.protect,
        )
        self.context = Context(environment, names, apis, encryption)

    def enable_apis(self, apis: Iterable[str]) -> Dependencies:
        """Enable APIs that no construct declares, named without `.googleapis.com`; return the
        resources that enable them, for `depends_on`.
        """
        return [self.context.apis.enable(api) for api in apis]

    def configure(self, *, prefix: str | None = None, random: bool = True) -> None:
        """Declare the providers, with labels for all that takes labels, and where the state is:
        in the environment's folder, unless `prefix` names another.
        """
        environment = self.context.environment
        labels = {
            "project": environment.project_name,
            "environment": environment.environment,
            "managed_by": "terraform",
        }
        GoogleProvider(
            self,
            "google",
            project=environment.project_id,
            region=environment.primary_region,
            default_labels=labels | environment.labels,
        )
        if random:
            RandomProvider(self, "random")
        state = environment.state
        GcsBackend(self, bucket=state.bucket, prefix=prefix or state.prefix)
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        for provider in ("google", "random") if random else ("google",):
            # Unqualified, as the bindings write it, OpenTofu would look in its own registry.
            self.add_override(
                f"terraform.required_providers.{provider}.source", f"hashicorp/{provider}"
            )
