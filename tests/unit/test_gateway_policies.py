"""What the gateway does with a request, as its bundles say it."""

import json

import pytest

from tests.unit.bundles import PROXY, TARGET_PROPERTIES, attribute, ours, policies, texts

HEALTH = '"/gateway/health"'


def test_proxy_forwards_all_paths_to_the_api_host_over_verified_tls() -> None:
    found = ours("api")
    assert texts(found, "BasePath") == ["/"]
    assert texts(found, "URL") == ["https://api.example.com"]
    assert texts(found, "Enforce") == texts(found, "Enabled") == ["true"]
    assert texts(found, "IgnoreValidationErrors") == ["false"]


def test_target_has_the_properties_that_apigee_knows() -> None:
    target = ours("api")["apiproxy/targets/default.xml"]
    values = {one.get("name"): one.text for one in target.iter("Property")}
    assert values.keys() == TARGET_PROPERTIES
    assert values["io.timeout.millis"] == "55000"
    # Else an error of a service is one of the gateway, and loses its body.
    assert values["success.codes"] == "1xx,2xx,3xx,4xx,5xx"


def test_request_policies_run_in_security_order() -> None:
    steps = ours("api")[PROXY].findall("PreFlow/Request/Step")
    order = ["RemoveForgedHeaders", "VerifyKey", "LimitApplication", "RemoveKey"]
    assert [step.findtext("Name") for step in steps] == order
    conditions = {step.findtext("Name"): step.findtext("Condition") for step in steps}
    free = f'(request.verb != "OPTIONS") and (proxy.pathsuffix != {HEALTH})'
    assert conditions == {
        "RemoveForgedHeaders": None,
        "VerifyKey": free,
        "LimitApplication": free,
        "RemoveKey": None,
    }


def test_api_key_header_is_removed_after_verification() -> None:
    taken = attribute(policies("api")["VerifyKey"], "APIKey", "ref")
    removed = attribute(policies("api")["RemoveKey"], "Remove/Headers/Header", "name")
    assert taken == f"request.header.{removed.lower()}" == "request.header.x-api-key"


def test_serverless_authorization_header_is_removed() -> None:
    removed = policies("api")["RemoveForgedHeaders"].iter("Header")
    assert "X-Serverless-Authorization" in {one.get("name") for one in removed}


def test_health_path_is_answered_without_a_service() -> None:
    proxy = ours("api")[PROXY]
    [flow] = proxy.iter("Flow")
    [route] = [
        route_rule
        for route_rule in proxy.iter("RouteRule")
        if route_rule.find("TargetEndpoint") is None
    ]
    expected = f"proxy.pathsuffix = {HEALTH}"
    assert flow.findtext("Condition") == route.findtext("Condition") == expected
    assert flow.findtext("Response/Step/Name") == "AnswerHealthy"


def test_application_quota_defaults_to_the_configured_limit() -> None:
    quota = policies("api")["LimitApplication"]
    assert attribute(quota, "Allow", "count") == "600"
    assert (quota.findtext("Interval"), quota.findtext("TimeUnit")) == ("1", "minute")
    assert quota.findtext("Distributed") == "true"


def test_client_rate_limit_is_the_configured_one() -> None:
    limit = policies("rate-limiting")["LimitClient"]
    assert limit.findtext("Rate") == "10ps"
    assert attribute(limit, "Identifier", "ref") == "client.resolved.ip"


@pytest.mark.parametrize(
    ("policy", "status"),
    [("AnswerTooManyRequests", "429"), ("AnswerUnauthorized", "401"), ("AnswerHealthy", "200")],
)
def test_response_body_is_json_with_the_status(policy: str, status: str) -> None:
    root = policies("api")[policy]
    assert root.findtext("Set/StatusCode") == status
    body = json.loads(root.findtext("Set/Payload") or "")
    assert str(body["status"]) in {status, "ok"}


@pytest.mark.parametrize("fault", ["SpikeArrestViolation", "QuotaViolation"])
def test_quota_violation_is_answered_with_429(fault: str) -> None:
    [rule] = [
        rule
        for rule in ours("api")[PROXY].iter("FaultRule")
        if f'fault.name = "{fault}"' in (rule.findtext("Condition") or "")
    ]
    assert rule.findtext("Step/Name") == "AnswerTooManyRequests"


def test_other_faults_keep_their_status_with_a_json_body() -> None:
    [rule] = ours("api")[PROXY].iter("DefaultFaultRule")
    policy = policies("api")[rule.findtext("Step/Name", "")]
    assert policy.find("Set/StatusCode") is None
    assert "@message.status.code#" in policy.findtext("Set/Payload", "")
