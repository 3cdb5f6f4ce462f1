"""The table of quotas."""

from pathlib import Path

import pytest

from offline.cloud.quotas import DEFAULTS, Quotas


def test_most_specific_limit_wins() -> None:
    limits = {"run_cpu": 1, "run_cpu@us-east1": 2, "run_cpu@p": 3, "run_cpu@p/us-east1": 4}
    quotas = Quotas(limits)
    assert quotas.limit("run_cpu") == 1
    assert quotas.limit("run_cpu", project="q", region="us-east1") == 2
    assert quotas.limit("run_cpu", project="p", region="us-west1") == 3
    assert quotas.limit("run_cpu", project="p", region="us-east1") == 4
    assert Quotas().limit("run_cpu", project="p") == DEFAULTS["run_cpu"]


@pytest.mark.parametrize("limits", [{"run_cpus": 1}, {"run_cpu": -1}, {"run_cpu@x": "20"}])
def test_unknown_name_in_table_is_an_error(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(limits))):
        Quotas(limits)


def test_quotas_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "quotas.json"
    file.write_text('{"run_gpu@us-east1": 0, "enabled": ["run.googleapis.com"]}')
    quotas = Quotas.read(file)
    assert quotas.limit("run_gpu", region="us-east1") == 0
    assert quotas.enabled == frozenset({"run.googleapis.com"})
    file.write_text("[]")
    with pytest.raises(ValueError, match="JSON object"):
        Quotas.read(file)


def test_unknown_quota_is_an_error() -> None:
    with pytest.raises(KeyError):
        Quotas().limit("run_cpus")
