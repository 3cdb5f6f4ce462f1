"""Deploys a revision of the Apigee proxy in place of the one that serves.

Apigee API v1, organizations.environments.apis.revisions.deploy: with `override` the revision takes
the place of another one of that proxy, without a gap; with `sequencedRollout` routes follow when
what they lead to is ready.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from requests import RequestException

from contract.outputs import Gateway
from operations.core.errors import FailedError, StillRunningError, UsageError
from operations.core.session import WriteContext
from operations.release.gateway_log import GatewayLog

PATH = "/gateway/health"
"""Answered by the proxy itself, without a key (constructs/gateway)."""
READY_SECONDS, SMOKE_SECONDS = 900, 120


def deploy(session: WriteContext, gateway: Gateway, new_revision: str, url: str) -> str | None:
    """Deploy a revision and test it; return the one that served before, if any.

    Raises:
        UsageError: there is no such revision.
        FailedError: it does not become ready, or fails its test; the one before serves again. Or
            the state bucket does not answer.
    """
    proxy = _Proxy(session, gateway)
    if new_revision not in proxy.revisions():
        raise UsageError(
            f"the proxy {gateway.proxy} has no revision {new_revision}; it has "
            f"{', '.join(proxy.revisions()) or 'none'}",
            advice=f"grid apply {session.environment} uploads the newest",
        )
    log = GatewayLog(session, gateway, new_revision, proxy.deployed)
    session.steps.resumes, before = log.resumes, log.before

    def revert() -> None:
        if before is None:
            proxy.remove(new_revision)
        else:
            proxy.put(before)
            proxy.wait(before)

    session.steps.step(
        f"deploy revision {new_revision}",
        check=lambda: proxy.serving(new_revision),
        apply=lambda: proxy.override(new_revision),
        revert=revert,
    )
    with session.report.step("wait until it is ready"):
        proxy.wait(new_revision)
    with session.report.step(f"test {url}"):
        _smoke(session, url)
    return before


@dataclass(frozen=True)
class _Proxy:
    """A proxy in one environment of Apigee."""

    session: WriteContext
    gateway: Gateway

    @property
    def _api(self) -> Any:
        return self.session.google.apigee.organizations().environments().apis()

    def _name(self, revision: str = "") -> str:
        place = f"organizations/{self.gateway.organization}/environments/{self.gateway.environment}"
        end = f"/revisions/{revision}" if revision else ""
        return f"{place}/apis/{self.gateway.proxy}{end}"

    def revisions(self) -> list[str]:
        """Return the uploaded revisions."""
        name = f"organizations/{self.gateway.organization}/apis/{self.gateway.proxy}"
        request = self.session.google.apigee.organizations().apis().get(name=name)
        proxy = self.session.client.find(request) or {}
        return list(proxy.get("revision", []))

    def deployed(self) -> list[str]:
        """Return the revisions that are deployed: two while one takes the place of the other."""
        answer = self.session.client.send(self._api.deployments().list(parent=self._name()))
        deployments = answer.get("deployments", [])
        deployments.sort(key=lambda deployment: int(deployment.get("deployStartTime", 0)))
        return [deployment["revision"] for deployment in deployments]

    def serving(self, revision: str) -> list[str] | None:
        """Return what is deployed, if the last that was begun is this revision."""
        deployed = self.deployed()
        return deployed if deployed and deployed[-1] == revision else None

    def override(self, revision: str) -> None:
        """Begin to deploy a revision in place of another."""
        self.session.client.send(
            self._api.revisions().deploy(
                name=self._name(revision), override=True, sequencedRollout=True
            )
        )

    def put(self, revision: str) -> None:
        """Begin to deploy a revision unless it is."""
        self.session.client.ensure(
            f"revision {revision}",
            lambda: self.serving(revision),
            lambda: self.override(revision),
        )

    def remove(self, revision: str) -> None:
        """Undeploy a revision, if it is deployed."""
        name = self._name(revision)
        self.session.client.ensure(
            f"no revision {revision}",
            lambda: True if revision not in self.deployed() else None,
            lambda: self.session.client.send(self._api.revisions().undeploy(name=name)),
        )

    def wait(self, revision: str) -> None:
        """Wait until a revision is ready, and no other one is deployed."""

        def ready() -> bool | None:
            status = self.session.client.send(
                self._api.revisions().getDeployments(name=self._name(revision))
            )
            if status.get("state") == "ERROR":
                errors = "; ".join(error.get("message", "") for error in status.get("errors", []))
                raise FailedError(
                    f"revision {revision} cannot be deployed: {errors}",
                    advice="correct the proxy, apply, and deploy again: docs/runbooks/gateway.md",
                )
            done = status.get("state") == "READY" and self.deployed() == [revision]
            return True if done else None

        what = f"the deployment of revision {revision}"
        self.session.poller.until(what, ready, seconds=READY_SECONDS)


def _smoke(session: WriteContext, url: str) -> None:
    """Ask until it answers 200: the gateway's routers learn of a deployment a little later."""
    response = ""

    def healthy() -> bool | None:
        nonlocal response
        try:
            answer = session.google.fetch(url)
        except RequestException as error:
            response = str(error)
            return None
        response = f"{answer.status_code} {answer.text[:200]}"
        return True if answer.status_code == 200 else None

    try:
        session.poller.until(f"the test of {url}", healthy, seconds=SMOKE_SECONDS)
    except StillRunningError as error:
        raise FailedError(
            f"{url} did not answer 200 in {SMOKE_SECONDS} s: {response}",
            advice="find the cause with docs/runbooks/gateway.md, and deploy again",
        ) from error
