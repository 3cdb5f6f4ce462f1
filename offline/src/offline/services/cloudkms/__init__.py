"""Cloud Key Management Service: key rings and keys."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_kms_": "cloudkms"},
    modules=("rules",),
    not_modelled={
        "google_kms_": (
            "keys and rings live on in Google after destroy",
            "rotation does not happen",
        )
    },
)
