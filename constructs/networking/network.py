"""The VPC network, its regions, and the private connection to Google's managed services."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.compute_global_address import ComputeGlobalAddress
from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from cdktf_cdktf_provider_google.compute_router import ComputeRouter
from cdktf_cdktf_provider_google.compute_router_nat import (
    ComputeRouterNat,
    ComputeRouterNatLogConfig as NatLogConfig,
)
from cdktf_cdktf_provider_google.compute_subnetwork import (
    ComputeSubnetwork,
    ComputeSubnetworkLogConfig as SubnetLogConfig,
    ComputeSubnetworkSecondaryIpRange as SecondaryRange,
)
from cdktf_cdktf_provider_google.dns_policy import DnsPolicy, DnsPolicyNetworks
from cdktf_cdktf_provider_google.service_networking_connection import ServiceNetworkingConnection
from cdktf_cdktf_provider_google.vpc_access_connector import VpcAccessConnector
from constructs import Construct
from constructs.base import GridConstruct
from constructs.dependencies import Dependencies
from constructs.lifecycle import fixed

from environments.naming import identifier
from environments.schema import NetworkConfig, RegionConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """The way from Cloud Run in one region to the VPC."""

    traffic: str
    """`PRIVATE_RANGES_ONLY` or `ALL_TRAFFIC`."""
    connector: str | None = None
    """Id of the Serverless VPC Access connector, or None for Direct VPC egress."""
    network: str | None = None
    """Name of the network, for Direct VPC egress."""
    subnetwork: str | None = None
    """Name of the subnet, for Direct VPC egress."""


class Network(GridConstruct):
    """One VPC for all regions, with the range of Google's managed services peered to it."""

    APIS = ("compute", "servicenetworking")

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: NetworkConfig,
    ) -> None:
        connector = ("vpcaccess",) if config.egress == "connector" else ()
        dns = ("dns",) if config.dns_logging else ()
        super().__init__(scope, id_, apis=(*connector, *dns))
        depends_on = self.apis(*self.APIS, *connector)
        self._config = config
        self._vpc = ComputeNetwork(
            self,
            "main",
            name=self.names.compute("vpc"),
            auto_create_subnetworks=False,
            routing_mode="REGIONAL",
            depends_on=depends_on,
        )
        self._id, self._name = self._vpc.id, self._vpc.name
        if config.dns_logging:
            DnsPolicy(
                self,
                "logging",
                name=self.names.compute("dns-logging"),
                description="Logs the queries of the VPC",
                enable_logging=True,
                # Cloud DNS returns the link: with the ID, the next refresh would find drift.
                networks=[DnsPolicyNetworks(network_url=self._vpc.self_link)],
                depends_on=self.apis(*dns),
            )
        self._subnetworks: dict[str, str] = {}
        self._egress = {
            name: self._region(name, region, depends_on)
            for name, region in self.environment.regions.items()
        }

        self._private_range = self._private_services_range(
            "private_ip", config.private_services_range, "network.private_services_range"
        )
        additional = [
            self._private_services_range(
                f"private_ip_{number}", range_, "network.additional_private_services_ranges"
            )
            for number, range_ in enumerate(config.additional_private_services_ranges, start=2)
        ]
        self._private_services = ServiceNetworkingConnection(
            self,
            "private_vpc",
            network=self._id,
            service="servicenetworking.googleapis.com",
            reserved_peering_ranges=[self._private_range, *additional],
            deletion_policy="ABANDON" if config.abandon_private_services_on_destroy else None,
            depends_on=depends_on,
        )

    @property
    def id(self) -> str:
        """`projects/<project>/global/networks/<name>`."""
        return self._id

    @property
    def private_range(self) -> str:
        """Name of the range that managed services take their addresses from."""
        return self._private_range

    @property
    def private_services(self) -> ITerraformDependable:
        """The peering that Cloud SQL and Redis with a private address need first."""
        return self._private_services

    def egress(self, region: str) -> Egress:
        """How Cloud Run in this region reaches the VPC.

        Raises:
            KeyError: the network has no such region.
        """
        return self._egress[region]

    def subnetwork(self, region: str) -> str:
        """Id of the private subnet of this region.

        Raises:
            KeyError: the network has no such region.
        """
        return self._subnetworks[region]

    def _private_services_range(self, id_: str, range_: IPv4Network, key: str) -> str:
        """Reserve a range for managed services, and return its name."""
        address = ComputeGlobalAddress(
            self,
            id_,
            name=self.names.compute(id_.replace("_", "-")),
            purpose="VPC_PEERING",
            address_type="INTERNAL",
            address=str(range_.network_address),
            prefix_length=range_.prefixlen,
            network=self._id,
            lifecycle=fixed(
                self.environment,
                key,
                {"address": str(range_.network_address), "prefix_length": range_.prefixlen},
            ),
        )
        return address.name

    def _region(self, name: str, config: RegionConfig, depends_on: Dependencies) -> Egress:
        """Create a private subnet with NAT, and the connector of Cloud Run if there is one."""
        names, suffix = self.names, identifier(name)
        logs = self._config.flow_logs
        subnet = ComputeSubnetwork(
            self,
            f"private_{suffix}",
            name=names.compute("private", name),
            region=name,
            network=self._id,
            ip_cidr_range=str(config.subnet_range),
            secondary_ip_range=[
                SecondaryRange(range_name="services", ip_cidr_range=str(config.services_range)),
                SecondaryRange(range_name="pods", ip_cidr_range=str(config.pods_range)),
            ],
            private_ip_google_access=True,
            log_config=SubnetLogConfig(
                aggregation_interval=logs.aggregation_interval,
                flow_sampling=logs.sampling,
                metadata="INCLUDE_ALL_METADATA",
            ),
        )
        self._subnetworks[name] = subnet.id
        router = ComputeRouter(
            self,
            f"router_{suffix}",
            name=names.compute("router", name),
            region=name,
            network=self._id,
        )
        ComputeRouterNat(
            self,
            f"nat_{suffix}",
            name=names.compute("nat", name),
            region=name,
            router=router.name,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
            log_config=NatLogConfig(enable=True, filter="ERRORS_ONLY"),
        )
        traffic = self._config.egress_traffic
        if self._config.egress == "direct":
            return Egress(traffic=traffic, network=self._name, subnetwork=subnet.name)
        connector = VpcAccessConnector(
            self,
            f"connector_{suffix}",
            name=names.connector(name),
            region=name,
            network=self._name,
            ip_cidr_range=str(config.connector.range),
            machine_type=config.connector.machine_type,
            min_instances=config.connector.min_instances,
            max_instances=config.connector.max_instances,
            lifecycle=fixed(
                self.environment,
                f"regions.{name}.connector.range",
                {"ip_cidr_range": str(config.connector.range)},
            ),
            depends_on=depends_on,
        )
        return Egress(traffic=traffic, connector=connector.id)
