"""Steps of a rehearsal, in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from preview.rehearse import backups, deletion, failover, infrastructure, releases, services
from preview.rehearse.life import Life


@dataclass(frozen=True)
class Step:
    """One step: its name, and the function that runs its commands and returns its result."""

    name: str
    run: Callable[[Life], str]
    is_needed: Callable[[Life], bool] = lambda _: True


STEPS: Sequence[Step] = (
    Step("synthesize", infrastructure.synthesize),
    Step("bootstrap", infrastructure.bootstrap),
    Step("apply", infrastructure.apply),
    Step("gateway", releases.deploy_gateway, releases.has_gateway),
    Step("push images", releases.push_images),
    Step("release", releases.release),
    Step("status", releases.status),
    Step("services", services.answer, services.can_run),
    Step("bad release", releases.failing_release),
    Step("split release", releases.held_release),
    Step("next release", releases.next_release),
    Step("roll back", releases.roll_back),
    Step("back up", backups.back_up),
    Step("restore drill", backups.drill),
    Step("failover", failover.fail_over, failover.has_replica),
    Step("deleted database", deletion.restore_after_deletion),
    Step("drift", infrastructure.change_manually),
    Step("repair", infrastructure.repair),
    Step("unprotect", infrastructure.unprotect, infrastructure.is_protected),
    Step("destroy", infrastructure.destroy),
    Step("end", infrastructure.destroy_bootstrap),
)
