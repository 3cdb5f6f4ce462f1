"""Base class of constructs, and the context that the constructs of one stack share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cdktf import TerraformStack
from constructs import Construct
from constructs.apis import Apis
from constructs.dependencies import Dependencies
from constructs.encryption import Encryption, Key

from environments import Environment
from environments.naming import Names


@dataclass(frozen=True, slots=True)
class Context:
    """The shared context of the constructs of one stack, which has it as attribute `context`."""

    environment: Environment
    """The environment file."""
    names: Names
    """Names of its resources."""
    apis: Apis
    """The Google APIs that the stack enables."""
    encryption: Encryption
    """The keys that encrypt what the stack stores."""


class GridConstruct(Construct):
    """A construct that knows its environment and declares the Google APIs that it needs."""

    APIS: ClassVar[tuple[str, ...]] = ()
    """Google APIs to enable, without `.googleapis.com`: those that Terraform calls to create the
    resources, and those that are called at run time only."""

    def __init__(self, scope: Construct, id_: str, *, apis: Iterable[str] = ()) -> None:
        """Enable `APIS`, and the further `apis` that this configuration needs.

        Raises:
            LookupError: The stack of `scope` has no context.
        """
        super().__init__(scope, id_)
        self.context = context_of(scope)
        self.environment = self.context.environment
        self.names = self.context.names
        self.protect = self.environment.protect
        self.primary_region = self.environment.primary_region
        self._apis = {api: self.context.apis.enable(api) for api in (*self.APIS, *apis)}

    def apis(self, *names: str) -> Dependencies:
        """Return the resources that enable these APIs, for `depends_on`.

        Raises:
            LookupError: The construct does not declare one of them.
        """
        undeclared = [name for name in names if name not in self._apis]
        if undeclared:
            class_name = type(self).__name__
            raise LookupError(
                f"{class_name} depends on Google APIs that it does not declare: "
                f"{', '.join(undeclared)}. Add them to {class_name}.APIS"
            )
        return [self._apis[name] for name in names]

    def key(self, api: str, location: str) -> Key:
        """Return the key with which the service of an API encrypts in a location."""
        return self.context.encryption.key(api, location)


def context_of(scope: Construct) -> Context:
    """Return the context of the stack that a scope belongs to.

    Raises:
        LookupError: The stack has none.
    """
    context = getattr(scope, "context", None)
    if not context:
        # Neither a stack nor a GridConstruct: only Node knows the stack, which takes a round trip.
        context = getattr(TerraformStack.of(scope), "context", None)
    if not isinstance(context, Context):
        raise LookupError(
            "a GridConstruct needs a stack with a context: create it in a stacks.stack.Stack"
        )
    return context
