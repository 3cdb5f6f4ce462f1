"""Create an environment file from a few answers: `make new ENV=<name>`."""

from environments.new.answers import Answers, Part, Size
from environments.new.create import create

__all__ = ["Answers", "Part", "Size", "create"]
