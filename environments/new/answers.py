"""The answers that an environment file is created from, with their defaults and limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.fields import FieldInfo

from environments.schema.base import Label, Region
from environments.schema.cost import BillingAccount
from environments.schema.environment import ProjectId
from environments.schema.monitoring import Email
from environments.schema.networking import Domain
from environments.schema.operations import Repository
from facts.cloud_run import gpu_regions
from facts.locations import regions

Size = Literal["small", "standard", "production"]
Part = Literal["gateway", "vector-search", "gpu", "cdn", "exports"]
PARTS: tuple[str, ...] = get_args(Part)


@dataclass(frozen=True, slots=True)
class Question:
    """How a person is asked for an answer."""

    text: str
    """The question, without a colon."""
    optional: bool = False
    """An empty answer leaves the part out of the file."""


class Answers(BaseModel):
    """What differs between two new environments. Everything else has the schema's default.

    Raises:
        ValidationError: an answer is invalid, or two of them do not fit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Annotated[Label, Question("Name of the environment")]
    size: Annotated[Size, Question("Size: small, standard or production")] = "small"
    project_id: Annotated[ProjectId, Question("Google Cloud project ID")]
    region: Annotated[Region, Question("Region")] = "us-central1"
    second_region: Annotated[
        Region | None, Question("Second region (empty: none)", optional=True)
    ] = None
    domain: Annotated[Domain, Question("Domain of the environment")]
    alert_email: Annotated[Email, Question("E-mail address for alerts")]
    billing_account: Annotated[
        BillingAccount | None,
        Question("Billing account for a budget (empty: no budget)", optional=True),
    ] = None
    repository: Annotated[
        Repository | None,
        Question("GitHub repository of the pipeline, owner/name (empty: none)", optional=True),
    ] = None
    repository_id: Annotated[
        Annotated[int, Field(ge=1)] | None,
        Question("ID of the repository, from: gh api repos/OWNER/NAME --jq .id", optional=True),
    ] = None
    parts: Annotated[
        tuple[Part, ...],
        Question(f"Optional parts, of {' '.join(PARTS)} (empty: none)", optional=True),
    ] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        given: dict[str, Any] = {}
        for name in type(self).model_fields:
            check(name, getattr(self, name), given)
            given[name] = getattr(self, name)
        return self


def _annotated(field: FieldInfo) -> Any:
    """Return the type of one answer, with its limits."""
    return Annotated.__class_getitem__((field.annotation, *field.metadata))  # type: ignore[attr-defined]


_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(_annotated(field)) for name, field in Answers.model_fields.items()
}


def question(name: str) -> Question:
    """Return the question for an answer."""
    [found] = [item for item in Answers.model_fields[name].metadata if isinstance(item, Question)]
    return found


def check(name: str, value: Any, given: Mapping[str, Any]) -> None:
    """Check an answer against those before it.

    Raises:
        ValueError: they do not fit; the message says why.
    """
    if name in ("region", "second_region") and value and value not in regions():
        prefix = value.partition("-")[0]
        near = sorted(known for known in regions() if known.startswith(prefix)) or ["us-central1"]
        raise ValueError(f"expected a Google Cloud region, such as {', '.join(near)}")
    if name == "second_region" and value == given["region"]:
        raise ValueError("expected a region other than the first")
    if name == "repository_id" and (value is None) != (given["repository"] is None):
        raise ValueError("expected repository and repository_id, or neither")
    if name == "parts" and "gpu" in value and given["region"] not in gpu_regions():
        near = sorted(gpu_regions())
        raise ValueError(f"expected a region with an nvidia-l4 GPU for gpu: {', '.join(near)}")


def parse(name: str, text: str) -> Any:
    """Convert the text of one answer; empty text is None where the answer is optional.

    Raises:
        ValueError: the text is not valid for this answer; the message says what is.
    """
    value: Any = text.strip()
    if name == "parts":
        value = tuple(value.replace(",", " ").split())
    elif not value and question(name).optional:
        return None
    try:
        converted = _ADAPTERS[name].validate_python(value)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Input should be ")
        # Pydantic adds what it tried: "a valid integer, unable to parse string as an integer".
        message = message.partition(", unable to parse")[0]
        raise ValueError(f"expected {message}") from None
    return converted
