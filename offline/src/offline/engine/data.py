"""Data sources: what Terraform reads and does not manage.

What lives in the fake cloud is answered from there. What does not is presumed to exist outside of
Terraform, with made-up values: a directory that looks up an older network must be able to plan. The
world's log says "presumed" then.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from offline import tokens
from offline.cloud.fake_cloud import FakeCloud
from offline.engine.answers import Answers
from offline.engine.fakes import fill_unknown
from offline.engine.identity import complete, format_of, matches, places, seed
from offline.given import BILLING_ACCOUNT, ORGANIZATION
from offline.protocol.contract import Settings, Value
from offline.protocol.values import UNKNOWN, conform
from offline.provider_facts.ids import made_up, project_number
from offline.schema.blocks import Block

_CONDITION = ("expression", "title", "description")
"""Fields of a condition, in the order in which they sort bindings."""


def read_data(
    type_: str, block: Block, config: Value, settings: Settings, cloud: FakeCloud
) -> Value:
    """Return a data source's whole value."""
    asked = {key: value for key, value in config.items() if _is_key(value)}
    live = _find(type_, block, asked, settings, cloud)
    if live is not None:
        fitting = {name: _fitting(block, name, value) for name, value in live.items()}
        own = {**_OF_DATA_ALONE.get(type_, {}), **fitting}
        state = conform(block, own) | dict.fromkeys(_unread(type_))
        _own_labels(block, state)
        cloud.log("read", type_, str(live.get("id")), name=_name(asked))
        return {
            **state,
            **{k: v for k, v in config.items() if v is not None and v != []},
            "id": live["id"],
        }
    value = _unknowns(block, config)
    for scope in ("project", "region", "zone"):
        if value.get(scope) is UNKNOWN and scope in settings:
            value[scope] = settings[scope]
    if type_ in _ANSWERS:
        answer = _ANSWERS[type_](value, settings)
        value |= {key: item for key, item in answer.items() if key in block.attributes}
    whole = complete(type_, block, value, settings, {}) | dict.fromkeys(_unread(type_))
    cloud.log("read", type_, str(whole["id"]), name=_name(asked), reason="presumed to exist")
    return fill_unknown(block, whole, seed(type_, whole), Answers(type_, places(whole, settings)))


def _fitting(block: Block, name: str, value: Any) -> Any:
    """Return a value of the resource in the type that the data source has, None without one."""
    type_ = block.attributes[name].type if name in block.attributes else None
    if type_ == "number" and isinstance(value, str):
        return int(value) if value.isdecimal() else None
    return None if type_ == "string" and isinstance(value, list) else value


def _unread(type_: str) -> list[str]:
    """Return what the Read function does not set: a data source shares that of the resource."""
    own = _NOT_SET.get(type_, ())
    return [*own, *(name for name in format_of(type_).unread if name not in {"id", "name"})]


def _find(
    type_: str, block: Block, asked: Mapping[str, Any], settings: Settings, cloud: FakeCloud
) -> Value | None:
    """Return the resource that has everything that was asked for, in the provider's project if none
    was.
    """
    result = {
        _ASKED.get((type_, key), key): str(value)
        for key, value in asked.items()
        if block.attributes[key].settable
    }
    if not result:
        return None
    for scope in ("project", "region", "zone"):
        if scope in block.attributes and scope in settings:
            result.setdefault(scope, str(settings[scope]))
    return next((resource for resource in cloud.of(type_) if matches(resource, result)), None)


def _unknowns(block: Block, config: Value) -> Value:
    value = {
        name: UNKNOWN if attribute.computed and config.get(name) is None else config.get(name)
        for name, attribute in block.attributes.items()
    }
    return value | {name: config.get(name) for name in block.blocks}


def _own_labels(block: Block, value: Value) -> None:
    """Show every label as the resource's own: a data source has no configuration. Source:
    SetDataSourceLabels.
    """
    if "effective_labels" in block.attributes and value.get("effective_labels") is not None:
        value["labels"] = value["terraform_labels"] = value["effective_labels"]


