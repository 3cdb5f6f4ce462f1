"""hashicorp/random 3.7.2: values drawn once and kept in the state; nothing of it lives in the
cloud.

They are really random, as the provider's are: a replaced `random_id` gives a new name. The
ephemeral password exists in Terraform's memory alone. Source: the provider's documentation.
"""

from __future__ import annotations

from offline.engine.base import Engine
from offline.protocol.contract import Finding, ProviderError, Settings, Value
from offline.protocol.values import UNKNOWN, conform
from offline.random_provider.random_values import CLASSES, DEFAULTS, GENERATORS, IMPORTERS, password
from offline.schema.blocks import Attribute, Block, Schemas

_IN_STATE_ONLY = ("id", "keepers", "number")  # a password that is never kept has none of them

_NUMERIC = ("number", "numeric")


class Random(Engine):
    """The provider, for the types in `schemas`."""

    def __init__(self, schemas: Schemas) -> None:
        password = schemas.resources.get("random_password")
        ephemerals = {"random_password": _ephemeral(password)} if password else {}
        super().__init__(Schemas(schemas.provider, schemas.resources, ephemerals=ephemerals))

    def validate(self, type_: str, config: Value) -> list[Finding]:
        """Check a configuration; a string must be long enough for the characters that it must
        hold.
        """
        return super().validate(type_, config) + list(_too_short(config))

    def refine(
        self, _type: str, _prior: Value | None, planned: Value, config: Value, _settings: Settings
    ) -> None:
        """Plan `number` and `numeric` alike: they are two names of one argument.

        Source: internal/planmodifiers/bool/boolplanmodifiers.go of the provider.
        """
        given = [config[name] for name in _NUMERIC if config.get(name) is not None]
        if given:
            planned |= dict.fromkeys(_NUMERIC, given[0])

    def create(self, type_: str, planned: Value, _config: Value, _settings: Settings) -> Value:
        """Draw the values."""
        drawn = GENERATORS[type_](planned)
        state = {
            name: drawn.get(name) if value is UNKNOWN else value for name, value in planned.items()
        }
        return conform(self.schemas.resources[type_], state)

    def update(
        self, type_: str, _prior: Value, planned: Value, _config: Value, _settings: Settings
    ) -> Value:
        """Keep the values: every argument that matters replaces."""
        return conform(self.schemas.resources[type_], planned)

    def delete(self, _type: str, _prior: Value, _settings: Settings) -> None:
        """Forget the values: they were in the state only."""

    def read(self, _type: str, state: Value, _settings: Settings) -> Value | None:
        """Return the state: it is the only place where the values are."""
        return state

    def import_(self, type_: str, id_: str, _settings: Settings) -> Value:
        """Take the values from the import id.

        Raises:
            ProviderError: the id has another form, or the type cannot be imported.
        """
        if type_ not in IMPORTERS:
            raise ProviderError(f"{type_} does not support import")
        try:
            result = IMPORTERS[type_](id_)
        except ValueError as error:
            raise ProviderError(
                f"Import Random Error: {type_} from {len(id_)} characters", str(error)
            ) from error
        return conform(self.schemas.resources[type_], result)

    def data(self, type_: str, _config: Value, _settings: Settings) -> Value:
        """Reject: the provider has no data source.

        Raises:
            ProviderError: always.
        """
        raise ProviderError(f"hashicorp/random has no data source {type_}")

    def open(self, type_: str, config: Value, _settings: Settings) -> Value:
        """Draw a password for one run."""
        block = self.schemas.ephemerals[type_]
        asked = {
            name: DEFAULTS.get(name) if config.get(name) is None else config[name]
            for name in block.attributes
        }
        if problems := list(_too_short(asked)):
            raise ProviderError(problems[0].summary, problems[0].detail)
        return {**asked, **password(asked)}


def _ephemeral(password: Block) -> Block:
    """Return the ephemeral password's block: the resource's, without what only a state needs."""
    attributes: dict[str, Attribute] = {}
    for name, attribute in password.attributes.items():
        if name not in _IN_STATE_ONLY:
            secret = name in {"result", "bcrypt_hash"}
            attributes[name] = attribute._replace(
                sensitive=secret, computed=attribute.computed or not attribute.required
            )
    attributes["override_special"] = attributes["override_special"]._replace(computed=False)
    return Block(attributes)


def _too_short(config: Value) -> list[Finding]:
    needed = [config.get(least) or 0 for _, least, _ in CLASSES]
    length = config.get("length")
    if length is None or length is UNKNOWN or UNKNOWN in needed or length >= sum(needed):
        return []
    return [
        Finding(
            "Invalid Attribute Value",
            "Attribute length value must be at least sum of "
            "min_upper + min_lower + min_numeric + min_special "
            f"({sum(needed)}), got: {length}",
            ("length",),
        )
    ]
