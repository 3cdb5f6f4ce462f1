"""Ranges near those of Google's own, and the blocks that Google puts into one."""

from collections.abc import Mapping
from ipaddress import IPv4Network

from hypothesis import given, settings, strategies as st

from facts import network
from tests.environments.samples import changed, problems_of

PATHS = (
    "network.private_services_range",
    "regions.us-central1.subnet_range",
    "regions.us-central1.services_range",
    "regions.us-central1.pods_range",
)
SQL, REDIS = network.cloud_sql_prefix_length(), network.redis_prefix_length()
RESERVED = [*network.prohibited_ranges(), network.docker_bridge()]


@st.composite
def neighbors(draw: st.DrawFn) -> IPv4Network:
    """Return a range of /8 to /22 in, around or beside a reserved one."""
    size = draw(st.integers(8, 22))
    address = int(draw(st.sampled_from(RESERVED)).network_address)
    near = address + draw(st.sampled_from([-1, 0, 1])) * 2 ** (32 - size)
    return IPv4Network((near % 2**32 >> 32 - size << 32 - size, size))


@settings(deadline=None)
@given(st.sampled_from(PATHS), neighbors())
def test_check_rejects_exactly_the_ranges_that_overlap_a_reserved_one(
    path: str, range_: IPv4Network
) -> None:
    problems = problems_of(changed("dev", {path: str(range_)}))
    reported = [one for one in problems if "such as one in 10.0.0.0/8" in one[2]]
    overlaps = any(range_.overlaps(other) for other in RESERVED)
    assert [where for where, _, _ in reported] == ([path] if overlaps else [])


def _fits(blocks: list[int], size: int, additional: int = 0) -> bool:
    """Report whether aligned blocks of these prefix lengths fit into a range of this one, first
    come, first served; those of Cloud SQL also into as many additional ranges of a /24.
    """
    taken: list[IPv4Network] = []
    further = [IPv4Network(f"10.66.{number}.0/24") for number in range(additional)]
    for length in blocks:
        ranges = [IPv4Network(f"10.64.0.0/{size}"), *(further if length == SQL else [])]
        free = (
            block
            for range_ in ranges
            if range_.prefixlen <= length
            for block in range_.subnets(new_prefix=length)
            if not any(block.overlaps(other) for other in taken)
        )
        block = next(free, None)
        if block is None:
            return False
        taken.append(block)
    return True


def _changes(replicas: int) -> dict[str, object]:
    """Return further regions, each with a replica."""
    changes: dict[str, object] = {"database.max_connections": 262_000}
    for number, name in enumerate(["us-east1", "us-west1", "us-east4", "us-south1"][:replicas]):
        changes[f"regions.{name}"] = {
            "subnet_range": f"10.1{number}.0.0/20",
            "services_range": f"10.1{number}.16.0/20",
            "pods_range": f"10.1{number}.32.0/20",
            "connector": {"range": f"10.200.{number}.0/28"},
        }
        changes[f"database.replicas.r{number}"] = {"region": name}
    return changes


def _longest(changes: Mapping[str, object]) -> int:
    """Return the prefix length of the smallest range for private services that is valid."""
    return max(
        size
        for size in range(16, 25)
        if not problems_of(changed("dev", {**changes, PATHS[0]: f"10.64.0.0/{size}"}))
    )


@settings(deadline=None)
@given(st.integers(1, 4), st.data())
def test_accepted_range_holds_the_blocks_of_the_database_and_redis_in_any_order(
    replicas: int, data: st.DataObject
) -> None:
    longest = _longest(_changes(replicas))
    blocks = [SQL] * (1 + replicas) + [REDIS] * (1 + replicas)
    assert _fits(data.draw(st.permutations(blocks)), longest)
    assert not _fits(blocks, longest + 1)


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 5))
def test_accepted_ranges_hold_the_blocks_with_additional_ranges(
    replicas: int, additional: int
) -> None:
    ranges = [f"10.66.{number}.0/24" for number in range(additional)]
    changes = {**_changes(replicas), "network.additional_private_services_ranges": ranges}
    longest = _longest(changes)
    blocks = [REDIS] * (1 + replicas) + [SQL] * (1 + replicas)
    assert _fits(blocks, longest, additional)
    assert longest == SQL or not _fits(blocks, longest + 1, additional)
