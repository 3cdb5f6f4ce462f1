"""The dashboard of an environment."""

import json
from collections.abc import Iterator, Mapping

from cdktf_cdktf_provider_google.monitoring_dashboard import MonitoringDashboard
from constructs import Construct
from constructs.dependencies import Dependencies
from constructs.monitoring import rows, rows_edge
from constructs.monitoring.logs import Logs
from constructs.monitoring.slo import ServiceSlos
from constructs.monitoring.widgets import Row, mosaic

from environments.naming import Names
from environments.schema import Environment


class Dashboard(Construct):
    """One page of charts, made from the environment: a new service has its row, a database with
    replicas its lag. It draws metrics by their names and waits only for objectives and metrics of
    the project's own.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Environment,
        *,
        slos: Mapping[str, ServiceSlos],
        logs: Logs,
        names: Names,
        after: Dependencies,
    ) -> None:
        """Make the dashboard; `slos` are the objectives of every service of the environment."""
        super().__init__(scope, id_)
        content = {
            "displayName": names.title,
            "mosaicLayout": mosaic(_rows(config, slos, logs, names)),
        }
        dashboard = MonitoringDashboard(
            self,
            "main",
            dashboard_json=json.dumps(content, sort_keys=True),
            depends_on=after,
        )
        self._id = dashboard.id

    @property
    def id(self) -> str:
        """`projects/<number>/dashboards/<id>`; the console shows it by the last part."""
        return self._id


def _rows(
    config: Environment, slos: Mapping[str, ServiceSlos], logs: Logs, names: Names
) -> Iterator[Row]:
    yield rows.overview(config.database)
    for name, service in config.services.items():
        yield rows.service(name, service, slos=slos[name], names=names)
    yield rows.database(config.database, logs=logs)
    yield rows.cache()
    yield rows_edge.load_balancer(logs=logs)
    yield rows_edge.cloud_armor(logs=logs)
    if config.gateway:
        yield rows_edge.gateway()
    if config.vector_search and config.vector_search.deployment:
        yield rows.vector_search(config.vector_search.deployment)
    yield rows.operations(config, logs=logs, names=names)
