"""Tests of the rehearsal's parts, and of its end where a step fails."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.console import Console

from preview.__main__ import main
from preview.rehearse.report import Done, print_failure, print_step, print_summary, shorten
from preview.rehearse.steps import STEPS
from preview.rehearse.timeline import picture
from tests.template import ROOT

DEPLOY = f"grid deploy dev --image api=us-docker.pkg.dev/p/services/api@sha256:{'3' * 64}"
STEP = Done("release", (DEPLOY, "grid status dev"), 20.0, 5.5, "1.0.0 serves")
FIRST = Done("apply", ("grid apply dev --yes",), 0.0, 20.0, "158 to create")


def create_console() -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(file=stream, width=100, highlight=False), stream


def test_step_is_one_line_with_command_seconds_and_result() -> None:
    console, stream = create_console()
    print_step(STEP, console)
    (line,) = stream.getvalue().splitlines()
    command = "grid deploy dev --image …@3333 && grid status…"
    assert re.fullmatch(rf"  ✓ release +5\.5 s  1\.0\.0 serves +{re.escape(command)}", line)


def test_command_is_cut_off_at_its_length() -> None:
    assert shorten(STEP.commands, 20) == "grid deploy dev --i…"


def test_failure_has_command_reason_and_end_of_the_output() -> None:
    console, stream = create_console()
    output = "\n".join(f"line {number}" for number in range(100))
    print_failure(Done(**{**vars(STEP), "has_failed": True}), output, "x.log", console)
    text = stream.getvalue()
    assert text.splitlines()[1:4] == [
        "Error: The step release failed",
        "  --> grid status dev",
        "  1.0.0 serves",
    ]
    assert "line 60" in text
    assert "line 59" not in text
    assert text.endswith("help: Read all outputs: x.log\n")


def test_summary_has_seconds_from_first_to_last_step() -> None:
    console, stream = create_console()
    print_summary("dev", "genuine", [FIRST, STEP], ["timeline.svg"], console)
    assert "dev lived for 26 s in 2 steps, with the genuine provider" in stream.getvalue()
    assert stream.getvalue().endswith("  timeline.svg\n")


def test_timeline_has_a_bar_for_each_step_at_its_time() -> None:
    root = ET.fromstring(picture("dev", "embedded", [FIRST, STEP]))  # noqa: S314 (our own)
    names = {"svg": "http://www.w3.org/2000/svg"}
    first, second = (
        bar for bar in root.findall(".//svg:rect", names) if bar.get("class") != "paper"
    )
    end = float(first.get("x", "")) + float(first.get("width", ""))
    assert float(second.get("x", "")) == pytest.approx(end, abs=0.2)
    assert first.get("class") == second.get("class") == "grid"


def test_unknown_environment_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["rehearse", "qa"]) == 2
    assert "Error: There is no environment qa" in capfd.readouterr().err


def test_picture_in_the_documentation_has_all_steps() -> None:
    root = ET.parse(ROOT / "docs/images/rehearsal.svg").getroot()  # noqa: S314 (our own)
    names = {"svg": "http://www.w3.org/2000/svg"}
    drawn = {text.text for text in root.findall(".//svg:text[@class='name']", names)}
    conditional = {"failover", "gateway", "services", "unprotect"}
    unconditional = {step.name for step in STEPS} - conditional
    assert unconditional <= drawn
