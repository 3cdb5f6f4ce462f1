"""Apigee: the revisions of proxies, and which of them are deployed."""

from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request

API = "apigee.organizations.apis.get"
IN_ENVIRONMENT = "apigee.organizations.environments.apis"


class Apigee:
    """Proxies of one organization, in one environment."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.revisions: dict[str, list[str]] = {}
        """Uploaded revisions by the name of the proxy."""
        self.deployments: dict[str, dict[str, dict[str, Any]]] = {}
        """By the name of the proxy in the environment, then by revision."""
        self.broken: set[str] = set()
        """Revisions that are deployed well, and do not answer."""
        cloud.answers(API, self._api)
        cloud.answers(f"{IN_ENVIRONMENT}.deployments.list", self._list)
        cloud.answers(f"{IN_ENVIRONMENT}.revisions.getDeployments", self._get)
        cloud.answers(f"{IN_ENVIRONMENT}.revisions.deploy", self._deploy)
        cloud.answers(f"{IN_ENVIRONMENT}.revisions.undeploy", self._undeploy)

    def serving(self, proxy: str) -> list[str]:
        """Return the revisions that are ready."""
        found = self.deployments.get(proxy, {})
        return sorted(name for name, one in found.items() if one["state"] == "READY")

    def page(self, _: str) -> tuple[int, bytes]:
        """Return the health page: the routers know one revision, and it is not broken."""
        ready = {one for proxy in self.deployments for one in self.serving(proxy)}
        return (200, b"{}") if ready and not ready & self.broken else (503, b"no healthy revision")

    def _api(self, request: Request) -> dict[str, Any]:
        name = request.path["name"]
        if name not in self.revisions:
            raise RefusalError(404, f"there is no {name}", "notFound")
        found = self.revisions[name]
        return {"name": name.rpartition("/")[2], "revision": found, "latestRevisionId": found[-1]}

    def _list(self, request: Request) -> dict[str, Any]:
        found = self.deployments.get(request.path["parent"], {})
        shown = [{k: v for k, v in one.items() if k != "state"} for one in found.values()]
        return {"deployments": shown} if shown else {}

    def _get(self, request: Request) -> dict[str, Any]:
        proxy, revision = self._split(request)
        found = self.deployments.get(proxy, {}).get(revision)
        if found is None:
            raise RefusalError(404, f"revision {revision} is not deployed", "notFound")
        return dict(found)

    def _deploy(self, request: Request) -> dict[str, Any]:
        proxy, revision = self._split(request)
        organization, _, name = proxy.rpartition("/apis/")
        uploaded = self.revisions[f"{organization.partition('/environments/')[0]}/apis/{name}"]
        if revision not in uploaded:
            raise RefusalError(404, f"there is no revision {revision}", "notFound")
        deployed = self.deployments.setdefault(proxy, {})
        if set(deployed) - {revision} and not request.query.get("override"):
            raise RefusalError(400, "another revision is deployed", "failedPrecondition")
        one: dict[str, Any] = {
            "apiProxy": name,
            "revision": revision,
            "environment": organization.rpartition("/")[2],
            "deployStartTime": str(int(self._cloud.now.timestamp() * 1000)),
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

        self._cloud.later(end)
        return dict(one)

    def _undeploy(self, request: Request) -> dict[str, Any]:
        proxy, revision = self._split(request)
        if self.deployments.get(proxy, {}).pop(revision, None) is None:
            raise RefusalError(400, f"revision {revision} is not deployed", "failedPrecondition")
        return {}

    @staticmethod
    def _split(request: Request) -> tuple[str, str]:
        proxy, _, revision = request.path["name"].rpartition("/revisions/")
        return proxy, revision
