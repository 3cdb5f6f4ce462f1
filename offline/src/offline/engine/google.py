"""hashicorp/google 6.50.0 against the fake cloud: what its Create, Read, Update, Delete and Import
functions do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.engine import arguments, ephemeral, functions, protection
from offline.engine.adoption import adopt
from offline.engine.answers import Answers
from offline.engine.base import Engine
from offline.engine.data import read_data
from offline.engine.fakes import fill_unknown
from offline.engine.generated import generate
from offline.engine.iam import iam_kind
from offline.engine.identity import (
    complete,
    facts_of,
    format_of,
    identity,
    places,
    project_of,
    seed,
)
from offline.engine.importing import import_resource
from offline.engine.judgement import judge, rejection
from offline.engine.labels import managed, plan_labels
from offline.engine.payloads import (
    answered,
    named,
    sent,
    split,
    without_unknown,
    without_unsent,
)
from offline.engine.provider_errors import googleapi_error
from offline.engine.settled import settled
from offline.protocol.contract import Finding, Plan, ProviderError, Settings, Value
from offline.protocol.values import UNKNOWN, conform
from offline.provider_facts import TypeFacts, facts
from offline.provider_facts.ids import another
from offline.schema.blocks import Attribute, Block, Schemas
from offline.serve.served import Served
from offline.services import behavior, catalog, uploads
from offline.services.catalog import check, check_delete, check_plan
from offline.services.iam.grants import settle
from offline.services.registry import ApiError
from offline.translation.remote import RemoteError
from offline.translation.twins import Twins

# Source: the provider's documentation, "Provider Configuration Reference".
_ENVIRONMENT = {
    "project": (
        "GOOGLE_PROJECT",
        "GOOGLE_CLOUD_PROJECT",
        "GCLOUD_PROJECT",
        "CLOUDSDK_CORE_PROJECT",
    ),
    "region": ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"),
    "zone": ("GOOGLE_ZONE", "GCLOUD_ZONE", "CLOUDSDK_COMPUTE_ZONE"),
}
# Source: GetProviderSchema of google and google-beta 6.50.0, recorded on 2026-11-27; the provider
# adds the name of the module to its user agent (google/fwmodels/provider_model.go).
_META = Block({"module_name": Attribute("string", optional=True)})
# Source: google/services/resourcemanager/resource_google_service_account.go.
_IGNORE_EXISTING = "create_ignore_already_exists"
# Granting twice, or switching on what is on, is no error: the API merges.
_MERGED = re.compile(
    r"_iam_(?:member|binding|policy|audit_config)$|^google_project_service$|_default_|_metadata"
)


class Google(Engine):
    """The provider google or google-beta, for the types in `schemas`, on one cloud."""

    def __init__(
        self,
        schemas: Schemas,
        cloud: FakeCloud,
        quotas: Quotas,
        served: Served | None = None,
    ) -> None:
        for name in schemas.resources:
            catalog.load(name)
        versions = {name: format_of(name).version for name in schemas.resources}
        super().__init__(
            Schemas(
                schemas.provider,
                schemas.resources,
                schemas.data_sources,
                ephemeral.schemas(),
                versions=versions,
                functions=functions.functions(),
                meta=_META,
            ),
            computed=lambda name: format_of(name).computed_blocks,
        )
        self.cloud = cloud
        self.quotas = quotas
        self.twins = Twins(served, cloud) if served and served.is_available else None

    def validate_provider(self, config: Value) -> list[Finding]:
        """Return what the provider would reject in its own configuration."""
        return list(arguments.validate(config))

    def configure(self, config: Value) -> Settings:
        """Return the configuration, completed from the environment as the provider does."""
        settings = dict(super().configure(config))
        arguments.check_strategy(settings)
        for key, names in _ENVIRONMENT.items():
            name_ = next((os.environ[name] for name in names if os.environ.get(name)), None)
            if name_ and config.get(key) is None:
                settings[key] = name_
        if isinstance(settings.get("region"), str):
            settings["region"] = settings["region"].rsplit("/", 1)[-1]
        return settings

    def facts(self, type_: str) -> TypeFacts:
        """Return what planning knows of a type, less for one without facts."""
        return facts_of(type_)

    def identity(self, type_: str) -> frozenset[str]:
        """Return what names a resource of a type without facts; those with facts say it
        themselves.
        """
        return frozenset() if facts(type_).known else identity(type_, self.schemas.resources[type_])

    def refine(
        self, type_: str, prior: Value | None, planned: Value, config: Value, settings: Settings
    ) -> None:
        """Plan the provider's project and region, the labels, and what follows from a name
        alone.
        """
        block, known = self.schemas.resources[type_], facts_of(type_)
        late = format_of(type_).late_project or iam_kind(type_)
        scopes = [] if late else ["project"]
        scopes += ["region"] if "DefaultProviderRegion" in known.customize_diff else []
        scopes += ["zone"] if "DefaultProviderZone" in known.customize_diff else []
        for scope in scopes:
            attribute = block.attributes.get(scope)
            default = settings.get(scope)
            if (
                attribute
                and attribute.optional
                and config.get(scope) is None
                and default is not None
            ):
                planned[scope] = default
        plan_labels(
            block,
            prior,
            planned,
            config,
            settings,
            attribute_it="SetLabelsDiffWithoutAttributionLabel" not in known.customize_diff,
        )
        planned |= behavior.on_plan.attributes(type_, prior, planned)
        planned |= uploads.planned(type_, prior, planned, self.cloud.directory)

    def plan(
        self, type_: str, prior: Value | None, proposed: Value, config: Value, settings: Settings
    ) -> Plan:
        """Plan a change, and warn of what Google may reject.

        Raises:
            ProviderError: a warning, in strict mode.
        """
        plan = super().plan(type_, prior, proposed, config, settings)
        if plan.state is not prior:
            asked = sent(type_, plan.state, config)
            judge(self.cloud, "planning", type_, plan.state, check_plan, asked, prior)
        return plan

    def create(self, type_: str, planned: Value, config: Value, settings: Settings) -> Value:
        """Create a resource as far as the API's rules let it.

        Raises:
            ProviderError: the API rejects, or something of that id exists.
        """
        block, asked = self.schemas.resources[type_], self._located(type_, planned, settings)
        with self.cloud.lock:
            self.sync()
            if (held := self._kept(type_, asked, config, settings)) is not None:
                return held
            count = self.cloud.count_created(type_)
            if name := generate(type_, asked.get("name"), asked.get("name_prefix"), count):
                asked["name"] = name
            value = sent(type_, asked, config)
            judge(self.cloud, "creating", type_, value, check, value, None, self.cloud, self.quotas)
            result = behavior.on_create.attributes(type_, asked, self.cloud)
            known = {
                name: result.get(name, item) if item is UNKNOWN else item
                for name, item in without_unsent(type_, asked).items()
            }
            extra = {key: str(entry) for key, entry in result.items() if isinstance(entry, str)}
            link = None
            if self.twins is not None and self.twins.is_translated(type_, asked):
                with self._remote("creating", type_, value):
                    written = {name: config[name] for name in format_of(type_).state}
                    own = sent(type_, planned, config) | written
                    made = self.twins.create(type_, block, own, value, settings)
                link = made.link
                known = answered(block, known, asked, made.attributes)
                whole = complete(type_, block, known, settings, extra | named(made.attributes))
                state = without_unknown(block, whole, Answers(type_, places(whole, settings)))
            else:
                state = self._invented(type_, known, settings, extra)
            state = self._settled(type_, planned, state, settings)
            state |= behavior.on_answer.attributes(type_, state, self.cloud)
            key = self.cloud.key(type_, state)
            self.cloud.put(type_, key, state, action="create", link=link)
            settle(type_, state, self.cloud)
        return state

    def _kept(self, type_: str, asked: Value, config: Value, settings: Settings) -> Value | None:
        """Return what exists, where the configuration ignores that it does."""
        if config.get(_IGNORE_EXISTING) is not True:
            return None
        whole = complete(type_, self.schemas.resources[type_], asked, settings, {})
        held = self.cloud.get(type_, whole["id"])
        return None if held is None else {**held, _IGNORE_EXISTING: True}

    def _invented(
        self, type_: str, known: Value, settings: Settings, extra: Mapping[str, str]
    ) -> Value:
        """Return a new resource with what only Google could know. Raises ProviderError (409)."""
        block, is_merged = self.schemas.resources[type_], _MERGED.search(type_)
        whole = complete(type_, block, known, settings, extra)
        state = self._filled(type_, whole, settings)
        while not is_merged and self.cloud.was_created(type_, state["id"]):
            # Google assigns a new number, also to a replacement of the same display name.
            whole = complete(type_, block, known, settings, {**another(state["id"]), **extra})
            if whole["id"] == state["id"]:
                break
            state = self._filled(type_, whole, settings)
        key = self.cloud.key(type_, state)
        if self.cloud.get(type_, key) is not None and not is_merged:
            message = f"The resource '{state['id']}' already exists, alreadyExists"
            self.cloud.log("refuse", type_, state["id"], reason=message)
            raise googleapi_error("creating", type_, 409, message)
        return state

    def update(
        self, type_: str, prior: Value, planned: Value, config: Value, settings: Settings
    ) -> Value:
        """Update a resource in place.

        Raises:
            ProviderError: the API rejects, or the resource is gone.
        """
        block, asked = self.schemas.resources[type_], self._located(type_, planned, settings)
        with self.cloud.lock:
            self.sync()
            key = self.cloud.key(type_, prior)
            if self.cloud.get(type_, key) is None:
                raise googleapi_error(
                    "updating", type_, 404, f"The resource '{prior['id']}' was not found, notFound"
                )
            value = sent(type_, asked, config)
            judge(
                self.cloud, "updating", type_, value, check, value, prior, self.cloud, self.quotas
            )
            known, link = {**asked, **behavior.on_update.attributes(type_, prior, asked)}, None
            if self.twins is not None and (type_, key) in self.cloud.links:
                with self._remote("updating", type_, prior):
                    made = self.twins.update(type_, block, prior, value, settings)
                link = made.link
                known = answered(block, known, asked, made.attributes)
            whole = complete(type_, block, without_unsent(type_, known), settings, {})
            if link:
                whole = without_unknown(block, whole, Answers(type_, places(whole, settings)))
            state = self._filled(type_, whole, settings)
            state = self._settled(type_, planned, state, settings)
            self.cloud.put(type_, key, state, action="update", link=link)
            settle(type_, state, self.cloud)
        return state

    def _filled(self, type_: str, whole: Value, settings: Settings) -> Value:
        answers = Answers(type_, places(whole, settings))
        return fill_unknown(self.schemas.resources[type_], whole, seed(type_, whole), answers)

    def _settled(self, type_: str, planned: Value, state: Value, settings: Settings) -> Value:
        result = settled(type_, self.schemas.resources[type_], planned, state, settings)
        return result | uploads.read(type_, result, self.cloud.directory)

    def delete(self, type_: str, prior: Value, settings: Settings) -> None:
        """Delete a resource, or let it go where its configuration says so.

        Raises:
            ProviderError: it is protected, or the API rejects.
        """
        key = self.cloud.key(type_, prior)
        if why := protection.deletion_error(type_, prior):
            self.cloud.log("refuse", type_, prior["id"], reason=why)
            raise ProviderError(why)
        if protection.is_abandoned(type_, prior):
            if protection.is_forgotten(type_):
                self.cloud.delete(type_, key)
            return
        with self.cloud.lock:
            judge(
                self.cloud, "deleting", type_, prior, check_delete, prior, self.cloud, self.quotas
            )
            if self.twins is not None:
                with self._remote("deleting", type_, prior):
                    self.twins.delete(type_, key, prior, settings)
            for child, id_ in list(catalog.children(type_, prior, self.cloud)):
                self.cloud.delete(child, id_)
            self.cloud.delete(type_, key)
            settle(type_, prior, self.cloud, gone=True)
            if name := catalog.held_value(type_, prior):
                self.cloud.reserve_name(type_, name)

    def read(self, type_: str, state: Value, settings: Settings) -> Value | None:
        """Return what the cloud holds; fields that the API does not know keep what the state
        says.
        """
        self.sync()
        live = self.cloud.get(type_, self.cloud.key(type_, state))
        if live is None:
            return None
        block = self.schemas.resources[type_]
        now = settled(type_, block, {}, conform(block, live), settings)
        managed(block, state, now)
        for name in (*facts(type_).virtual_fields, "timeouts"):
            if name in now:
                now[name] = state.get(name)
        return now

    def import_(self, type_: str, id_: str, settings: Settings) -> Value:
        """Find a resource; fields that the API does not know get the provider's default.

        Raises:
            ProviderError: the id has no form that the provider knows, or nothing has it.
        """
        self.sync()
        return import_resource(type_, self.schemas.resources[type_], id_, settings, self.cloud)

    def data(self, type_: str, config: Value, settings: Settings) -> Value:
        """Read a data source, see offline.engine.data."""
        self.sync()
        return read_data(type_, self.schemas.data_sources[type_], config, settings, self.cloud)

    def validate_ephemeral(self, _type: str, config: Value) -> list[Finding]:
        """Return what the provider would reject in an ephemeral resource."""
        return list(ephemeral.validate(config))

    def open(self, type_: str, config: Value, settings: Settings) -> Value:
        """Open an ephemeral resource, see offline.engine.ephemeral."""
        return ephemeral.open_(type_, config, settings, self.cloud)

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """Return the result of a function."""
        return functions.call(name, *arguments)

    def _located(self, type_: str, planned: Value, settings: Settings) -> Value:
        """Return the planned value in the provider's project, region and zone where it names
        none; a location is the region, else the zone (`GetLocation` of the provider,
        google/tpgresource/regional_utils.go).
        """
        located = split(type_, planned)
        for scope in ("project", "region", "zone"):
            if located.get(scope) is UNKNOWN and scope in settings:
                located[scope] = settings[scope]
        place = settings.get("region") or settings.get("zone")
        location = self.schemas.resources[type_].attributes.get("location")
        if located.get("location") is UNKNOWN and place and location and location.settable:
            located["location"] = place
        if located.get("project") is UNKNOWN:
            project = project_of({k: v for k, v in located.items() if v is not UNKNOWN}, settings)
            if project is None:
                raise ProviderError("project: required field is not set")
            located["project"] = project
        return located

    def sync(self) -> None:
        """Bring what clients of the served Google did to the fake cloud."""
        if self.twins is not None:
            for type_, made in self.twins.sync(self.schemas.resources):
                adopt(self.cloud, type_, self.schemas.resources[type_], made)

    @contextmanager
    def _remote(self, doing: str, type_: str, value: Value) -> Iterator[None]:
        """Turn errors of the served Google into the provider's."""
        try:
            yield
        except RemoteError as error:
            answer = ApiError(error.message, source="served", code=error.code)
            raise rejection(self.cloud, doing, type_, value, answer) from error
