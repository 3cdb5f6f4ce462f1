import json
import threading
from pathlib import Path

import pytest

from offline.cloud.world import World

NETWORK = "google_compute_network"


def test_a_resource_is_kept_copied_and_logged() -> None:
    world = World()
    kept = {"name": "main", "mtu": 1460}
    world.put(NETWORK, "n", kept, action="create")
    kept["mtu"] = 0
    value = world.get(NETWORK, "n")
    assert value == {"name": "main", "mtu": 1460}
    value["mtu"] = 1
    world.of(NETWORK)[0]["mtu"] = 2
    assert world.of(NETWORK) == [{"name": "main", "mtu": 1460}]
    [event] = world.events
    assert (event.number, event.action, event.type, event.id, event.name) == (
        1, "create", NETWORK, "n", "main",
    )  # fmt: skip


def test_a_delete_is_logged_once() -> None:
    world = World()
    world.put(NETWORK, "n", {"name": "main"}, action="create")
    world.delete(NETWORK, "n")
    world.delete(NETWORK, "n")
    assert world.get(NETWORK, "n") is None
    assert world.resources == {}
    assert [event.action for event in world.events] == ["create", "delete"]


def test_drift_changes_what_is_there() -> None:
    world = World()
    world.put(NETWORK, "n", {"name": "main", "mtu": 1460}, action="create")
    world.drift(NETWORK, "n", mtu=1500)
    assert world.get(NETWORK, "n") == {"name": "main", "mtu": 1500}
    assert world.events[-1].action == "drift"
    with pytest.raises(KeyError):
        world.drift(NETWORK, "other", mtu=1500)


def test_a_folder_gives_the_same_world_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put(NETWORK, "n", {"name": "main", "list": [{"a": None}]}, action="create")
    world.put(NETWORK, "m", {"name": "other"}, action="create")
    world.put(NETWORK, "n", {"name": "main", "list": []}, action="update")
    world.delete(NETWORK, "m")
    world.bury("google_sql_database_instance", "db")
    world.log("refuse", NETWORK, "x", reason="no")
    again = World(tmp_path)
    assert again.resources == world.resources == {NETWORK: {"n": {"name": "main", "list": []}}}
    assert again.events == world.events
    assert again.buried("google_sql_database_instance", "db")
    again.forget_tombstones()
    assert not World(tmp_path).buried("google_sql_database_instance", "db")


def test_a_folder_of_another_format_is_refused(tmp_path: Path) -> None:
    World(tmp_path).put(NETWORK, "n", {}, action="create")
    file = tmp_path / "world.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": 0}))
    with pytest.raises(ValueError, match="format 0"):
        World(tmp_path)


def test_threads_lose_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)

    def work(first: int) -> None:
        for number in range(first, first + 20):
            world.put(NETWORK, str(number), {"name": str(number)}, action="create")

    threads = [threading.Thread(target=work, args=(first,)) for first in range(0, 80, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(World(tmp_path).of(NETWORK)) == 80
    assert [event.number for event in world.events] == list(range(1, 81))
