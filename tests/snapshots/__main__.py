"""`make snapshots`: write the snapshots anew. Review what changed."""

from tests.snapshots import FOLDER, rendered
from tests.template import stacks

if __name__ == "__main__":
    for old in (*FOLDER.glob("*.tf.json"), *FOLDER.glob("*.addresses.txt")):
        old.unlink()
    for name, template in stacks().items():
        for file, text in rendered(name, template).items():
            file.write_text(text, encoding="utf-8")
