"""Resources that Terraform did not create, kept as if it had."""

from __future__ import annotations

from offline.cloud.fake_cloud import FakeCloud
from offline.engine.answers import Answers
from offline.engine.identity import complete, places
from offline.engine.payloads import named, without_unknown
from offline.engine.settled import settled
from offline.protocol.contract import Value
from offline.protocol.values import UNKNOWN
from offline.schema.blocks import Block
from offline.translation.found import Made


def adopt(cloud: FakeCloud, type_: str, block: Block, made: Made) -> None:
    """Keep a resource with the attributes that the provider reads of it."""
    value: Value = {
        name: UNKNOWN if attribute.computed else None
        for name, attribute in block.attributes.items()
    }
    value |= {name: [] for name in block.blocks}
    value |= {name: item for name, item in made.attributes.items() if name in value}
    whole = complete(type_, block, value, {}, named(made.attributes))
    state = without_unknown(block, whole, Answers(type_, places(whole, {})))
    state = settled(type_, block, state, state, {})
    cloud.put(type_, cloud.key(type_, state), state, action="drift", link=made.link)
