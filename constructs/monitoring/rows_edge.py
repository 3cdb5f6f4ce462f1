"""The rows of the dashboard for the edge.

Source of the metrics: Google Cloud, "Google Cloud metrics".
"""

from constructs.monitoring.logs import Logs
from constructs.monitoring.widgets import Row, chart, line, logged, percentile, rate, ratio

_BALANCER, _ARMOR = "https_lb_rule", "network_security_policy"
_PROXY = "apigee.googleapis.com/Proxy"


def load_balancer(*, logs: Logs) -> Row:
    """Show responses, backend latency and the cache hit ratio of the load balancer."""
    requests = "loadbalancing.googleapis.com/https/request_count"
    waits = "loadbalancing.googleapis.com/https/backend_latencies"
    return Row(
        "Load balancer",
        [
            chart(
                "Requests per second by class",
                line(rate(requests, _BALANCER, by=["metric.label.response_code_class"])),
            ),
            chart(
                "95th percentile of backend latency",
                line(percentile(waits, _BALANCER, by=["resource.label.backend_target_name"])),
            ),
            chart(
                "CDN hit ratio",
                ratio(
                    rate(requests, _BALANCER, 'metric.label.cache_result="HIT"'),
                    rate(requests, _BALANCER, 'metric.label.cache_result!="DISABLED"'),
                ),
            ),
            chart("5xx by cause", logged(logs.server_errors, "cause")),
        ],
    )


def cloud_armor(*, logs: Logs) -> Row:
    """Show the requests that Cloud Armor allows and denies, rules in preview included."""
    enforced = "networksecurity.googleapis.com/https/request_count"
    previewed = "networksecurity.googleapis.com/https/previewed_request_count"
    blocked = ["metric.label.blocked"]
    return Row(
        "Cloud Armor",
        [
            chart("Requests per second", line(rate(enforced, _ARMOR, by=blocked))),
            chart("Rules in preview", line(rate(previewed, _ARMOR, by=blocked))),
            chart("Denied by rule", logged(logs.denied_requests, "rule")),
        ],
    )


def gateway() -> Row:
    """Show responses and latency of the Apigee proxy, with the service behind it.

    These metrics take the place of those of `ProxyV2`, whose counts had spikes that never were.
    Source: Apigee docs, "Known issues", new metrics.
    """
    answers = "apigee.googleapis.com/proxy/response_count"
    latencies = "apigee.googleapis.com/proxy/latencies"
    proxy = ["resource.label.proxy_name"]
    return Row(
        "API gateway",
        [
            chart(
                "Answers per second by code",
                line(rate(answers, _PROXY, by=["metric.label.response_code"])),
            ),
            chart("95th percentile of latency", line(percentile(latencies, _PROXY, by=proxy))),
        ],
    )
