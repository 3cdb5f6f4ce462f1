"""What the tests of releases share: images, and what serves."""

from operations.release.traffic import CANDIDATE
from tests.operations.platform import PROJECT, REGIONS, LocalGoogle, service_name


def image(digit: str, name: str = "api") -> str:
    """Return an image whose digest is one digit, repeated."""
    return f"us-central1-docker.pkg.dev/{PROJECT}/services/{name}@sha256:{digit * 64}"


def push(cloud: LocalGoogle, *images: str) -> None:
    """Put images into the registry."""
    for one in images:
        cloud.registry.add(one)


def served(cloud: LocalGoogle, service: str = "api") -> dict[str, dict[str, int]]:
    """Image and percent of what gets traffic, by region."""
    found: dict[str, dict[str, int]] = {}
    for region in REGIONS:
        name = service_name(service, region)
        shares = found[region] = {}
        for one in cloud.run.services[name]["trafficStatuses"]:
            if percent := one.get("percent"):
                revision = cloud.run.revisions[f"{name}/revisions/{one['revision'].split('/')[-1]}"]
                reference = revision["containers"][0]["image"]
                shares[reference] = shares.get(reference, 0) + percent
    return found


def everywhere(reference: str) -> dict[str, dict[str, int]]:
    """All traffic of every region to this image."""
    return {region: {reference: 100} for region in REGIONS}


def template_images(cloud: LocalGoogle, service: str = "api") -> set[str]:
    """Return the images that the next change by Terraform would run."""
    found = (cloud.run.services[service_name(service, region)] for region in REGIONS)
    return {one["template"]["containers"][0]["image"] for one in found}


def candidate_tags(cloud: LocalGoogle) -> list[str]:
    """Return the tags of candidates that are left anywhere."""
    return [
        one["tag"]
        for service in cloud.run.services.values()
        for one in service["trafficStatuses"]
        if one.get("tag", "").startswith(CANDIDATE)
    ]
