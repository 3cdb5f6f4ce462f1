"""Cloud Run: probes, limits of requests, traffic, environment and volumes of a revision."""

from facts import cloud_run
from offline.services.context import Block, RuleContext, blocks, number, seconds, text
from offline.services.registry import rule
from offline.services.run.resources import JOB, SERVICE, containers, template


@rule(SERVICE)
def request_limits(context: RuleContext) -> str | None:
    """Reject a timeout or a concurrency above the highest that there is."""
    longest, most = cloud_run.max_request_seconds(), cloud_run.max_concurrency()
    timeout = seconds(text(template(context), "timeout"))
    concurrency = number(template(context), "max_instance_request_concurrency")
    if timeout is not None and not 1 <= timeout <= longest:
        return f"template.timeout: {timeout:.0f}s must be between 1s and {longest}s."
    if concurrency and not 1 <= concurrency <= most:
        return (
            f"template.maxInstanceRequestConcurrency: {concurrency:.0f} must be between 1 and "
            f"{most}."
        )
    return None


@rule(SERVICE)
def probes(context: RuleContext) -> str | None:
    """Reject a probe whose timeout is longer than its period, or a startup that takes too long."""
    for index, container in containers(context):
        for kind, most in (
            ("startup_probe", cloud_run.max_startup_seconds()),
            ("liveness_probe", cloud_run.max_liveness_period_seconds()),
        ):
            for probe in blocks(container, kind):
                problem = _probe(probe, most, startup=kind == "startup_probe")
                if problem:
                    return f"template.containers[{index}].{kind}: {problem}"
    return None


def _probe(probe: Block, most: int, *, startup: bool) -> str | None:
    timeout = number(probe, "timeout_seconds") or 1
    period = number(probe, "period_seconds") or 10
    failures = number(probe, "failure_threshold") or 3
    delay = number(probe, "initial_delay_seconds") or 0
    if not 1 <= period <= most or not 1 <= timeout <= most:
        return f"period_seconds and timeout_seconds must be between 1 and {most}."
    if timeout > period:
        return f"timeout_seconds {timeout:.0f} must be at most period_seconds {period:.0f}."
    if startup and period * failures > most:
        return (
            f"period_seconds * failure_threshold is {period * failures:.0f}, must be at most "
            f"{most}."
        )
    if not 0 <= delay <= most:
        return f"initial_delay_seconds {delay:.0f} is out of range."
    kinds = [kind for kind in ("http_get", "tcp_socket", "grpc") if probe.get(kind)]
    return "exactly one of http_get, tcp_socket and grpc may be set." if len(kinds) > 1 else None


@rule(SERVICE)
def scaling(context: RuleContext) -> str | None:
    """Reject a minimum of instances above the maximum."""
    most = number(template(context), "scaling.max_instance_count")
    for place, block in (("template.scaling", template(context)), ("scaling", context.planned)):
        least = number(block, "scaling.min_instance_count")
        if least and most and least > most:
            return (
                f"{place}.minInstanceCount: {least:.0f} must not be greater than "
                f"maxInstanceCount {most:.0f}."
            )
    return None


@rule(SERVICE)
def traffic(context: RuleContext) -> str | None:
    """Traffic whose percentages are not 100 together."""
    traffics = [number(item, "percent") or 0 for item in context.blocks("traffic")]
    if not traffics or sum(traffics) == 100:
        return None
    return f"spec.traffic: Traffic percentages must sum to 100, got {sum(traffics):.0f}."


@rule(SERVICE, JOB)
def vpc(context: RuleContext) -> str | None:
    """Reject a connector together with network interfaces, or an egress setting with neither."""
    for vpc_access in blocks(template(context), "vpc_access"):
        connector = vpc_access.get("connector") not in (None, "")
        interfaces = bool(vpc_access.get("network_interfaces"))
        if connector and interfaces:
            return "template.vpcAccess: connector and networkInterfaces are mutually exclusive."
        if text(vpc_access, "egress") and not connector and not interfaces:
            return "template.vpcAccess: egress requires a connector or networkInterfaces."
    return None


@rule(SERVICE, JOB)
def environment(context: RuleContext) -> str | None:
    """Reject a variable that Cloud Run sets itself, one that is there twice, or a name that is
    none.
    """
    service = context.type == SERVICE
    reserved = cloud_run.reserved_variables() if service else cloud_run.reserved_job_variables()
    for index, container in containers(context):
        where = f"template.containers[{index}].env"
        names = [text(env, "name") for env in blocks(container, "env")]
        taken = sorted(reserved & set(names))
        if taken:
            return (
                f"{where}: The following reserved env names were provided: "
                f"{', '.join(taken)}. These "
                "values are automatically set by the system."
            )
        for position, name in enumerate(names):
            if name and name in names[:position]:
                return f"{where}: Duplicate environment variable name {name}."
            if "=" in name:
                return (
                    f"{where}[{position}].name: '{name}' is not a valid environment variable name."
                )
    return None


@rule(SERVICE, JOB)
def volumes(context: RuleContext) -> str | None:
    """Reject a mount of a volume that the template does not have."""
    names = [text(volume, "name") for volume in blocks(template(context), "volumes")]
    for index, container in containers(context):
        for mount in blocks(container, "volume_mounts"):
            if text(mount, "name") not in names:
                return (
                    f"template.containers[{index}].volumeMounts: volume "
                    f"'{text(mount, 'name')}' not found."
                )
    return None


@rule(SERVICE)
def ingress_container(context: RuleContext) -> str | None:
    """Several containers with a port, or none when there are several."""
    containers_ = [container for _, container in containers(context)]
    ports = [item for item in containers_ if item.get("ports")]
    if len(ports) > 1 or (len(containers_) > 1 and not ports):
        return "template.containers: exactly one container must expose a port."
    return None
