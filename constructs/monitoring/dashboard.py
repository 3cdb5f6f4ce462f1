"""The dashboards of an environment."""

import json
from collections.abc import Iterator, Mapping, Sequence

from cdktf_cdktf_provider_google.monitoring_dashboard import MonitoringDashboard
from constructs import Construct
from constructs.base import GridConstruct
from constructs.monitoring import rows, rows_custom, rows_edge
from constructs.monitoring.logs import Logs
from constructs.monitoring.slo import ServiceSlos
from constructs.monitoring.widgets import Row, mosaic

from environments.schema import Environment
from facts import monitoring


class Dashboard(GridConstruct):
    """Pages of charts, made from the environment: a new service has its row, a database with
    replicas its lag. They draw metrics by their names and wait only for objectives and metrics of
    the project's own.

    The first page shows the platform and the first services; each further page shows services. A
    dashboard has a limit of widgets. Source: Cloud Monitoring, "Quotas and limits",
    https://cloud.google.com/monitoring/quotas.
    """

    APIS = ("monitoring",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        slos: Mapping[str, ServiceSlos],
        logs: Logs,
    ) -> None:
        """Create the pages; `slos` are the SLOs of every service of the environment."""
        super().__init__(scope, id_)
        first, *others = _pages(self.environment, slos, logs)
        self._id = self._page("main", self.names.title, first)
        for number, page in enumerate(others, start=2):
            self._page(f"services_{number}", f"{self.names.title}, page {number}", page)

    @property
    def id(self) -> str:
        """The first page, `projects/<number>/dashboards/<id>`; the console shows it by the last
        part.
        """
        return self._id

    def _page(self, id_: str, title: str, rows: Sequence[Row]) -> str:
        content = {"displayName": title, "mosaicLayout": mosaic(rows)}
        return MonitoringDashboard(
            self,
            id_,
            dashboard_json=json.dumps(content, sort_keys=True),
            depends_on=self.apis("monitoring"),
        ).id


def _pages(
    environment: Environment, slos: Mapping[str, ServiceSlos], logs: Logs
) -> Iterator[list[Row]]:
    """Yield the rows of each page, as many as it has room for."""
    overview = rows.overview(environment.database)
    platform = list(_platform(environment, logs))
    services = [
        rows.service(name, service, slos=slos[name])
        for name, service in environment.services.items()
    ]
    room, size = monitoring.max_dashboard_widgets(), max(row.size for row in services)
    first = (room - sum(row.size for row in (overview, *platform))) // size
    yield [overview, *services[:first], *platform]
    each = room // size
    for begin in range(first, len(services), each):
        yield services[begin : begin + each]


def _platform(environment: Environment, logs: Logs) -> Iterator[Row]:
    yield rows.database(environment.database, logs=logs)
    yield rows.cache()
    yield rows_custom.cache()
    yield rows_custom.ai()
    yield rows_edge.load_balancer(logs=logs)
    yield rows_edge.cloud_armor(logs=logs)
    if environment.gateway:
        yield rows_edge.gateway()
    if environment.vector_search and environment.vector_search.deployment:
        yield rows.vector_search(environment.vector_search.deployment)
    yield rows.operations(environment, logs=logs)
