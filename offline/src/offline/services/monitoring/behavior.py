"""Cloud Monitoring: what the API adds to a dashboard."""

import base64
import json
from typing import Any

from offline.provider_facts.ids import digest
from offline.provider_facts.json_text import compact
from offline.services.behavior import Value, on_read


@on_read("google_monitoring_dashboard")
def dashboard(value: Value) -> dict[str, Any]:
    """Return the whole dashboard, with its name and etag, as Read keeps it. Source:
    google/services/monitoring/resource_monitoring_dashboard.go.
    """
    content = json.loads(str(value["dashboard_json"]))
    own = {key: item for key, item in content.items() if key not in {"name", "etag"}}
    etag = base64.b64encode(digest(compact(own))[:8].encode()).decode()
    return {"dashboard_json": compact({**content, "name": value["id"], "etag": etag})}
