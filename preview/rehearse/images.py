"""Images of releases, pushed to a registry with the requests of `docker push`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import requests

_TIMEOUT_SECONDS = 30
_MEDIA = "application/vnd.oci.image"


def push(url: str, repository: str, image: str, tag: str, labels: Mapping[str, str]) -> str:
    """Push an image without layers and return its reference by digest.

    `url` is the address of the registry, `repository` is LOCATION-docker.pkg.dev/PROJECT/NAME.
    `labels` say what a container of the image does (offline/README.md).

    Raises:
        requests.RequestException: The registry does not take it.
    """
    place = f"{url}/v2/{repository.partition('/')[2]}/{image}"
    config = json.dumps({"config": {"Labels": {**labels, "version": tag}}}).encode()
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    begun = requests.post(f"{place}/blobs/uploads/", timeout=_TIMEOUT_SECONDS)
    begun.raise_for_status()
    upload = f"{url}{begun.headers['Location']}?digest={digest}"
    requests.put(upload, data=config, timeout=_TIMEOUT_SECONDS).raise_for_status()
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{_MEDIA}.manifest.v1+json",
        "config": {
            "mediaType": f"{_MEDIA}.config.v1+json",
            "digest": digest,
            "size": len(config),
        },
        "layers": [],
    }
    put = requests.put(f"{place}/manifests/{tag}", json=manifest, timeout=_TIMEOUT_SECONDS)
    put.raise_for_status()
    return f"{repository}/{image}@{put.headers['Docker-Content-Digest']}"
