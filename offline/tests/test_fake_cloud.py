import json
import threading
from pathlib import Path

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.problems import CommandError

NETWORK = "google_compute_network"


def test_put_copies_and_logs_resource() -> None:
    cloud = FakeCloud()
    kept = {"name": "main", "mtu": 1460}
    cloud.put(NETWORK, "n", kept, action="create")
    kept["mtu"] = 0
    value = cloud.get(NETWORK, "n")
    assert value == {"name": "main", "mtu": 1460}
    value["mtu"] = 1
    cloud.of(NETWORK)[0]["mtu"] = 2
    assert cloud.of(NETWORK) == [{"name": "main", "mtu": 1460}]
    [event] = cloud.events
    assert (event.number, event.action, event.type, event.id, event.name) == (
        1, "create", NETWORK, "n", "main",
    )  # fmt: skip


def test_delete_is_logged_once() -> None:
    cloud = FakeCloud()
    cloud.put(NETWORK, "n", {"name": "main"}, action="create")
    cloud.delete(NETWORK, "n")
    cloud.delete(NETWORK, "n")
    assert cloud.get(NETWORK, "n") is None
    assert cloud.resources == {}
    assert [event.action for event in cloud.events] == ["create", "delete"]


def test_drift_changes_attributes() -> None:
    cloud = FakeCloud()
    cloud.put(NETWORK, "n", {"name": "main", "mtu": 1460}, action="create")
    cloud.drift(NETWORK, "n", mtu=1500)
    assert cloud.get(NETWORK, "n") == {"name": "main", "mtu": 1500}
    assert cloud.events[-1].action == "drift"
    with pytest.raises(KeyError):
        cloud.drift(NETWORK, "other", mtu=1500)


def test_folder_restores_the_cloud(tmp_path: Path) -> None:
    cloud = FakeCloud(tmp_path)
    cloud.put(NETWORK, "n", {"name": "main", "list": [{"a": None}]}, action="create")
    cloud.put(NETWORK, "m", {"name": "other"}, action="create")
    cloud.put(NETWORK, "n", {"name": "main", "list": []}, action="update")
    cloud.delete(NETWORK, "m")
    cloud.reserve_name("google_sql_database_instance", "db")
    cloud.log("refuse", NETWORK, "x", reason="no")
    again = FakeCloud(tmp_path)
    assert again.resources == cloud.resources == {NETWORK: {"n": {"name": "main", "list": []}}}
    assert again.events == cloud.events
    assert again.is_name_reserved("google_sql_database_instance", "db")
    again.release_names()
    assert not FakeCloud(tmp_path).is_name_reserved("google_sql_database_instance", "db")


def test_folder_of_another_format_is_an_error(tmp_path: Path) -> None:
    FakeCloud(tmp_path).put(NETWORK, "n", {}, action="create")
    file = tmp_path / "world.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": 0}))
    with pytest.raises(CommandError, match="Actual: 0"):
        FakeCloud(tmp_path)


def test_concurrent_writes_are_all_kept(tmp_path: Path) -> None:
    cloud = FakeCloud(tmp_path)

    def work(first: int) -> None:
        for number in range(first, first + 20):
            cloud.put(NETWORK, str(number), {"name": str(number)}, action="create")

    threads = [threading.Thread(target=work, args=(first,)) for first in range(0, 80, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(FakeCloud(tmp_path).of(NETWORK)) == 80
    assert [event.number for event in cloud.events] == list(range(1, 81))
