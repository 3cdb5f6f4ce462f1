"""Apigee: organizations, environments, instances, and shared flows."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_apigee_": "apigee"},
    modules=("peering", "rules", "revisions", "behavior"),
    not_modelled={
        "google_apigee_": (
            "bundles are not opened: another path or other content is another revision",
            "deployments of proxies, and what they keep from being deleted",
            "soft delete of an organization (7 days), and the end of an evaluation after 60",
            "whether Apigee's service agent exists",
            "entitlements of PAYG beyond shared flows in a Base environment",
        )
    },
)
