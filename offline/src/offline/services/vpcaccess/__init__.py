"""Serverless VPC Access: connectors."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_vpc_access_": "vpcaccess"},
    modules=("quotas", "rules"),
    not_modelled={
        "google_vpc_access_": ("throughput", "whether a range is free outside this world")
    },
)
