"""The program of the smoke jobs; it runs in their container, with Python's own library only.

Arguments: the address of a service, for which the token is made, and the address to ask. It ends
with 0 after an answer 200. An instance has to start for the first answer, so it is asked again.
"""

import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

TRIES, PAUSE_SECONDS, TIMEOUT_SECONDS = 5, 5, 60


def token(audience: str) -> str:
    """An identity token of the job's account, from the metadata server."""
    host = os.environ.get("GCE_METADATA_HOST", "metadata.google.internal")
    query = urllib.parse.urlencode({"audience": audience})
    url = f"http://{host}/computeMetadata/v1/instance/service-accounts/default/identity?{query}"
    request = urllib.request.Request(url, headers={"Metadata-Flavor": "Google"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        return str(answer.read().decode())


def status(address: str, audience: str) -> int:
    """The status of one answer; 0 without an answer."""
    headers = {"Authorization": f"Bearer {token(audience)}"}
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        print(f"{address}: {error}", flush=True)
        return 0


def main(audience: str, address: str) -> int:
    """Ask until the answer is 200; the exit code."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        found = status(address, audience)
        print(f"{address} answered {found or 'nothing'}", flush=True)
        if found == 200:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
