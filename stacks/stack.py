"""What the stacks have in common: addresses, providers and the state."""

from collections.abc import Iterable

from cdktf import GcsBackend, TerraformElement, TerraformResource, TerraformStack
from cdktf_cdktf_provider_google.provider import GoogleProvider
from cdktf_cdktf_provider_random.provider import RandomProvider
from constructs import Construct, Node
from constructs.apis import Apis
from constructs.base import Context
from constructs.dependencies import Dependencies

from environments import Environment
from environments.naming import Names

TERRAFORM_VERSION = ">= 1.11"
"""The first Terraform with write-only arguments."""


class Stack(TerraformStack):
    """A stack whose Terraform addresses can be read: the address of a resource is its type and its
    construct id, without the hash that CDKTF would append.
    """

    def __init__(self, scope: Construct, id_: str, environment: Environment) -> None:
        """Give the constructs their context; `configure` declares providers and state."""
        super().__init__(scope, id_)
        self._addresses: set[tuple[type[object], str]] = set()
        self.context = Context(environment, Names.of(environment), Apis(self, "apis"))

    def enable_apis(self, apis: Iterable[str]) -> Dependencies:
        """Enable APIs that no construct declares, named without `.googleapis.com`; return the
        resources that enable them, for `depends_on`.
        """
        return [self.context.apis.enable(api) for api in apis]

    def logical_id(self, kind: type[object], id_: str) -> str:
        """Return the name in the Terraform address of an element of this type and construct id.

        Raises:
            ValueError: two elements of one type have the same id; Terraform would see one of them.
        """
        if (kind, id_) in self._addresses:
            raise ValueError(f"two elements of type {kind.__name__} have the id {id_!r}")
        self._addresses.add((kind, id_))
        return id_

    def prepare_stack(self) -> None:
        """CDKTF would resolve the whole stack once more, to find references from one stack to
        another and add outputs for them. There are none: each environment is a stack of its own.
        """

    def _allocate_logical_id(self, tf_element: Node | TerraformElement) -> str:
        """Name an element for CDKTF that was not named when it was created (`bindings.kernel`
        does so); an error of `logical_id` reaches the caller of CDKTF as RuntimeError. An asset
        comes as a node, every time its folder is named; a hash of its content tells two apart.
        """
        if isinstance(tf_element, Node):
            return tf_element.id
        if isinstance(tf_element, TerraformResource):
            path = tf_element.to_string()  # one question to Node; the id would be two
            return self.logical_id(type(tf_element), path.rpartition("/")[2])
        return self.logical_id(type(tf_element), tf_element.node.id)

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
