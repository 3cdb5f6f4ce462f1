"""Rules of the keys that encrypt."""

from tests.environments.samples import Row

_KEY = "projects/keys-example/locations/{}/keyRings/grid/cryptoKeys/grid"
_EAST, _WEST = _KEY.format("us-east1"), _KEY.format("us-west1")

ROWS: dict[str, Row] = {
    "key in another location than it is for": (
        "prod",
        {"encryption": {"kms_keys": {"us-east1": _EAST}}},
        {"encryption": {"kms_keys": {"us-east1": _WEST}}},
        [("encryption.kms_keys.us-east1", _WEST, "a key in the location us-east1")],
    ),
    "key for a location without anything": (
        "prod",
        {"encryption": {"kms_keys": {"global": _KEY.format("global")}}},
        {"encryption": {"kms_keys": {"us-west1": _WEST}}},
        [
            (
                "encryption.kms_keys.us-west1",
                "us-west1",
                "a location where the platform stores something: "
                "europe, global, us-central1, us-east1",
            )
        ],
    ),
}
