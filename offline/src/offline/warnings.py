"""Configurations that the APIs accept but that do not work at run time, read after an apply.

No rule can reject them, because Google lets the parts come in any order.
"""

from collections import defaultdict
from collections.abc import Iterator

from facts import permissions
from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.services.bigquery.rules import TRANSFER, written_dataset
from offline.services.compute.backends import NEG, SERVICE
from offline.services.context import Block, RuleContext, blocks, last, text
from offline.services.monitoring.alert_policies import POLICY
from offline.services.monitoring.dashboards import (
    DASHBOARD,
    content,
    find_query_error,
    queries,
    widgets,
)
from offline.services.monitoring.promql import (
    find_selection_doubt,
    find_selection_error,
    selections,
)
from offline.services.run.dependencies import max_usage
from offline.services.run.resources import SERVICE as RUN


def find_warnings(cloud: FakeCloud, quotas: Quotas) -> list[str]:
    """Return a warning for each configuration that does not work, one line each."""
    result: list[str] = []
    for check in (
        _dead_groups,
        _silent_cdn,
        _no_invoker,
        _no_version,
        _empty_charts,
        _no_owner,
        _silent_alerts,
    ):
        result += check(cloud)
    return [*result, *_quota_at_max_scale(cloud, quotas)]


def _context(cloud: FakeCloud, type_: str, block: Block) -> RuleContext:
    return RuleContext(type_, block, block, cloud, Quotas())


def _dead_groups(cloud: FakeCloud) -> Iterator[str]:
    """Warn of a group without a service: clients get 404.

    Source: Load Balancing, 'Serverless network endpoint groups overview'.
    """
    for group in cloud.of(NEG):
        service, region = _service(group), last(text(group, "region"))
        if service and not _context(cloud, NEG, group).find(RUN, service, region=region):
            yield (
                f"{text(group, 'name')} points at Cloud Run service {service}, which {region} "
                "does not have: 404"
            )


def _service(group: Block) -> str:
    return next((text(cloud_run, "service") for cloud_run in blocks(group, "cloud_run")), "")


def _silent_cdn(cloud: FakeCloud) -> Iterator[str]:
    """Warn of a CDN policy without CDN: it does nothing (doc: backendServices REST, enableCDN)."""
    for type_ in (SERVICE, "google_compute_backend_bucket"):
        for resource in cloud.of(type_):
            if blocks(resource, "cdn_policy") and resource.get("enable_cdn") is False:
                policy = blocks(resource, "cdn_policy")[0]
                if text(policy, "cache_mode"):
                    yield (
                        f"{text(resource, 'name')} has a CDN policy but enable_cdn is off: nothing "
                        "is cached"
                    )


def _no_invoker(cloud: FakeCloud) -> Iterator[str]:
    """Warn of a service that rejects the load balancer, which calls without identity
    (doc: Cloud Run, 'Allowing public access').
    """
    grants = cloud.of("google_cloud_run_v2_service_iam_member")
    for group in cloud.of(NEG):
        service = _context(cloud, NEG, group).find(
            RUN, _service(group), region=last(text(group, "region"))
        )
        if service is None or service.get("invoker_iam_disabled") is True:
            continue
        if not any(
            text(grant, "member") == "allUsers"
            and last(text(grant, "name")) == text(service, "name")
            and text(grant, "location") == text(service, "location")
            for grant in grants
        ):
            yield f"{text(service, 'name')} is behind a load balancer but nobody may invoke it: 403"


def _no_version(cloud: FakeCloud) -> Iterator[str]:
    """Warn of a secret without a version: it cannot be read (doc: Secret Manager, 'Add a
    secret version').
    """
    used = {
        last(text(resource, "secret"))
        for resource in cloud.of("google_secret_manager_secret_version")
    }
    for secret in cloud.of("google_secret_manager_secret"):
        if text(secret, "secret_id") not in used:
            yield f"secret {text(secret, 'secret_id')} has no version"


def _quota_at_max_scale(cloud: FakeCloud, quotas: Quotas) -> Iterator[str]:
    """Warn of a region whose services together exceed a quota at maximum scale."""
    needs: dict[tuple[str, str, str], float] = defaultdict(float)
    for service in cloud.of(RUN):
        context = _context(cloud, RUN, service)
        for quota, amount in max_usage(context).items():
            needs[context.project, context.region, quota] += amount
    for (project, region, quota), amount in sorted(needs.items()):
        limit = quotas.limit(quota, project=project, region=region)
        if amount > limit:
            yield (
                f"at maximum scale, the services of {project} in {region} use {amount:g} of quota "
                f"{quota}, whose limit is {limit:g}: scaling out stops"
            )


def _empty_charts(cloud: FakeCloud) -> Iterator[str]:
    """Warn of a query that returns nothing: a dashboard takes any
    (doc: Monitoring, 'Manage dashboards by API').
    """
    for resource in cloud.of(DASHBOARD):
        context = _context(cloud, DASHBOARD, resource)
        for widget in widgets(content(text(resource, "dashboard_json"))):
            for query in queries(widget):
                if why := find_query_error(query, context):
                    yield f"chart {widget.get('title', '')!r} shows nothing: {why}"


def _no_owner(cloud: FakeCloud) -> Iterator[str]:
    """Warn of a scheduled query whose account may not update the dataset that it writes
    (doc: BigQuery, 'Use service accounts with BigQuery Data Transfer Service').
    """
    grants = cloud.of("google_bigquery_dataset_iam_member")
    for transfer in cloud.of(TRANSFER):
        dataset, email = written_dataset(transfer), text(transfer, "service_account_name")
        roles = {
            text(grant, "role")
            for grant in grants
            if text(grant, "member") == f"serviceAccount:{email}"
            and text(grant, "dataset_id") == dataset
        }
        if dataset and email and not any(map(_may_update_dataset, roles)):
            yield (
                f"{text(transfer, 'display_name')} writes dataset {dataset}, and {email} has no "
                "role there with bigquery.datasets.update: its runs fail"
            )


def _silent_alerts(cloud: FakeCloud) -> Iterator[str]:
    """Warn of an alert in PromQL that finds nothing, of which the API checks no metric
    (doc: Monitoring REST, PrometheusQueryLanguageCondition.disableMetricValidation).
    """
    for policy in cloud.of(POLICY):
        context = _context(cloud, POLICY, policy)
        for block in blocks(policy, "conditions.condition_prometheus_query_language"):
            if block.get("disable_metric_validation") is True:
                for selection in selections(text(block, "query")):
                    why = find_selection_error(selection, context)
                    if why := why or find_selection_doubt(selection, context):
                        yield f"alert {text(policy, 'display_name')!r} finds nothing: {why}"


def _may_update_dataset(role: str) -> bool:
    """Say whether a role has the permission; a role that is not on the list counts as if."""
    return role not in permissions.roles() or (
        "bigquery.datasets.update" in permissions.of_role(role)
    )
