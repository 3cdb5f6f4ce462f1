"""Cloud DNS: zones and records."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_dns_": "dns"},
    modules=("rules",),
    not_modelled={"google_dns_": ("delegation, DNSSEC, names in other zones",)},
)
