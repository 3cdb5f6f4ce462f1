"""Search in the vector index of the platform.

Source: Vertex AI REST, `projects.locations.indexEndpoints.findNeighbors`, at the public domain of
the endpoint.
"""

from collections.abc import Mapping, Sequence

import httpx2

from grid_ai.google import post


class Vectors:
    """The deployed index."""

    def __init__(self, client: httpx2.AsyncClient, variables: Mapping[str, str]) -> None:
        """Read the variables of `vector_search`. Without a deployment nothing can be searched."""
        self._client = client
        self._index = variables.get("VECTOR_DEPLOYED_INDEX_ID", "")
        domain = variables.get("VECTOR_PUBLIC_ENDPOINT_DOMAIN", "")
        base = domain if "://" in domain else f"https://{domain}"
        endpoint = variables.get("VECTOR_INDEX_ENDPOINT_ID", "")
        if not endpoint.startswith("projects/"):
            place = f"projects/{variables['VERTEX_AI_PROJECT']}/locations"
            endpoint = f"{place}/{variables['VERTEX_AI_LOCATION']}/indexEndpoints/{endpoint}"
        self._url = f"{base}/v1/{endpoint}:findNeighbors"
        self.is_deployed = bool(self._index and domain)

    async def search(self, vector: Sequence[float], count: int) -> list[tuple[str, float]]:
        """Return the IDs and distances of the nearest data points, the nearest first.

        Raises:
            UnavailableError: the endpoint does not answer.
        """
        query = {"datapoint": {"featureVector": list(vector)}, "neighborCount": count}
        body = {"deployedIndexId": self._index, "queries": [query]}
        answer = await post(self._client, self._url, body)
        [nearest] = answer.get("nearestNeighbors") or [{}]
        return [
            (str(each["datapoint"]["datapointId"]), float(each.get("distance", 0)))
            for each in nearest.get("neighbors", [])
        ]
