"""Types and limits of the fields of an environment file, in words."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from environments.schema.base import Expected, Section


def parts(annotation: Any) -> Iterator[Any]:
    """Yield a type and every type that it is made of."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from parts(part)


def is_section(annotation: Any) -> bool:
    """Report whether a type is a section."""
    return isinstance(annotation, type) and issubclass(annotation, Section)


def is_mapping(annotation: Any) -> bool:
    """Report whether a type is a mapping, or one of several."""
    return any(get_origin(part) is dict for part in parts(annotation))


def type_name(annotation: Any) -> str:
    """Return the name of a type in words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        kinds = dict.fromkeys(type_name(part) for part in arguments if part is not type(None))
        return " or ".join(kinds)
    if origin is dict:
        return f"{type_name(arguments[1])} by name"
    if origin is tuple:
        return f"list of {type_name(arguments[0])}"
    if origin is Literal:
        return type_name(type(arguments[0]))
    if hasattr(annotation, "__metadata__"):
        return type_name(arguments[0])
    if is_section(annotation):
        return "section"
    return {"bool": "boolean", "int": "integer", "float": "number"}.get(
        annotation.__name__, "string"
    )


def limits(field: FieldInfo) -> Iterator[str]:
    """Yield the limits in words; the words of a type replace its pattern."""
    if choices := literals(field.annotation):
        yield "one of " + ", ".join(f"`{choice}`" for choice in choices)
    metadata = [*field.metadata]
    for part in parts(field.annotation):
        if not is_section(part):
            metadata += getattr(part, "__metadata__", ())
    flat = [
        item
        for entry in metadata
        for item in (entry.metadata if isinstance(entry, FieldInfo) else (entry,))
    ]
    words = [item.words for item in flat if isinstance(item, Expected)]
    if words:
        yield from dict.fromkeys(words)
        return
    yield from filter(None, map(_limit, flat))


def _limit(item: object) -> str:
    match item:
        case Ge(ge=bound):
            return f"at least {bound}"
        case Gt(gt=bound):
            return f"above {bound}"
        case Le(le=bound):
            return f"at most {bound}"
        case Lt(lt=bound):
            return f"below {bound}"
        case MinLen(min_length=bound):
            return f"at least {bound} entries"
        case MaxLen(max_length=bound):
            return f"at most {bound} entries"
        case MultipleOf(multiple_of=bound):
            return f"a multiple of {bound}"
        case StringConstraints(pattern=None, max_length=longest):
            return f"at most {longest} characters"
        case StringConstraints(pattern=pattern):
            return f"pattern `{pattern}`"
    return ""


def literals(annotation: Any) -> tuple[Any, ...]:
    """Return the choices of a type, none where it has no fixed list."""
    return tuple(
        choice
        for part in parts(annotation)
        if get_origin(part) is Literal
        for choice in get_args(part)
    )
