"""What every section of an environment file shares."""

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints


class Section(BaseModel):
    """A part of an environment file: immutable, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Label = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=40)]
"""A name that becomes part of resource names: lower-case letters, digits and hyphens."""

Region = Annotated[str, StringConstraints(pattern=r"^[a-z]+-[a-z]+[0-9]+$")]
"""A Google Cloud region such as `us-central1`."""

Cidr = Annotated[IPv4Network, PlainSerializer(str, when_used="json"), Field(strict=False)]
"""An IPv4 range in CIDR notation whose host bits are zero."""

Hour = Annotated[int, Field(ge=0, le=23)]
"""An hour of the day in UTC."""

EnvironmentVariable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""The name of an environment variable of a container."""
