"""A drill of `grid failover` with a real PostgreSQL and its streaming replica."""

import pytest

from benchmarks.failover import AFTER, CUT_OFF, drill


@pytest.mark.slow
@pytest.mark.parametrize(("is_region_out", "code"), [(False, 0), (True, 3)])
def test_failover_loses_only_what_replica_did_not_get(is_region_out: bool, code: int) -> None:
    measured = drill(is_region_out=is_region_out)
    assert measured.code == code
    first = measured.lost[0]
    assert measured.lost == list(range(first, measured.acknowledged + 1))
    assert len(measured.lost) >= CUT_OFF
    assert measured.grid_rpo_seconds >= measured.rpo_seconds
    assert measured.after >= AFTER
