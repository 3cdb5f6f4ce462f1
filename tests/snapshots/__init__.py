"""What each environment looked like when it was last reviewed.

`<stack>.tf.json` is the stack without CDKTF's metadata; `<stack>.addresses.txt` lists
the addresses, which are a contract with the states that exist.
"""

import json
from pathlib import Path

from tests.template import Template

FOLDER = Path(__file__).parent


def rendered(name: str, template: Template) -> dict[Path, str]:
    """The content of the snapshot files of a stack."""
    return {
        FOLDER / f"{name}.tf.json": json.dumps(template.document, indent=2, sort_keys=True) + "\n",
        FOLDER / f"{name}.addresses.txt": "\n".join(template.addresses) + "\n",
    }
