"""Identity and Access Management: service accounts and custom roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facts import permissions
from offline import tokens
from offline.serve import resources
from offline.serve.computed import project_of
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: FBT001
    """Fill in the client id of a service account."""
    if created and path.split("/")[-2] == "serviceAccounts":
        resource["oauth2ClientId"] = resource.get("uniqueId", str(google.store.serial()))


@answers("iam.projects.serviceAccounts.create")
def _create(google: Google, request: Request) -> Resource:
    name = f"{request.body['accountId']}@{project_of(request.path)}.iam.gserviceaccount.com"
    return resources.create(google, request, name)


@answers("iam.projects.serviceAccounts.keys.create")
def _key(google: Google, request: Request) -> Resource:
    path = f"{request.path}/{google.store.serial():040x}"
    key = {"name": path, "keyAlgorithm": "KEY_ALG_RSA_2048", "keyType": "USER_MANAGED"}
    google.store.resources["iam", path] = key
    return {**key, "privateKeyData": "e30="}


@answers("iam.projects.serviceAccounts.keys.get")
def _public_key(google: Google, request: Request) -> Resource:
    """Return a key, with its public part if the request names a format."""
    key = resources.find(google, request)
    if request.query.get("publicKeyType", "TYPE_NONE") == "TYPE_NONE":
        return key
    return {**key, "publicKeyData": tokens.public_key()}


@answers("iam.permissions.queryTestablePermissions")
def _testable(_: Google, __: Request) -> Resource:
    """Return every permission that a method of an API needs, whatever the resource."""
    needed = {
        one for method in permissions.methods() for one in permissions.of_method(method) or ()
    }
    return {"permissions": [{"name": name, "stage": "GA"} for name in sorted(needed)]}
