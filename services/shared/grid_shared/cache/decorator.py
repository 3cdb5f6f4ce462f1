"""Functions whose results are cached."""

import functools
import inspect
import string
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

Parameters = ParamSpec("Parameters")
Value = TypeVar("Value")


class Template:
    """A key or a tag with the parameters of a function, such as `user:{user_id}`.

    The colon and the percent sign in a value are escaped, so that no two values make the same key.
    """

    def __init__(self, text: str, signature: inspect.Signature) -> None:
        """Check the names.

        Raises:
            ValueError: a name is no parameter of the function, or has a format.
        """
        self._text, self._signature = text, signature
        for _, name, format_, conversion in string.Formatter().parse(text):
            if name is not None and (name not in signature.parameters or format_ or conversion):
                raise ValueError(f"{text!r}: {{{name}}} is no parameter of the function")

    def fill(self, *args: Any, **kwargs: Any) -> str:
        """Return the text for the arguments of a call.

        Raises:
            TypeError: an argument is no text, integer or UUID.
        """
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        names = {name for _, name, _, _ in string.Formatter().parse(self._text) if name}
        return self._text.format(**{name: _text(bound.arguments[name]) for name in names})


def _text(value: object) -> str:
    if not isinstance(value, str | int | uuid.UUID):
        raise TypeError(f"a key is made of str, int and UUID, got {type(value).__name__}")
    return quote(str(value), safe=" /@+,;=!*'()")


class CachedFunction(Generic[Parameters, Value]):
    """A function with a cache in front of it."""

    def __init__(
        self,
        cache: "Reads",
        function: Callable[Parameters, Awaitable[Value]],
        key: str,
        *,
        ttl: float | None,
        tags: Sequence[str],
    ) -> None:
        functools.update_wrapper(self, function)
        signature = inspect.signature(function)
        self._cache, self._function, self._ttl = cache, function, ttl
        self._key = Template(key, signature)
        self._tags = [Template(tag, signature) for tag in tags]

    async def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Value:
        """Return the value for these arguments."""
        tags = [tag.fill(*args, **kwargs) for tag in self._tags]
        fetch = functools.partial(self._function, *args, **kwargs)
        value: Value = await self._cache.get(
            self.key(*args, **kwargs), fetch, ttl=self._ttl, tags=tags
        )
        return value

    def key(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> str:
        """Return the key for these arguments."""
        return self._key.fill(*args, **kwargs)

    async def invalidate(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> bool:
        """Forget the value for these arguments, as `Cache.invalidate`."""
        return await self._cache.invalidate(self.key(*args, **kwargs))


class Reads(Protocol):
    """What a cached function needs of a cache."""

    async def get(
        self, key: str, fetch: Callable[[], Awaitable[Any]], *, ttl: float | None, tags: list[str]
    ) -> Any:
        """Return a value."""

    async def invalidate(self, *keys: str) -> bool:
        """Forget keys."""
