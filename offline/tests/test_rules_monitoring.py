"""Alert policies, objectives and uptime checks: what their API rejects."""

from typing import Any

import pytest
from rule_cases import Resources, RuleCase, check_both, cloud_of, evaluate

from offline.cloud.quotas import Quotas
from offline.warnings import find_warnings

POLICY, OBJECTIVE = "google_monitoring_alert_policy", "google_monitoring_slo"
METRIC = "google_logging_metric"
RUN = 'resource.type="cloud_run_revision" AND '
REQUESTS = f'{RUN}metric.type="run.googleapis.com/request_count"'
LATENCIES = f'{RUN}metric.type="run.googleapis.com/request_latencies"'
AGGREGATION: dict[str, Any] = {
    "alignment_period": "60s",
    "per_series_aligner": "ALIGN_RATE",
    "cross_series_reducer": "REDUCE_SUM",
    "group_by_fields": ["resource.label.service_name"],
}
ALERT: dict[str, Any] = {
    "conditions": [
        {
            "condition_threshold": [
                {
                    "filter": f'{REQUESTS} AND metric.label.response_code_class="5xx"',
                    "aggregations": [AGGREGATION],
                    "denominator_filter": REQUESTS,
                    "denominator_aggregations": [dict(AGGREGATION)],
                    "duration": "300s",
                }
            ]
        }
    ],
    "alert_strategy": [{"auto_close": "1800s"}],
    "documentation": [{"content": "é" * 5000}],
    "notification_channels": [],
}
THRESHOLD = "conditions.0.condition_threshold.0"
FILTER, ALIGNER = f"{THRESHOLD}.filter", f"{THRESHOLD}.aggregations.0.per_series_aligner"
REDUCER = f"{THRESHOLD}.aggregations.0.cross_series_reducer"
GROUPS = f"{THRESHOLD}.aggregations.0.group_by_fields"
ABSENT: dict[str, Any] = {
    "conditions": [{"condition_absent": [{"filter": REQUESTS, "duration": "120s"}]}]
}
BURN = 'select_slo_burn_rate("projects/1/services/api/serviceLevelObjectives/fast", "3600s")'
BURNING: dict[str, Any] = {"conditions": [{"condition_threshold": [{"filter": BURN}]}]}
SLO: dict[str, Any] = {"id": "x", "name": "projects/1/services/api/serviceLevelObjectives/fast"}
RATE = 'rate(run_googleapis_com:request_count{response_code_class="5xx"}[5m]) > 0.01'
PROMQL: dict[str, Any] = {
    "conditions": [
        {
            "condition_prometheus_query_language": [
                {"query": RATE, "evaluation_interval": "60s", "disable_metric_validation": False}
            ]
        }
    ]
}
QUERY = "conditions.0.condition_prometheus_query_language.0.query"
INTERVAL = "conditions.0.condition_prometheus_query_language.0.evaluation_interval"
MQL_RATE = "fetch cloud_run_revision | metric 'run.googleapis.com/request_count' | every 1m"
MQL: dict[str, Any] = {
    "conditions": [{"condition_monitoring_query_language": [{"query": MQL_RATE}]}]
}
MQL_QUERY = "conditions.0.condition_monitoring_query_language.0.query"
MATCHED: dict[str, Any] = {
    "conditions": [{"condition_matched_log": [{"filter": "severity>=ERROR"}]}],
    "alert_strategy": [{"notification_rate_limit": [{"period": "300s"}]}],
}
COUNTER = {"name": "errors", "metric_descriptor": [{"labels": [{"key": "cause"}]}]}
COUNTED: Resources = ((METRIC, COUNTER),)
LOGGED = 'resource.type="global" AND metric.type="logging.googleapis.com/user/errors"'
AVAILABILITY: dict[str, Any] = {
    "service": "api",
    "request_based_sli": [
        {"good_total_ratio": [{"good_service_filter": REQUESTS, "total_service_filter": REQUESTS}]}
    ],
}
LATENCY: dict[str, Any] = {
    "service": "api",
    "request_based_sli": [{"distribution_cut": [{"distribution_filter": LATENCIES}]}],
}
SERVED: Resources = (("google_monitoring_custom_service", {"service_id": "api", "name": "s"}),)
WINDOWS: dict[str, Any] = {
    "service": "api",
    "windows_based_sli": [
        {
            "good_bad_metric_filter": LATENCIES,
            "metric_mean_in_range": [{"time_series": LATENCIES}],
            "good_total_ratio_threshold": [{"performance": [LATENCY["request_based_sli"][0]]}],
        }
    ],
}
GOOD = "request_based_sli.0.good_total_ratio.0.good_service_filter"
CUT = "request_based_sli.0.distribution_cut.0.distribution_filter"


