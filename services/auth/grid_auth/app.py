"""Operations of the service: issue, refresh, and revoke tokens, and publish their keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import Request

from grid_auth.sessions import Sessions
from grid_auth.signing import LIFETIME, SigningKeys
from grid_shared.service.app import Resources, Service
from grid_shared.service.database import Pool
from grid_shared.service.keys import RemoteKeys
from grid_shared.service.tokens import Tokens

GOOGLE_ISSUER = "https://accounts.google.com"
GOOGLE_KEYS = "https://www.googleapis.com/oauth2/v3/certs"
"""Source: Google, "OpenID Connect", discovery document."""
PROBE = "SELECT id, email, deleted_at FROM users LIMIT 0"
_BY_EMAIL = "SELECT id FROM users WHERE lower(email) = lower(%s) AND deleted_at IS NULL"
_BY_ID = "SELECT id FROM users WHERE id = %s AND deleted_at IS NULL"
_PRIVATE = {"Cache-Control": "no-store"}
router = APIRouter(tags=["tokens"])


@dataclass(frozen=True, slots=True)
class Auth:
    """What the operations use."""

    keys: SigningKeys
    sessions: Sessions
    identities: Tokens
    """Verifier of the ID tokens of the OpenID provider."""
    pool: Pool

    async def find_user(self, query: Literal["email", "id"], value: str) -> str | None:
        """Return the ID of an active user."""
        statement = _BY_EMAIL if query == "email" else _BY_ID
        async with self.pool.connection() as connection:
            row = await (await connection.execute(statement, [value])).fetchone()
        return str(row["id"]) if row else None


class SignIn(BaseModel):
    """ID token of the OpenID provider. Its verified email address identifies the user."""

    id_token: Annotated[str, Field(max_length=8192)]


class Refresh(BaseModel):
    """A refresh token."""

    refresh_token: Annotated[str, Field(max_length=200)]


class Issued(BaseModel):
    """Tokens of a user, as OAuth 2.0 names them (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - no secret
    expires_in: int = LIFETIME
    refresh_token: str


@asynccontextmanager
async def _open(resources: Resources) -> AsyncIterator[Auth]:
    variables = resources.settings.variables
    identities = Tokens(
        RemoteKeys(variables.get("OIDC_JWKS_URL") or GOOGLE_KEYS),
        issuer=variables.get("OIDC_ISSUER") or GOOGLE_ISSUER,
        audience=variables["OIDC_CLIENT_ID"],
        algorithms=["RS256", "ES256"],
    )
    keys = SigningKeys(resources.settings.secrets, variables)
    assert resources.redis  # noqa: S101 - REDIS_URL is required
    yield Auth(keys, Sessions(resources.redis), identities, resources.database)


SERVICE = Service(
    title="Grid Auth",
    router=router,
    open=_open,
    requires=("DATABASE_URL", "JWT_SECRET", "OIDC_CLIENT_ID", "REDIS_URL"),
    check=lambda settings: SigningKeys(None, settings.variables),
    probe=PROBE,
)


async def _auth(request: Request) -> Auth:
    auth: Auth = request.state.own
    return auth


AuthParameter = Annotated[Auth, Depends(_auth)]


async def _issue(auth: Auth, user: str, refresh_token: str) -> JSONResponse:
    issued = Issued(access_token=await auth.keys.sign(user), refresh_token=refresh_token)
    return JSONResponse(issued.model_dump(), headers=_PRIVATE)


@router.post("/token", response_model=Issued)
async def sign_in(body: SignIn, auth: AuthParameter) -> Any:
    """Issue the tokens of the user that an ID token names."""
    claims = await auth.identities.claims(body.id_token) or {}
    email = claims.get("email") if claims.get("email_verified") is True else None
    user = await auth.find_user("email", email) if isinstance(email, str) else None
    if not user:
        raise HTTPException(401, "A valid ID token of a user is required.")
    return await _issue(auth, user, await auth.sessions.begin(user))


@router.post("/refresh", response_model=Issued)
async def refresh(body: Refresh, auth: AuthParameter) -> Any:
    """Issue the next tokens of a session. Each refresh token can be used once."""
    found = await auth.sessions.refresh(body.refresh_token)
    if found and await auth.find_user("id", found[0]):
        return await _issue(auth, *found)
    if found:
        await auth.sessions.end(found[1])
    raise HTTPException(401, "A valid refresh token is required.")


@router.post("/revoke", status_code=204)
async def revoke(body: Refresh, auth: AuthParameter) -> None:
    """End the session of a refresh token."""
    await auth.sessions.end(body.refresh_token)


@router.get("/.well-known/jwks.json", response_model=dict[str, list[dict[str, str]]])
async def publish_keys(auth: AuthParameter) -> Any:
    """Return the public keys of tokens (RFC 7517), also those of a rotation."""
    content = {"keys": [key.public for key in await auth.keys.published()]}
    return JSONResponse(content, headers={"Cache-Control": "public, max-age=60"})
