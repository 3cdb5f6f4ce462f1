"""What the gateway does with a request, as its bundles say it."""

import json

import pytest

from tests.unit.bundles import PROXY, TARGET_PROPERTIES, attribute, ours, policies, texts

HEALTH = '"/gateway/health"'


def test_all_paths_are_passed_on_to_the_api_s_host_over_verified_tls() -> None:
    found = ours("api")
    assert texts(found, "BasePath") == ["/"]
    assert texts(found, "URL") == ["https://api.example.com"]
    assert texts(found, "Enforce") == texts(found, "Enabled") == ["true"]
    assert texts(found, "IgnoreValidationErrors") == ["false"]


def test_the_target_has_the_properties_that_apigee_knows() -> None:
    target = ours("api")["apiproxy/targets/default.xml"]
    values = {one.get("name"): one.text for one in target.iter("Property")}
    assert values.keys() == TARGET_PROPERTIES
    assert values["io.timeout.millis"] == "55000"
    # Else an error of a service is one of the gateway, and loses its body.
    assert values["success.codes"] == "1xx,2xx,3xx,4xx,5xx"


def test_a_request_is_cleaned_then_known_then_counted_then_stripped_of_its_key() -> None:
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


def test_the_key_is_taken_from_the_header_that_is_removed() -> None:
    taken = attribute(policies("api")["VerifyKey"], "APIKey", "ref")
    removed = attribute(policies("api")["RemoveKey"], "Remove/Headers/Header", "name")
    assert taken == f"request.header.{removed.lower()}" == "request.header.x-api-key"


def test_the_token_that_cloud_run_would_prefer_is_not_passed_on() -> None:
    removed = policies("api")["RemoveForgedHeaders"].iter("Header")
    assert "X-Serverless-Authorization" in {one.get("name") for one in removed}


def test_the_gateway_answers_for_itself_without_a_service() -> None:
    proxy = ours("api")[PROXY]
    [flow] = proxy.iter("Flow")
    [route] = [one for one in proxy.iter("RouteRule") if one.find("TargetEndpoint") is None]
    wanted = f"proxy.pathsuffix = {HEALTH}"
    assert flow.findtext("Condition") == route.findtext("Condition") == wanted
    assert flow.findtext("Response/Step/Name") == "AnswerHealthy"


def test_an_application_may_make_what_its_product_or_the_file_says() -> None:
    quota = policies("api")["LimitApplication"]
    assert attribute(quota, "Allow", "count") == "600"
    assert (quota.findtext("Interval"), quota.findtext("TimeUnit")) == ("1", "minute")
    assert quota.findtext("Distributed") == "true"


def test_a_client_address_may_make_what_the_file_says() -> None:
    limit = policies("rate-limiting")["LimitClient"]
    assert limit.findtext("Rate") == "10ps"
    assert attribute(limit, "Identifier", "ref") == "client.resolved.ip"


@pytest.mark.parametrize(
    ("policy", "status"),
    [("AnswerTooManyRequests", "429"), ("AnswerUnauthorized", "401"), ("AnswerHealthy", "200")],
)
def test_an_answer_is_json_of_its_status(policy: str, status: str) -> None:
    root = policies("api")[policy]
    assert root.findtext("Set/StatusCode") == status
    body = json.loads(root.findtext("Set/Payload") or "")
    assert str(body["status"]) in {status, "ok"}


@pytest.mark.parametrize("fault", ["SpikeArrestViolation", "QuotaViolation"])
def test_too_many_requests_are_told_so(fault: str) -> None:
    [rule] = [
        rule
        for rule in ours("api")[PROXY].iter("FaultRule")
        if f'fault.name = "{fault}"' in (rule.findtext("Condition") or "")
    ]
    assert rule.findtext("Step/Name") == "AnswerTooManyRequests"


def test_what_else_fails_keeps_its_status_and_gets_a_body() -> None:
    [rule] = ours("api")[PROXY].iter("DefaultFaultRule")
    policy = policies("api")[rule.findtext("Step/Name", "")]
    assert policy.find("Set/StatusCode") is None
    assert "@message.status.code#" in policy.findtext("Set/Payload", "")
