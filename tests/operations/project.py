"""A project, as its administrators see it: APIs, quotas, policies, certificates, secrets."""

from typing import Any

from facts import iam
from offline.serve.errors import ApiError
from offline.serve.google import Google
from offline.serve.request import Request

_QUOTA = "serviceusage.services.consumerQuotaMetrics.list"


class Project:
    """Everything is well until a test says otherwise."""

    def __init__(self, cloud: Google) -> None:
        self.state = "ACTIVE"
        self.denied: set[str] = set()
        """Permissions that are not granted."""
        self.off: set[str] = set()
        """APIs that are not on."""
        self.absent_agents: set[str] = set()
        """APIs whose service agents have no role."""
        self.quotas: dict[str, int] = {}
        """Limits in every region, by metric of Cloud Run; -1 without one here."""
        self.compute: dict[str, tuple[float, float]] = {}
        """Limit and usage by Compute Engine's metric."""
        self.policies: dict[str, list[dict[str, Any]]] = {}
        """Rules of the effective policy, by constraint."""
        self.certificate: dict[str, Any] = {"status": "ACTIVE"}
        self.empty: set[str] = set()
        """Secrets without an enabled version."""
        self.versioned = True
        self.billing: dict[str, str] = {
            "roles/billing.costsManager": "grid-prod-ci-apply",
            "roles/billing.viewer": "grid-prod-ci-plan",
        }
        """Names of accounts by their role on the billing account; empty: nobody may look."""
        cloud.answers("cloudbilling.billingAccounts.getIamPolicy", self._billing)
        cloud.answers("cloudresourcemanager.projects.get", self._project)
        cloud.answers("cloudresourcemanager.projects.getIamPolicy", self._iam_policy)
        cloud.answers("cloudresourcemanager.projects.testIamPermissions", self._permissions)
        cloud.answers("serviceusage.services.batchGet", self._services)
        cloud.answers(_QUOTA, self._quotas)
        cloud.answers("orgpolicy.projects.policies.getEffectivePolicy", self._policy)
        cloud.answers("compute.projects.get", self._compute)
        cloud.answers("compute.sslCertificates.get", self._certificate)
        cloud.answers("secretmanager.projects.secrets.versions.list", self._versions)
        cloud.answers("storage.buckets.get", self._bucket)

    def _project(self, _: Request) -> dict[str, Any]:
        if self.state == "gone":
            raise ApiError(403, "The caller does not have permission", "forbidden")
        return {"name": "projects/123", "state": self.state}

    def _billing(self, _: Request) -> dict[str, Any]:
        if not self.billing:
            raise ApiError(403, "The caller does not have permission", "forbidden")
        domain = "grid-prod-example.iam.gserviceaccount.com"
        return {
            "version": 1,
            "etag": "BwY=",
            "bindings": [
                {"role": role, "members": [f"serviceAccount:{name}@{domain}"]}
                for role, name in self.billing.items()
            ],
        }

    def _iam_policy(self, _: Request) -> dict[str, Any]:
        present = [
            agent for api, agent in iam.service_agents().items() if api not in self.absent_agents
        ]
        return {
            "version": 1,
            "etag": "BwY=",
            "bindings": [
                {"role": role, "members": [f"serviceAccount:{account.format(number=123)}"]}
                for account, role in present
            ],
        }

    def _permissions(self, request: Request) -> dict[str, Any]:
        return {"permissions": [p for p in request.body["permissions"] if p not in self.denied]}

    def _services(self, request: Request) -> dict[str, Any]:
        names = request.query["names"]
        if len(names) > 30:
            raise ApiError(400, "more than 30 services", "invalid")
        shorts = [name.rpartition("/")[2] for name in names]
        return {
            "services": [
                {
                    "name": f"projects/123/services/{one}",
                    "state": "DISABLED" if one in self.off else "ENABLED",
                }
                for one in shorts
            ]
        }

    def _quotas(self, request: Request) -> dict[str, Any]:
        """Two pages, as it is with Cloud Run; a limit per minute goes before each total."""
        metrics = (
            "cpu_allocation",
            "mem_allocation",
            "nvidia_l4_gpu_allocation",
            "nvidia_l4_gpu_allocation_no_zonal_redundancy",
        )
        second = request.query.get("pageToken") == "second"
        shown = [self._quota(one) for one in (metrics[2:] if second else metrics[:2])]
        return {"metrics": shown} if second else {"metrics": shown, "nextPageToken": "second"}

    def _quota(self, metric: str) -> dict[str, Any]:
        limit = str(self.quotas.get(metric, -1))
        buckets = [
            {"effectiveLimit": "0", "defaultLimit": "0"},
            *(
                {"effectiveLimit": limit, "dimensions": {"region": region}}
                for region in ("us-central1", "us-east1")
            ),
        ]
        return {
            "metric": f"run.googleapis.com/{metric}",
            "consumerQuotaLimits": [
                {"unit": "1/min/{project}/{region}", "quotaBuckets": [{"effectiveLimit": "1"}]},
                {"unit": "1/{project}/{region}", "quotaBuckets": buckets},
            ],
        }

    def _policy(self, request: Request) -> dict[str, Any]:
        name = request.parameters["name"]
        rules = self.policies.get(name.rpartition("/")[2])
        return {"name": name, "spec": {"rules": rules}} if rules else {"name": name}

    def _compute(self, request: Request) -> dict[str, Any]:
        return {
            "name": request.parameters["project"],
            "quotas": [
                {"metric": metric, "limit": limit, "usage": usage}
                for metric, (limit, usage) in self.compute.items()
            ],
        }

    def _certificate(self, request: Request) -> dict[str, Any]:
        if not self.certificate:
            raise ApiError(404, "there is no such certificate", "notFound")
        return {"name": request.parameters["sslCertificate"], "managed": self.certificate}

    def _versions(self, request: Request) -> dict[str, Any]:
        parent = request.parameters["parent"]
        if request.query.get("filter") != "state:ENABLED":
            raise ApiError(400, "the local Google knows one filter", "invalid")
        if parent.rpartition("/")[2] in self.empty:
            return {}
        return {"versions": [{"name": f"{parent}/versions/1", "state": "ENABLED"}]}

    def _bucket(self, request: Request) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": "storage#bucket", "name": request.parameters["bucket"]}
        return found | ({"versioning": {"enabled": True}} if self.versioned else {})
