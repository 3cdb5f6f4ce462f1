"""Secret Manager: secrets and versions."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_secret_manager_": "secretmanager"},
    modules=("rules", "behavior"),
    not_modelled={
        "google_secret_manager_": (
            "payloads of write-only values are not kept",
            "whether a rotation topic may be published to",
            "state DESTROYED and delayed destruction",
        )
    },
    children={
        "google_secret_manager_secret": (
            ("google_secret_manager_secret_version", "secret"),
            ("google_secret_manager_secret_iam_member", "secret_id"),
        ),
    },
)
