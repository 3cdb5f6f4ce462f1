"""Mistakes of the original document, by area."""

from tests.terraform.mutations import ai_cost, compute, data, edge, gateway, monitoring
from tests.terraform.mutations.mutation import Mutation

MUTATIONS: tuple[Mutation, ...] = tuple(
    mutation
    for area in (ai_cost, compute, data, edge, gateway, monitoring)
    for mutation in area.MUTATIONS
)
