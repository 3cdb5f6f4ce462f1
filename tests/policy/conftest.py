"""Every policy runs over every environment."""

import pytest

from environments import Environment, load
from tests.template import Template, platforms

NAMES = sorted(load())


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Name of an environment."""
    value: str = request.param
    return value


@pytest.fixture
def template(name: str) -> Template:
    """Its synthesized stack."""
    return platforms()[name]


@pytest.fixture
def environment(name: str) -> Environment:
    """Its configuration."""
    return load()[name]
