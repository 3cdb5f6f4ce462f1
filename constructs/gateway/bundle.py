"""Bundles of Apigee: the XML files of a proxy or a shared flow, zipped."""

import atexit
import io
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from cdktf import AssetType, TerraformAsset
from constructs import Construct

BUNDLES = Path(__file__).parent / "bundles"
"""The sources of each bundle in a folder; `$...` in them stands for a value."""
DESCRIPTOR = "descriptor.xml"
"""The file that Apigee wants to be called like the proxy or shared flow."""
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can hold, and the date of every file in ours."""


def bundle(source: str, name: str, values: Mapping[str, object]) -> bytes:
    """Return the zip file of a bundle; the same input gives the same bytes, on any machine.

    Files are sorted and have one date and mode. They are stored, not deflated: compressed bytes
    differ from one build of zlib to the next, and other bytes are another revision.

    Args:
        source: folder in `bundles/`.
        name: name of the proxy or shared flow.
        values: what `$...` stands for in the files.

    Raises:
        KeyError: a file asks for a value that is not there.
    """
    named = {"name": name, **values}
    texts = {key: escape(str(value), {'"': "&quot;"}) for key, value in named.items()}
    members: dict[str, bytes] = {}
    for path in (BUNDLES / source).rglob("*.xml"):
        inside = path.relative_to(BUNDLES / source)
        if inside.name == DESCRIPTOR:
            inside = inside.with_name(f"{name}.xml")
        content = Template(path.read_text(encoding="utf-8")).substitute(texts)
        members[inside.as_posix()] = content.encode()
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for member, text in sorted(members.items()):
            file = ZipInfo(member, OLDEST)
            file.create_system = 3  # Unix, wherever it is made
            file.external_attr = 0o644 << 16
            archive.writestr(file, text)
    return buffer.getvalue()


def asset(
    scope: Construct, id_: str, source: str, name: str, values: Mapping[str, object]
) -> TerraformAsset:
    """Write a bundle next to the synthesized stack, in a folder named after its content: other
    content has another path, and so is another revision.
    """
    folder = _workplace() / scope.node.addr
    folder.mkdir(exist_ok=True)
    file = folder / f"{source}.zip"
    file.write_bytes(bundle(source, name, values))
    return TerraformAsset(scope, id_, path=str(file), type=AssetType.FILE)


@cache
def _workplace() -> Path:
    """Create a folder that exists until Python exits: CDKTF copies an asset when it synthesizes."""
    folder = tempfile.mkdtemp(prefix="bundles-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
