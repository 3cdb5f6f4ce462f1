"""Whether the service agents exist and have their roles."""

from __future__ import annotations

from collections.abc import Iterator

from contract.state_location import STATE
from facts import iam
from operations.checks.finding import Finding, Findings, Subject


def agents(subject: Subject) -> Findings:
    """Check that the project's policy grants each service agent its role.

    Google creates an agent and grants its role when its API is enabled or first used, which can
    come too late for the first resource. Source: IAM, "Create and grant roles to service agents",
    https://cloud.google.com/iam/docs/create-service-agents.
    """
    enabled = subject.stack.values("google_project_service", "service")
    needed = {
        api: agent
        for api, agent in sorted(iam.service_agents().items())
        if f"{api}.googleapis.com" in enabled
    }
    if not needed:
        return
    projects = subject.session.google.api("cloudresourcemanager", "v3").projects()
    name = f"projects/{subject.project}"
    number = subject.session.client.send(projects.get(name=name))["name"].rpartition("/")[2]
    policy = subject.session.client.send(
        projects.getIamPolicy(resource=name, body={"options": {"requestedPolicyVersion": 3}}),
        read_only=True,
    )
    granted = {
        (member, binding["role"])
        for binding in policy.get("bindings", [])
        for member in binding.get("members", [])
    }
    missing = {
        api: (f"serviceAccount:{agent.account.format(number=number)}", agent.role)
        for api, agent in needed.items()
    }
    missing = {api: grant for api, grant in missing.items() if grant not in granted}
    if not missing:
        yield Finding(severity="ok", what="service agents", actual="have their roles")
    for api, (member, role) in missing.items():
        yield Finding(
            severity="warning",
            what=f"service agent of {api}",
            actual=f"the project does not grant {role} to {member}",
            expected="the grant, which Google makes some minutes after the API is enabled, or a "
            "folder's or the organization's",
            advice=f"gcloud beta services identity create --service={api}.googleapis.com "
            f"--project={subject.project}, then gcloud projects add-iam-policy-binding "
            f"{subject.project} --member={member} --role={role} --condition=None",
        )


def named_agents(subject: Subject) -> Findings:
    """Check that each service agent exists to which the stack grants something itself: the topic of
    rotations, keys. IAM rejects a member that does not exist, so that a grant in the state proves
    the agent. No method only reads whether one exists.
    """
    needed = sorted(_grants(subject))
    if not needed:
        return
    state = subject.session.shared.read(STATE)
    resources = state.content.get("resources", []) if state else []
    applied = {(one["type"], one["name"]) for one in resources}
    missing = sorted({api for api, *address in needed if tuple(address) not in applied})
    if not missing:
        yield Finding(severity="ok", what="service agents with grants", actual="exist")
    for api in missing:
        create = (
            f"gcloud storage service-agent --project={subject.project}"
            if api == "storage"
            else f"gcloud beta services identity create --service={api}.googleapis.com "
            f"--project={subject.project}"
        )
        yield Finding(
            severity="warning",
            what=f"service agent of {api} with grants",
            actual="the state has no grant to it, so that it may not exist",
            expected="the agent, before the first apply with the grant",
            advice=create,
        )


def _grants(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Yield the API of a service agent, and type and name of a grant to it."""
    domains = {
        agent.account.rpartition("@")[2]: api for api, agent in iam.encryption_agents().items()
    }
    for type_, named in subject.stack.document["resource"].items():
        if type_.endswith("_iam_member"):
            for name, grant in named.items():
                if api := domains.get(grant["member"].rpartition("@")[2]):
                    yield api, type_, name