def _is_key(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _name(asked: Mapping[str, Any]) -> str:
    return next((str(asked[key]) for key in ("name", "project_id") if key in asked), "")


def _project(value: Value, settings: Settings) -> Value:
    given = value.get("project_id")
    project = given if isinstance(given, str) and given else settings.get("project") or "offline"
    return {
        "id": f"projects/{project}",
        "project_id": project,
        "name": project,
        "number": project_number(str(project)),
        "org_id": ORGANIZATION,
        "folder_id": "",
        "billing_account": BILLING_ACCOUNT,
        "deletion_policy": "PREVENT",
    }


def _client_config(_value: Value, settings: Settings) -> Value:
    scopes = {key: settings.get(key) or "" for key in ("project", "region", "zone")}
    return {
        **scopes,
        "id": "projects/{project}/regions/{region}/zones/{zone}".format(**scopes),
        "access_token": settings.get("access_token") or tokens.access_token("terraform"),
        "default_labels": settings.get("default_labels") or {},
    }


def _zones(value: Value, settings: Settings) -> Value:
    region = value.get("region") or settings.get("region")
    return {"names": [f"{region}-{letter}" for letter in "abc"]}


def _filled(**fields: Any) -> dict[str, Any]:
    """Return the fields that are not empty."""
    return {name: field for name, field in fields.items() if field}


def _policy(value: Value, _settings: Settings) -> Value:
    """Write the policy document: the provider computes it without asking Google. Bindings of one
    role and condition are one, in the order of both (data_source_google_iam_policy.go).
    """
    members: dict[tuple[str, ...], list[str]] = {}
    for binding in value.get("binding") or []:
        (condition,) = binding.get("condition") or [{}]
        key = (binding["role"], *(condition.get(name) or "" for name in _CONDITION))
        members.setdefault(key, []).extend(binding["members"])
    bindings = [
        _filled(
            condition=_filled(**dict(zip(_CONDITION, condition, strict=True))),
            members=sorted(members[role, *condition]),
            role=role,
        )
        for role, *condition in sorted(members)
    ]
    audits = [
        _filled(
            auditLogConfigs=[
                _filled(exemptedMembers=log.get("exempted_members"), logType=log["log_type"])
                for log in config["audit_log_configs"]
            ],
            service=config["service"],
        )
        for config in value.get("audit_config") or []
    ]
    document = _filled(auditConfigs=audits, bindings=bindings)
    policy = json.dumps(document, separators=(",", ":"), sort_keys=True)
    return {"policy_data": policy, "id": str(zlib.crc32(policy.encode()))}


def _agent(form: str, title: str = "") -> Callable[[Value, Settings], Value]:
    """Answer with an account that Google made; one that belongs to the project has a title."""

    def answer(value: Value, settings: Settings) -> Value:
        project = value.get("project")
        known = str(project if isinstance(project, str) else settings.get("project"))
        email = form.format(number=project_number(known), project=known)
        told = {"email": email, "email_address": email, "member": f"serviceAccount:{email}"}
        unique = f"10{made_up('number', email)}"
        if not title:
            return told | {"id": email, "subject_id": unique}
        name = f"projects/{known}/serviceAccounts/{email}"
        return told | {"id": name, "name": name, "display_name": title, "unique_id": unique}

    return answer


_ASKED = {("google_folder", "folder"): "name"}
"""Arguments that have another name than the attribute of the resource."""
_OF_DATA_ALONE: Mapping[str, Value] = {
    "google_compute_address": {"status": "RESERVED"},
    "google_compute_global_address": {
        "network_tier": "PREMIUM",
        "status": "RESERVED",
        "subnetwork": "",
    },
    "google_compute_image": {"status": "READY"},
    "google_compute_network": {"subnetworks_self_links": []},
    "google_folder": {"lookup_organization": False},
}
"""What the data source of a resource has beyond it."""
_NOT_SET = {"google_compute_network": ("project",), "google_project": ("auto_create_network",)}
"""What Read does not set, and the import of the resource does."""
_ANSWERS: dict[str, Callable[[Value, Settings], Value]] = {
    "google_project": _project,
    "google_client_config": _client_config,
    "google_compute_zones": _zones,
    "google_iam_policy": _policy,
    "google_compute_default_service_account": _agent(
        "{number}-compute@developer.gserviceaccount.com", "Compute Engine default service account"
    ),
    "google_app_engine_default_service_account": _agent(
        "{project}@appspot.gserviceaccount.com", "App Engine default service account"
    ),
    "google_storage_project_service_account": _agent(
        "service-{number}@gs-project-accounts.iam.gserviceaccount.com"
    ),
    "google_storage_transfer_project_service_account": _agent(
        "project-{number}@storage-transfer-service.iam.gserviceaccount.com"
    ),
    "google_bigquery_default_service_account": _agent(
        "bq-{number}@bigquery-encryption.iam.gserviceaccount.com"
    ),
}
