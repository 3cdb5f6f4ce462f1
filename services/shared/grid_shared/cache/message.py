"""What processes tell each other about invalidated keys."""

import json
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Message:
    """Keys that one process invalidated."""

    sender: str
    keys: list[str]
    prefix: str | None = None
    """All keys that begin with this, too."""

    def dump(self) -> str:
        """Return the text that is published."""
        return json.dumps({"from": self.sender, "keys": self.keys, "prefix": self.prefix})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what anybody may have published.

        Raises:
            ValueError: it is no such message.
        """
        content: Any = json.loads(data)
        if not isinstance(content, dict):
            raise ValueError(f"wanted an object, got {type(content).__name__}")
        sender, keys, prefix = (content.get(name) for name in ("from", "keys", "prefix"))
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise ValueError("keys: wanted a list of texts")
        if not isinstance(prefix, str | None):
            raise ValueError(f"prefix: wanted a text, got {type(prefix).__name__}")
        return cls(str(sender), keys, prefix)
