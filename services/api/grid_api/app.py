"""Operations of the service: a user reads, changes, and erases what is theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request

from grid_api import conversations
from grid_api.users import Users
from grid_shared.cache import CacheConfig
from grid_shared.service.app import Resources, Service
from grid_shared.service.tokens import Caller

PROBE = "SELECT u.id, u.email, u.display_name, c.title FROM users u, conversations c LIMIT 0"
_PRIVATE = {"Cache-Control": "no-store"}
router = APIRouter(tags=["users"])


class User(BaseModel):
    """A user."""

    id: UUID
    email: str
    display_name: str
    created_at: datetime


class UserChange(BaseModel):
    """What users can change about themselves."""

    model_config = ConfigDict(extra="forbid")
    display_name: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class Conversation(BaseModel):
    """A conversation of a user."""

    id: UUID
    title: str
    created_at: datetime


class Page(BaseModel):
    """Conversations, the newest first."""

    items: list[Conversation]
    next: UUID | None = Field(description="`after` of the next page; null on the last one")


@asynccontextmanager
async def _open(resources: Resources) -> AsyncIterator[Users]:
    async with resources.cache(CacheConfig(namespace="users")) as cache:
        yield Users(resources.database, cache)


SERVICE = Service(
    title="Grid API", router=router, open=_open, requires=("DATABASE_URL",), probe=PROBE
)


async def _own(user_id: UUID, caller: Caller) -> UUID:
    if caller != str(user_id):
        raise HTTPException(403, "The token is of another user.")
    return user_id


async def _users(request: Request) -> Users:
    users: Users = request.state.own
    return users


Own = Annotated[UUID, Depends(_own)]
UsersParameter = Annotated[Users, Depends(_users)]


def _answer(row: dict[str, Any] | None) -> JSONResponse:
    if row is None:
        raise HTTPException(404, "There is no such user.")
    return JSONResponse(row, headers=_PRIVATE)


@router.get("/users/{user_id}", response_model=User)
async def read_user(user_id: Own, users: UsersParameter) -> Any:
    """Return the user that the token names."""
    return _answer(await users.get(user_id))


@router.patch("/users/{user_id}", response_model=User)
async def change_user(user_id: Own, change: UserChange, users: UsersParameter) -> Any:
    """Change the user, and the cached copies of every instance."""
    return _answer(await users.change(user_id, change.display_name))


@router.delete("/users/{user_id}", status_code=204)
async def erase_user(user_id: Own, users: UsersParameter) -> None:
    """Delete the user with all that is theirs."""
    await users.erase(user_id)


@router.get("/users/{user_id}/conversations", response_model=Page)
async def list_conversations(
    user_id: Own,
    users: UsersParameter,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: UUID | None = None,
) -> Any:
    """Return a page of the user's conversations, the newest first."""
    items, following = await conversations.page(users.pool, user_id, limit, after)
    return {"items": items, "next": following}
