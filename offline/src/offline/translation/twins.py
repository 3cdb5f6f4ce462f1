"""Resources that the fake cloud and the served Google both have: one object, two views.

The fake cloud keeps what Terraform knows of a resource, the served Google what its API does. A link
leads from one to the other, with the object as it was when the attributes were read: what differs
from it was changed outside of Terraform.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from offline.cloud.fake_cloud import FakeCloud, Link
from offline.schema.blocks import Block
from offline.serve.served import Served
from offline.translation import expand, flatten, iam, services
from offline.translation.encoders import CHANGED, encode
from offline.translation.found import Made, found, translated
from offline.translation.model import Translation, Update, translation
from offline.translation.remote import Remote, RemoteError

Value = Mapping[str, Any]
T = TypeVar("T")


class Twins:
    """Sends what Terraform does to a served Google, and brings back what others do there."""

    def __init__(self, served: Served, cloud: FakeCloud) -> None:
        self._remote, self._cloud = Remote(served), cloud
        self._grants = iam.Grants(self._remote)
        self._served, self._generation = served, -1
        cloud.unlink = self._unlink

    def is_translated(self, type_: str, value: Value) -> bool:
        """Report whether the requests of a resource are known."""
        known = translation(type_)
        return type_ in translated() and not (
            known and any(value.get(name) for name in known.unless)
        )

    def create(
        self, type_: str, block: Block, value: Value, located: Value, settings: Value
    ) -> Made:
        """Create a resource; `located` is its value with what the provider adds to its address.

        Raises:
            RemoteError: the API rejects it.
        """
        scope = expand.scope(located, settings)
        if type_ in iam.types():
            return self._grant(type_, scope)
        if type_ == services.TYPE:
            return Made({}, self._counted(lambda: services.enable(self._remote, scope)))
        known = _known(type_)
        path, query = expand.path(known.create, scope), expand.query(known.create, scope)
        shape = self._remote.shape(known.create.verb, path)
        own = {name: located[name] for name, one in known.fields.items() if one.located}
        body = expand.body(known, block, {**value, **own}, scope, shape, known.sends)
        body = encode(type_, body, scope)
        answer = self._send(known.create.verb, path, query, body)
        if known.names_itself:
            name = str(answer.get("name", ""))
            scope["name"] = name if known.has_long_name else name.rpartition("/")[2]
        for update in known.after:
            if update.applies(scope):
                self._request(known, update, block, value, scope, [])
        return self._read(known, block, scope, answer)

    def update(self, type_: str, block: Block, prior: Value, value: Value, settings: Value) -> Made:
        """Update a resource with a request for each part that changes. Raises RemoteError."""
        scope = expand.scope(value, settings)
        if type_ in iam.types():
            return self._grant(type_, scope)
        known = translation(type_)
        if known is None:
            return Made({}, self._cloud.links.get((type_, str(prior.get("id")))))
        differing = {name for name in value if value[name] != prior.get(name)}
        for update in known.updates:
            changes = (_at(prior, name) != _at(value, name) for name in update.when)
            if (not update.when or any(changes)) and update.applies(scope):
                self._request(known, update, block, value, scope, differing)
        return self._read(known, block, scope, {})

    def delete(self, type_: str, id_: str, value: Value, settings: Value) -> None:
        """Delete a resource of a link; one that is gone is fine. Raises RemoteError."""
        if (type_, id_) not in self._cloud.links:
            return
        scope = expand.scope(value, settings)
        if type_ in iam.types():
            self._counted(lambda: self._grants.revoke(type_, scope))
            del self._cloud.links[type_, id_]
            return
        if type_ == services.TYPE:
            self._counted(lambda: services.disable(self._remote, scope))
            del self._cloud.links[type_, id_]
            return
        known = _known(type_)
        delete = next((one for one in known.deletes if one.applies(scope)), None)
        if delete is not None:
            try:
                self._request(known, delete, Block(), value, scope, [])
            except RemoteError as error:
                if error.code != 404:
                    raise
            del self._cloud.links[type_, id_]

    def sync(self, schemas: Mapping[str, Block]) -> Iterator[tuple[str, Made]]:
        """Bring what was done outside of Terraform to the fake cloud; yield what is new there."""
        if self._served.store.generation == self._generation:
            return
        with self._cloud.lock, self._served.held() as store:
            self._generation = store.generation
            for (type_, id_), link in list(self._cloud.links.items()):
                now = self._current(type_, link)
                if now is None:
                    del self._cloud.links[type_, id_]
                    self._cloud.delete(type_, id_)
                elif now != link.seen and type_ in schemas:
                    self._change(type_, schemas[type_], id_, link, copy.deepcopy(now))
            yield from found(store, schemas, self._cloud.links.values())

    def _current(self, type_: str, link: Link) -> Value | None:
        """Return what the served Google has of a resource now; None if it is gone."""
        if link.api.startswith(iam.POLICY):
            return iam.current(self._served.store.policies, type_, link)
        if type_ == services.TYPE:
            is_enabled = link.path in self._served.store.enabled.get(link.seen["project"], ())
            return link.seen if is_enabled else None
        now = self._served.store.resources.get((link.api, link.path))
        return None if _known(type_).is_gone(now) else now

    def _change(self, type_: str, block: Block, id_: str, link: Link, now: Value) -> None:
        new = Link(link.api, link.path, now)
        held = self._cloud.get(type_, id_) or {}
        if type_ in iam.types():
            value = held | iam.attributes(type_, now)
        else:
            value = flatten.changed(_known(type_), block, held, link.seen, now)
        if value == held:
            self._cloud.links[type_, id_] = new
        else:
            self._cloud.put(type_, id_, value, action="drift", link=new)

    def _grant(self, type_: str, scope: Value) -> Made:
        link, etag = self._counted(lambda: self._grants.grant(type_, scope))
        return Made({"etag": etag}, link)

    def _request(
        self,
        known: Translation,
        update: Update,
        block: Block,
        value: Value,
        scope: Value,
        differing: Iterable[str],
    ) -> None:
        names = known.sends if update.sends is None else update.sends
        sent = sorted(set(names) - update.unsent)
        if update.is_partial:
            sent = [name for name in sent if name in set(differing)]
        path, query = expand.path(update.call, scope), expand.query(update.call, scope)
        if update.mask is not None:
            masked = [name for name in sent if name in set(differing)]
            if not masked:
                return
            query["updateMask"] = ",".join(
                update.mask.get(name, known.api_path(name)) for name in masked
            )
        body = None
        if block.attributes and sent:
            shape = self._remote.shape(update.call.verb, path)
            shape = shape.at(update.within) if update.within else shape
            is_update = update in known.updates
            body = expand.body(known, block, value, scope, shape, sent, is_update=is_update)
            if not body and update in known.after:
                return
            if update.keeps and (held := self._remote.object(expand.filled(known.read, scope))):
                body[update.keeps] = held[1].get(update.keeps)
            body = {update.within: body} if update.within else body
            body = encode(known.type, body, {**scope, CHANGED: frozenset(differing)})
        self._send(update.call.verb, path, query, body)

    def _send(self, verb: str, path: str, query: Mapping[str, str], body: Any) -> dict[str, Any]:
        return self._counted(lambda: self._remote.send(verb, path, query, body))

    def _counted(self, work: Callable[[], T]) -> T:
        """Do what sends one change; it is no reason to look for changes by others."""
        before = self._served.store.generation
        try:
            return work()
        finally:
            after = self._served.store.generation
            if self._generation == before and after <= before + 1:
                self._generation = after

    def _read(
        self, known: Translation, block: Block, scope: Mapping[str, Any], answer: Value
    ) -> Made:
        """Return what the API has now."""
        found = self._remote.object(expand.filled(known.object_path(scope), scope))
        held: Value = found[1] if found else answer
        attributes = flatten.attributes(known, block, held)
        if known.names_itself:
            attributes["name"] = scope["name"]
        return Made(attributes, Link(*found[0], held) if found else None)

    def _unlink(self, link: Link) -> None:
        with self._served.held() as store:
            if link.api == services.API:
                enabled = store.enabled.get(link.seen["project"], [])
                store.enabled[link.seen["project"]] = [n for n in enabled if n != link.path]
            elif (link.api, link.path) in store.resources:
                store.remove(link.api, link.path)
                store.save()


def _at(value: Any, path: str) -> Any:
    """Return an attribute, in the first element of the blocks around it."""
    for name in path.split("."):
        block = (value[0] if value else None) if isinstance(value, list) else value
        value = block.get(name) if isinstance(block, Mapping) else None
    return value


def _known(type_: str) -> Translation:
    known = translation(type_)
    if known is None:
        raise KeyError(type_)
    return known
