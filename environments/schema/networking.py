"""The network of an environment, its regions, and the load balancer in front of it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from environments.schema.base import Cidr, Expected, Label, Section, between
from facts import network

Domain = Annotated[
    str,
    StringConstraints(
        pattern=(
            r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+"
            r"([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$"
        ),
        max_length=253,
    ),
    Expected(
        "a domain in lower case, such as grid.example.com, with at most 63 characters between dots"
    ),
]
DnsZone = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=63),
    Expected("the name of a managed zone, such as example-com, which is not its domain"),
]


class ConnectorConfig(Section):
    """Size of a region's Serverless VPC Access connector; used when `network.egress` is
    `connector`. Source: provider doc `google_vpc_access_connector`.
    """

    range: Cidr
    """A /28 that nothing else uses."""
    machine_type: Literal["f1-micro", "e2-micro", "e2-standard-4"] = "e2-micro"
    """Machine type of the connector's instances."""
    min_instances: Annotated[int, between(network.connector_min_instances_range())] = 2
    """Instances that always run; billed all day."""
    max_instances: Annotated[int, between(network.connector_max_instances_range())] = 10
    """Most instances; more than `min_instances`. A smaller value later replaces the connector."""


class RegionConfig(Section):
    """One region of the environment: a subnet, a router, NAT, and the egress of Cloud Run."""

    subnet_range: Cidr
    """Primary range of the private subnet. Where `network.egress` is `direct`, it has two
    addresses for each instance that a service can have in the region."""
    services_range: Cidr
    """Secondary range `services` of the private subnet."""
    pods_range: Cidr
    """Secondary range `pods` of the private subnet."""
    connector: ConnectorConfig
    """The Serverless VPC Access connector of the region."""


class FlowLogsConfig(Section):
    """VPC flow logs of the private subnets."""

    aggregation_interval: Literal[
        "INTERVAL_5_SEC",
        "INTERVAL_30_SEC",
        "INTERVAL_1_MIN",
        "INTERVAL_5_MIN",
        "INTERVAL_10_MIN",
        "INTERVAL_15_MIN",
    ] = "INTERVAL_10_MIN"
    """How long packets are collected into one record."""
    sampling: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of the records that are kept, from 0 to 1."""


class NetworkConfig(Section):
    """The VPC network."""

    egress: Literal["connector", "direct"] = "connector"
    """How Cloud Run reaches the VPC: through a Serverless VPC Access connector (instances
    billed all day) or Direct VPC egress (no instances, addresses of the subnet)."""
    egress_traffic: Literal["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"] = "PRIVATE_RANGES_ONLY"
    """Which traffic of Cloud Run enters the VPC. `ALL_TRAFFIC` sends internet traffic through
    Cloud NAT."""
    private_services_range: Cidr
    """Range that Google's managed services take their addresses from, best a /16: Cloud SQL a /24
    in each region of the database and its replicas, Redis a /29 in each region. Pinned, since a
    range that Google picks may overlap a subnet created at the same time."""
    additional_private_services_ranges: tuple[Cidr, ...] = ()
    """More ranges for new instances of managed services, where the first one is used up; append to
    the list. A range in use cannot be changed or removed: it has the addresses of instances."""
    abandon_private_services_on_destroy: bool = False
    """Drop the peering from the state on destroy instead of deleting it. Google refuses the
    deletion for hours after the last Cloud SQL instance is gone; see docs/traps.md."""
    flow_logs: FlowLogsConfig = FlowLogsConfig()
    """VPC flow logs."""
    dns_logging: bool = True
    """Log the DNS queries of the VPC (CIS 2.12)."""


class DomainConfig(Section):
    """The host names of the load balancer, without the gateway's."""

    name: Domain
    """The environment's domain: static files are served here."""
    api_label: Label = "api"
    """Label of the API's host: `api` gives `api.<name>`."""
    alias_labels: tuple[Label, ...] = ()
    """More labels that serve static files, such as `www`."""
    dns_zone: DnsZone | None = None
    """Name of an existing Cloud DNS managed zone of the project that gets the A records. Without
    it the records are made elsewhere, from the output `lb_ip`."""

    @property
    def api_host(self) -> str:
        """Host name of the API."""
        return f"{self.api_label}.{self.name}"

    @property
    def static_hosts(self) -> tuple[str, ...]:
        """Host names that serve static files, the domain first."""
        return (self.name, *(f"{label}.{self.name}" for label in self.alias_labels))

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names without the gateway's, the domains of one certificate."""
        return (*self.static_hosts, self.api_host)


class OutlierDetectionConfig(Section):
    """When the load balancer stops sending requests to a region; used where a service runs in
    several regions. Source: Compute Engine API, BackendService.outlierDetection.
    """

    consecutive_errors: Annotated[int, Field(ge=1, le=1000)] = 5
    """5xx answers in a row that eject a region."""
    interval_seconds: Annotated[int, Field(ge=1, le=300)] = 1
    """Time between two looks at the error counts."""
    ejection_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    """How long a region stays out, times the number of its ejections."""
    max_ejection_percent: Annotated[int, Field(ge=1, le=100)] = 50
    """Share of a backend service's regions that may be out at once."""


class LoadBalancerConfig(Section):
    """The global external Application Load Balancer."""

    access_log_sample_rate: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of requests that are logged, from 0 to 1; Cloud Armor verdicts are in these logs."""
    tls_profile: Literal["MODERN", "RESTRICTED"] = "MODERN"
    """Cipher suites of the TLS policy; TLS 1.2 is the least version in both."""
    static_cache_seconds: Annotated[int, Field(ge=0, le=86400 * 30)] = 3600
    """How long Cloud CDN and browsers keep static files that name no time themselves."""
    outlier_detection: OutlierDetectionConfig = OutlierDetectionConfig()
    """When a failing region is left out."""
    grant_all_users: bool = True
    """Grant `allUsers` access to services with a route and to static files: the load balancer sends
    no identity. Where an organization policy restricts members of grants
    (`iam.allowedPolicyMemberDomains`), set false: services with a route then check no invoker, and
    the load balancer answers 403 for static files."""
