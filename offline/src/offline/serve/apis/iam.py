"""Identity and Access Management: service accounts and custom roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from facts import permissions, roles
from offline import tokens
from offline.provider_facts.ids import digest
from offline.serve import changes, resources
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


@answers("iam.projects.serviceAccounts.get")
def _get(google: Google, request: Request) -> Resource:
    """Return a service account; a default one exists in every project.

    Source: page "Default service accounts",
    https://cloud.google.com/iam/docs/service-account-types#default.
    """
    email = request.path.rpartition("/")[2]
    account = re.fullmatch(
        r"(\d+)-compute@developer\.gserviceaccount\.com|([a-z0-9.:-]+)@appspot\.gserviceaccount\.com",
        email,
    )
    if account is None:
        return resources.find(google, request)
    path = google.canonical(f"projects/{account[1] or account[2]}/serviceAccounts/{email}")
    held = google.store.resources.get(("iam", path))
    if held is None:
        title = "Compute Engine" if account[1] else "App Engine"
        held = {"displayName": f"{title} default service account", "email": email}
        held |= {"projectId": project_of(path)}
        google.store.resources["iam", path] = held
        changes.fill(google, request.method, path, held, created=True)
    return held


@answers("iam.roles.get")
def _role(google: Google, request: Request) -> Resource:
    """Return a predefined role, with the permissions that are known."""
    if request.path not in roles.predefined() | roles.basic():
        return resources.find(google, request)
    return {
        "name": request.path,
        "title": request.path.rpartition("/")[2],
        "stage": "GA",
        "includedPermissions": sorted(permissions.of_role(request.path))
        if request.path in permissions.roles()
        else [],
    }


@answers("iam.projects.serviceAccounts.keys.create")
def _key(google: Google, request: Request) -> Resource:
    key_id = digest(f"{request.path}/{google.store.serial()}")[:40]
    path = f"{request.path}/{key_id}"
    key = {"name": path, "keyAlgorithm": "KEY_ALG_RSA_2048", "keyType": "USER_MANAGED"}
    key |= {"validAfterTime": google.stamp, "validBeforeTime": "9999-12-31T23:59:59Z"}
    google.store.resources["iam", path] = key
    project, email = project_of(path), request.path.split("/")[-2]
    return {**key, "privateKeyData": tokens.credentials(project, email, key_id)}


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
