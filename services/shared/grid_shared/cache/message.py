"""Messages between processes about invalidated keys."""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

BATCH = 500
"""Keys of one message: Redis is occupied for less than a millisecond."""


@dataclass(frozen=True, slots=True)
class Message:
    """Keys, prefixes, and tags that one process invalidated."""

    sender: str
    keys: tuple[str, ...] = ()
    prefix: str | None = None
    """All keys that begin with this, too."""
    tags: tuple[str, ...] = ()
    """All keys whose values have one of these, too."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    """A region applies a message once, however often it arrives."""

    @classmethod
    def of(
        cls, sender: str, keys: Iterable[str], prefix: str | None = None, tags: Iterable[str] = ()
    ) -> Iterator[Self]:
        """Yield the messages about any number of keys."""
        keys = tuple(keys)
        for start in range(0, len(keys), BATCH):
            yield cls(sender, keys[start : start + BATCH])
        tags = tuple(tags)
        for start in range(0, len(tags), BATCH):
            yield cls(sender, tags=tags[start : start + BATCH])
        if prefix is not None:
            yield cls(sender, prefix=prefix)

    @property
    def subject(self) -> tuple[object, ...]:
        """Names that were invalidated."""
        return self.keys, self.prefix, self.tags

    def __len__(self) -> int:
        """Return how many keys, tags and prefixes it names; 1 at least."""
        return max(1, len(self.keys) + len(self.tags))

    def dump(self) -> str:
        """Return the text that is published."""
        content = {
            "from": self.sender,
            "keys": self.keys,
            "prefix": self.prefix,
            "tags": self.tags,
            "id": self.id,
        }
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Parse and validate a published message.

        Raises:
            ValueError: the data is not such a message.
        """
        try:
            content: Any = json.loads(data)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(content, dict):
            raise ValueError(f"expected an object, actual: {type(content).__name__}")
        sender, prefix = content.get("from"), content.get("prefix")
        keys: Any = content.get("keys")
        tags: Any = content.get("tags", [])  # earlier releases have none
        for name, texts in (("keys", keys), ("tags", tags)):
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise ValueError(f"{name}: expected a list of strings")
        if not isinstance(prefix, str | None):
            raise ValueError(f"prefix: expected a string, actual: {type(prefix).__name__}")
        return cls(str(sender), tuple(keys), prefix, tuple(tags), str(content.get("id")))