def alert(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual ratio of errors."""
    return RuleCase(
        f"monitoring.alert_policies.{rule}",
        POLICY,
        more.pop("good", ALERT),
        change,
        message,
        **more,
    )


def slo(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual availability."""
    good = more.pop("good", AVAILABILITY)
    return RuleCase(
        f"monitoring.slos.{rule}", OBJECTIVE, good, change, message, cloud=SERVED, **more
    )


CASES = [
    alert("conditions", {"conditions": [{}] * 7}, "at most 6"),
    alert("conditions", {"conditions": [*MATCHED["conditions"], {}]}, "only", good=MATCHED),
    alert("restrictions", {FILTER: RUN.removesuffix(" AND ")}, 'restriction on "metric.type"'),
    alert("restrictions", {FILTER: REQUESTS.removeprefix(RUN)}, 'restriction on "resource.type"'),
    alert("restrictions", {FILTER: REQUESTS + " " * 2048}, "2048"),
    alert(
        "combination", {FILTER: f"{REQUESTS} AND resource.service_name=a"}, "could not be parsed"
    ),
    alert("combination", {FILTER: f'{REQUESTS} AND "'}, "could not be parsed"),
    alert("combination", {FILTER: f"{REQUESTS} AND metric.label.code=5"}, "no label code"),
    alert("combination", {FILTER: f"{REQUESTS} AND resource.label.job_name=a"}, "label job_name"),
    alert(
        "combination",
        {FILTER: REQUESTS.replace("cloud_run_revision", "cloud_run_job")},
        "not written for cloud_run_job",
    ),
    alert(
        "combination",
        {f"{THRESHOLD}.denominator_filter": f"{REQUESTS} AND metric.label.code=5"},
        "no label code",
    ),
    alert("metric_exists", {FILTER: f'{REQUESTS[:-1]}s"'}, "Is run.googleapis.com/request_count"),
    alert("metric_exists", {FILTER: REQUESTS.replace("run.g", "runs.g")}, "meant?"),
    alert("metric_listed", {FILTER: REQUESTS.replace("request_count", "new")}, "not on the list"),
    alert("metric_exists", {FILTER: LOGGED}, "user/errors", cloud=COUNTED, instead=True),
    alert("aggregation", {FILTER: LATENCIES}, "kind DELTA and value type DISTRIBUTION"),
    alert("aggregation", {ALIGNER: "ALIGN_NEXT_OLDER"}, "kind DELTA and value type INT64"),
    alert("aggregation", {ALIGNER: "ALIGN_NONE"}, "other than ALIGN_NONE"),
    alert("aggregation", {REDUCER: "REDUCE_COUNT_TRUE"}, "value type DOUBLE"),
    alert("aggregation", {GROUPS: ["metric.label.code"]}, "no such label"),
    alert("aggregation", {GROUPS: ["resource.job_name"]}, "no such label"),
    alert("ratio", {f"{THRESHOLD}.aggregations.0.alignment_period": "300s"}, "must be the same"),
    alert("ratio", {GROUPS: ["metric.label.route"]}, "must be the same"),
    alert("durations", {f"{THRESHOLD}.duration": "90s"}, "multiple of 60"),
    alert(
        "durations", {"conditions.0.condition_absent.0.duration": "60s"}, "at least", good=ABSENT
    ),
    alert("durations", {INTERVAL: "45s"}, "multiple of 30", good=PROMQL),
    alert("durations", {INTERVAL: "0s"}, "positive", good=PROMQL),
    alert("promql", {QUERY: "sum("}, "unclosed", good=PROMQL),
    alert("promql", {QUERY: RATE.replace("count", "counts")}, "request_count meant", good=PROMQL),
    alert("promql", {QUERY: RATE.replace("code_class", "class")}, "no label", good=PROMQL),
    alert(
        "promql",
        {QUERY: '{"run.googleapis.com/request_counts"}'},
        "does not exist",
        good=PROMQL,
    ),
    alert("promql", {QUERY: "logging_googleapis_com:user_none"}, "does not exist", good=PROMQL),
    alert("promql_listed", {QUERY: "run_googleapis_com:new"}, "not on the list", good=PROMQL),
    alert("mql", {MQL_QUERY: MQL_RATE.replace("count", "counts")}, "request_count meant", good=MQL),
    alert("mql", {MQL_QUERY: "fetch x::run.googleapis.com/new"}, "not on the list", good=MQL),
    alert(
        "objective_exists",
        {FILTER: BURN.replace("fast", "slow")},
        "slow",
        good=BURNING,
        cloud=((OBJECTIVE, SLO),),
    ),
    alert("strategy", {"alert_strategy.0.auto_close": "1799s"}, "30 minutes"),
    alert("strategy", {"alert_strategy.0.auto_close": "604801s"}, "7 days"),
    alert("strategy", {"alert_strategy": []}, "rate_limit", good=MATCHED),
    alert("strategy", {"alert_strategy": MATCHED["alert_strategy"]}, "rate_limit"),
    alert("documentation", {"documentation.0.content": "x" * 8193}, "8192"),
    alert("documentation", {"documentation.0.content": "é" * 5121}, "8192"),
    alert("channels_exist", {"notification_channels": ["x"]}, "Cannot find notification channel"),
    slo("service_exists", {"service": "web"}, "service web"),
    slo("indicator", {GOOD: f"{REQUESTS} AND metric.label.code=5"}, "no label code"),
    slo("indicator", {GOOD: f'{REQUESTS[:-1]}s"'}, "Cannot find metric"),
    slo("indicator", {GOOD: LATENCIES}, "is DISTRIBUTION"),
    slo("indicator", {CUT: REQUESTS}, "is INT64", good=LATENCY),
    slo(
        "indicator",
        {GOOD: f'{RUN}metric.type="run.googleapis.com/container/instance_count"'},
        "is GAUGE",
    ),
    *(
        slo(
            "indicator",
            {f"windows_based_sli.0.{at}": f'{LATENCIES[:-1]}s"'},
            "Cannot",
            good=WINDOWS,
        )
        for at in (
            "good_bad_metric_filter",
            "metric_mean_in_range.0.time_series",
            "good_total_ratio_threshold.0.performance.0.distribution_cut.0.distribution_filter",
        )
    ),
    slo("two_filters", {GOOD: ""}, "Exactly two"),
    RuleCase(
        "monitoring.slos.uptime",
        "google_monitoring_uptime_check_config",
        {"period": "60s", "timeout": "10s"},
        {"period": "120s"},
        "120s",
    ),
    RuleCase(
        "monitoring.slos.uptime",
        "google_monitoring_uptime_check_config",
        {"period": "60s", "timeout": "60s"},
        {"timeout": "61s"},
        "between 1 and 60",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


@pytest.mark.parametrize(
    "filter_",
    [
        'resource.type="gce_instance" AND metric.type="compute.googleapis.com/instance/uptime"',
        f"{LOGGED} AND metric.label.cause=a AND metric.label.log=b",
        'resource.type="global" AND metric.type=starts_with("run.googleapis.com/")',
    ],
)
def test_metric_of_unknown_domain_is_accepted(filter_: str) -> None:
    policy = {"conditions": [{"condition_threshold": [{"filter": filter_}]}]}
    assert evaluate(RuleCase("", POLICY, policy, {}, "", cloud=COUNTED), bad=False) is None


@pytest.mark.parametrize(
    ("query", "validated"),
    [
        ("absent_over_time(logging_googleapis_com:user_nothing[8h])", False),
        ('sum(logging_googleapis_com:user_errors{cause="a", log="b"})', True),
        ("histogram_quantile(0.9, run_googleapis_com:request_latencies_bucket)", True),
        ('up{job="node"}', True),
    ],
)
def test_query_with_possible_series_is_accepted(query: str, *, validated: bool) -> None:
    condition = {"query": query, "disable_metric_validation": not validated}
    policy = {"conditions": [{"condition_prometheus_query_language": [condition]}]}
    assert evaluate(RuleCase("", POLICY, policy, {}, "", cloud=COUNTED), bad=False) is None


@pytest.mark.parametrize(("misspelt", "warnings"), [("request_counts", 1), ("request_count", 0)])
def test_warnings_name_alert_when_its_metric_is_misspelt_and_not_validated(
    misspelt: str, warnings: int
) -> None:
    query = RATE.replace("request_count", misspelt)
    condition = {"query": query, "disable_metric_validation": True}
    policy = {
        "display_name": "errors",
        "conditions": [{"condition_prometheus_query_language": [condition]}],
    }
    found = find_warnings(cloud_of(((POLICY, policy),)), Quotas())
    assert len(found) == warnings
    assert all(warning.startswith("alert 'errors' finds nothing") for warning in found)
