"""The dashboard of an environment."""

import json
from collections.abc import Iterator, Mapping

from cdktf_cdktf_provider_google.monitoring_dashboard import MonitoringDashboard
from constructs import Construct
from constructs.base import GridConstruct
from constructs.monitoring import rows, rows_edge
from constructs.monitoring.logs import Logs
from constructs.monitoring.slo import ServiceSlos
from constructs.monitoring.widgets import Row, mosaic

from environments.schema import Environment


class Dashboard(GridConstruct):
    """One page of charts, made from the environment: a new service has its row, a database with
    replicas its lag. It draws metrics by their names and waits only for objectives and metrics of
    the project's own.
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
        """Create the dashboard; `slos` are the SLOs of every service of the environment."""
        super().__init__(scope, id_)
        content = {
            "displayName": self.names.title,
            "mosaicLayout": mosaic(_rows(self.environment, slos, logs)),
        }
        dashboard = MonitoringDashboard(
            self,
            "main",
            dashboard_json=json.dumps(content, sort_keys=True),
            depends_on=self.apis("monitoring"),
        )
        self._id = dashboard.id

    @property
    def id(self) -> str:
        """`projects/<number>/dashboards/<id>`; the console shows it by the last part."""
        return self._id


def _rows(environment: Environment, slos: Mapping[str, ServiceSlos], logs: Logs) -> Iterator[Row]:
    yield rows.overview(environment.database)
    for name, service in environment.services.items():
        yield rows.service(name, service, slos=slos[name])
    yield rows.database(environment.database, logs=logs)
    yield rows.cache()
    yield rows_edge.load_balancer(logs=logs)
    yield rows_edge.cloud_armor(logs=logs)
    if environment.gateway:
        yield rows_edge.gateway()
    if environment.vector_search and environment.vector_search.deployment:
        yield rows.vector_search(environment.vector_search.deployment)
    yield rows.operations(environment, logs=logs)
