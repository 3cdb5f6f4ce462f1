"""Write the comment of a pull request: `python3 plan_comment.py FOLDER`, to standard output.

The folder has `<environment>.plan`, what `grid plan` printed, and `<environment>.diff`, how the
Terraform JSON differs from the base's. It runs with the runner's own Python.
"""

import sys
from pathlib import Path

MARK = "<!-- plan -->"
"""First line, with which the workflow finds the comment."""
MAX_LENGTH = 60_000
"""Characters of a comment; the limit of GitHub is 65,536."""
MAX_SUMMARY = 200
"""Characters of a headline, which counts at most seven kinds of changes."""
FENCE = "~~~~~~"


def comment(folder: Path) -> str:
    """Return the comment, with long parts cut so that every environment is shown."""
    plans = {file.stem: _read(file) for file in sorted(folder.glob("*.plan"))}
    diffs = {file.stem: _read(file) for file in sorted(folder.glob("*.diff"))}
    names = sorted({*plans, *diffs})
    share = (MAX_LENGTH - 1000) // max(2 * len(names), 1)
    parts = [MARK, "## Plan"]
    for name in names:
        plan, diff = plans.get(name, ""), diffs.get(name, "")
        parts += [
            f"### {name}",
            _folded(_headline(plan), plan, "text", share),
            _folded(_changed(diff), diff, "diff", share),
        ]
    return "\n\n".join(parts if names else [*parts, "No plan was made; see the run."]) + "\n"


def _headline(plan: str) -> str:
    """Return the last line of a plan, which counts its changes. Errors are in the run only."""
    return plan.splitlines()[-1][:MAX_SUMMARY] if plan else "No plan was made; see the run."


def _changed(diff: str) -> str:
    lines = diff.splitlines()
    added = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("---") for line in lines)
    return f"Terraform JSON: +{added} -{removed} lines" if diff else "Terraform JSON: as it was"


def _folded(summary: str, text: str, language: str, limit: int) -> str:
    if not text:
        return summary
    if len(text) > limit:
        text = f"{text[:limit]}\n… cut here; the run has all of it"
    # A line that could end the block early would let a plan write into the comment.
    body = text.replace(FENCE, "~~~")
    return (
        f"<details><summary>{_plain(summary)}</summary>\n\n"
        f"{FENCE}{language}\n{body}\n{FENCE}\n\n</details>"
    )


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").strip("\n")


if __name__ == "__main__":
    sys.stdout.write(comment(Path(sys.argv[1])))
