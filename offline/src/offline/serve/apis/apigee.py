"""Apigee: organizations, and the revisions of proxies and shared flows that are deployed.

Importing a bundle makes a revision; deploying one takes a while (page "Deploying API proxies",
https://cloud.google.com/apigee/docs/api-platform/deploy/ui-deploy-overview).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.provider_facts.ids import digest
from offline.serve import resources
from offline.serve.computed import project_of
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_ENVIRONMENTS = "apigee.organizations.environments"


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in short names, who may connect to an instance, and where it is."""
    words = path.split("/")
    if words[-2] != "endpointAttachments":
        resource["name"] = words[-1]
    if len(words) == 4 and words[2] == "instances":
        resource.setdefault("consumerAcceptList", [words[1]])
        place, tenant = resource.get("location", ""), _tenant(google, words[1])
        scope, name = f"projects/{tenant}/regions/{place}", tenant.partition("-")[0]
        attachment = f"{scope}/serviceAttachments/apigee-{place}-{name}"
        resource.setdefault("serviceAttachment", attachment)


def _tenant(google: Google, organization: str) -> str:
    """Return the project in which Apigee runs an organization."""
    held = google.store.resources.get(("apigee", f"organizations/{organization}"), {})
    return str(held.get("apigeeProjectId") or f"t{digest(organization)[:10]}-tp")


@answers("apigee.organizations.create")
def _create(google: Google, request: Request) -> Resource:
    return resources.create(google, request, project_of(request.query["parent"]))


@answers("apigee.organizations.apis.create", "apigee.organizations.sharedflows.create")
def _import(google: Google, request: Request) -> Resource:
    name = request.query.get("name") or request.body.get("name", "")
    path = f"{request.path}/{name}"
    stamp = str(int(google.now.timestamp() * 1000))
    held = google.store.resources.setdefault(
        ("apigee", path),
        {"name": name, "revision": [], "metaData": {"createdAt": stamp, "subType": "Proxy"}},
    )
    number = str(len(held["revision"]) + 1)
    held["revision"].append(number)
    held["latestRevisionId"] = number
    held["metaData"]["lastModifiedAt"] = stamp
    revision = {"name": name, "revision": number, "createdAt": stamp}
    google.store.resources["apigee", f"{path}/revisions/{number}"] = revision
    return revision


@answers(
    f"{_ENVIRONMENTS}.flowhooks.attachSharedFlowToFlowHook",
)
def _attach(google: Google, request: Request) -> Resource:
    hook = {**request.body, "flowHookPoint": request.path.rpartition("/")[2]}
    google.store.resources["apigee", request.path] = hook
    return hook


@answers(f"{_ENVIRONMENTS}.flowhooks.get")
def _hook(google: Google, request: Request) -> Resource:
    held = google.store.resources.get(("apigee", request.path))
    return held or {"flowHookPoint": request.path.rpartition("/")[2], "continueOnError": True}


@answers(f"{_ENVIRONMENTS}.flowhooks.detachSharedFlowFromFlowHook")
def _detach(google: Google, request: Request) -> Resource:
    return google.store.resources.pop(("apigee", request.path), {})


class Apigee:
    """Which revisions are deployed, and whether they answer."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self.deployments: dict[str, dict[str, Resource]] = {}
        """By the name of the proxy or shared flow in the environment, then by revision."""
        self.broken: set[str] = set()
        """Revisions that are deployed well, and do not answer."""
        google.pages["gateway"] = self.page
        for kind in ("apis", "sharedflows"):
            google.answers(f"{_ENVIRONMENTS}.{kind}.deployments.list", self._list)
            google.answers(f"{_ENVIRONMENTS}.{kind}.revisions.getDeployments", self._get)
            google.answers(f"{_ENVIRONMENTS}.{kind}.revisions.deploy", self._deploy)
            google.answers(f"{_ENVIRONMENTS}.{kind}.revisions.undeploy", self._undeploy)

    def serving(self, proxy: str) -> list[str]:
        """Return the revisions that are ready."""
        found = self.deployments.get(proxy, {})
        return sorted(name for name, one in found.items() if one["state"] == "READY")

    def page(self, _: str) -> tuple[int, bytes]:
        """Return the health page: the routers know one revision, and it is not broken."""
        ready = {one for proxy in self.deployments for one in self.serving(proxy)}
        return (200, b"{}") if ready and not ready & self.broken else (503, b"no healthy revision")

    def _list(self, request: Request) -> Resource:
        found = self.deployments.get(request.path.removesuffix("/deployments"), {})
        shown = [{k: v for k, v in one.items() if k != "state"} for one in found.values()]
        return {"deployments": shown} if shown else {}

    def _get(self, request: Request) -> Resource:
        proxy, revision = self._split(request)
        found = self.deployments.get(proxy, {}).get(revision)
        if found is None:
            raise ApiError(404, f"revision {revision} is not deployed", "notFound")
        return dict(found)

    def _deploy(self, request: Request) -> Resource:
        proxy, revision = self._split(request)
        environment, kind, name = proxy.rsplit("/", 2)
        organization = environment.partition("/environments/")[0]
        imported = self._google.find("apigee", f"{organization}/{kind}/{name}")
        if revision not in imported["revision"]:
            raise ApiError(404, f"there is no revision {revision}", "notFound")
        deployed = self.deployments.setdefault(proxy, {})
        if set(deployed) - {revision} and not request.query.get("override"):
            raise ApiError(400, "another revision is deployed", "failedPrecondition")
        one: Resource = {
            "apiProxy": name,
            "revision": revision,
            "environment": environment.rpartition("/")[2],
            "deployStartTime": str(int(self._google.now.timestamp() * 1000)),
            "state": "PROGRESSING",
        }
        deployed[revision] = one

        def end() -> None:
            if deployed.get(revision) is not one:
                return
            if request.fails:
                one.update(state="ERROR", errors=[{"code": 13, "message": "internal error"}])
                return
            one["state"] = "READY"
            for other in set(deployed) - {revision}:
                del deployed[other]

        self._google.operations.later(end)
        return dict(one)

    def _undeploy(self, request: Request) -> Resource:
        proxy, revision = self._split(request)
        if self.deployments.get(proxy, {}).pop(revision, None) is None:
            raise ApiError(400, f"revision {revision} is not deployed", "failedPrecondition")
        return {}

    @staticmethod
    def _split(request: Request) -> tuple[str, str]:
        path = request.path.removesuffix("/deployments")
        proxy, _, revision = path.rpartition("/revisions/")
        return proxy, revision


attach = Apigee
