"""URL maps: host rules, path rules, redirects, and the tests that they carry."""

import re

from facts import load_balancing
from offline.services.compute.frontends import MAP, services_of
from offline.services.context import Block, RuleContext, blocks, text
from offline.services.registry import rule

_PATH = re.compile(r"/[^*?#]*\Z|/([^*?#]*/)?\*\Z")
_HOST = re.compile(r"(\*|(\*[.-])?[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d+)?\Z")


@rule(MAP)
def matchers(context: RuleContext) -> str | None:
    """Reject a host rule whose path matcher does not exist, or two with a name."""
    names = [text(path_matcher, "name") for path_matcher in context.blocks("path_matcher")]
    used = [text(host_rule, "path_matcher") for host_rule in context.blocks("host_rule")]
    for name in used:
        if name not in names:
            return (
                f"Invalid value for field 'resource.hostRules.pathMatcher': '{name}'. Path "
                "matcher is not defined., invalid"
            )
    for index, name in enumerate(names):
        if name in names[:index]:
            return (
                f"Invalid value for field 'resource.pathMatchers[{index}].name': '{name}'. "
                "Path matcher names must be unique., invalid"
            )
    return None


@rule(MAP)
def matchers_used(context: RuleContext) -> str | None:
    """Name a path matcher that no host uses."""
    used = [text(host_rule, "path_matcher") for host_rule in context.blocks("host_rule")]
    names = (text(path_matcher, "name") for path_matcher in context.blocks("path_matcher"))
    unused = next((name for name in names if name not in used), None)
    return unused and f"Path matcher '{unused}' is not used by a host rule."


@rule(MAP)
def hosts(context: RuleContext) -> str | None:
    """Reject a host that is none, or that two host rules name."""
    seen: set[str] = set()
    for host_rule in context.blocks("host_rule"):
        for host in host_rule.get("hosts") or ():
            if not isinstance(host, str):
                continue
            if not _HOST.match(host):
                return (
                    f"Invalid value for field 'resource.hostRules.hosts': '{host}'. Must be a "
                    "host name; * may only stand first, followed by - or ., invalid"
                )
            if host in seen:
                return (
                    f"Invalid value for field 'resource.hostRules.hosts': '{host}'. Host is "
                    "listed in more than one host rule., invalid"
                )
            seen.add(host)
    return None


@rule(MAP)
def paths(context: RuleContext) -> str | None:
    """Reject a path that does not start with /, or has a * that is not the last character after /;
    or is there twice.
    """
    for matcher in context.blocks("path_matcher"):
        seen: set[str] = set()
        for path_rule in blocks(matcher, "path_rule"):
            for path in path_rule.get("paths") or ():
                if not isinstance(path, str):
                    continue
                where = (
                    "Invalid value for field "
                    f"'resource.pathMatchers[{text(matcher, 'name')}].pathRules.paths': "
                    f"'{path}'"
                )
                if not _PATH.match(path):
                    return (
                        f"{where}. Must begin with / and a * is only allowed at the end "
                        "following a /., invalid"
                    )
                if path in seen:
                    return f"{where}. The path is already used in this path matcher., invalid"
                seen.add(path)
    return None


@rule(MAP, code=413)
def test_count(context: RuleContext) -> str | None:
    """Reject more tests than a URL map can have."""
    most, given = load_balancing.max_url_map_tests(), len(context.blocks("test"))
    if given > most:
        return (
            f"Value for field 'resource.tests' is too large: maximum size {most} element(s); "
            f"actual size {given}., fieldSizeTooLarge"
        )
    return None


@rule(MAP)
def destinations(context: RuleContext) -> str | None:
    """Reject a path matcher or path rule without exactly one destination."""
    for matcher in context.blocks("path_matcher"):
        if not _has(matcher, "default_"):
            return (
                "Invalid value for field "
                f"'resource.pathMatchers[{text(matcher, 'name')}].defaultService': one of "
                "defaultService, defaultUrlRedirect and defaultRouteAction must be set., "
                "invalid"
            )
        for path_rule in blocks(matcher, "path_rule"):
            if not _has(path_rule, "") or (
                path_rule.get("service") and blocks(path_rule, "url_redirect")
            ):
                return (
                    "Invalid value for field "
                    f"'resource.pathMatchers[{text(matcher, 'name')}].pathRules': exactly one "
                    "of service and urlRedirect must be set., invalid"
                )
    return None


def _has(block: Block, prefix: str) -> bool:
    name = f"{prefix}service"
    unknown = name in block and block[name] is not None and not isinstance(block[name], str)
    return bool(
        unknown
        or text(block, name)
        or blocks(block, f"{prefix}url_redirect")
        or blocks(block, f"{prefix}route_action")
    )


@rule(MAP, code=404)
def backends_exist(context: RuleContext) -> str | None:
    """Reject a backend service or bucket that does not exist."""
    for reference in services_of(context.planned):
        foreign = f"projects/{context.project}/" not in reference
        if not reference or (foreign and "projects/" in reference):
            continue
        if not _backend(context, reference):
            return f"The resource '{reference}' was not found, notFound"
    return None


def _backend(context: RuleContext, reference: str) -> Block | None:
    return context.find("google_compute_backend_service", reference) or context.find(
        "google_compute_backend_bucket", reference
    )


@rule(MAP)
def url_map_tests(context: RuleContext) -> str | None:
    """Reject a test of the map that its own routes do not pass."""
    for test in context.blocks("test"):
        value = text(test, "service")
        got = route(context.planned, text(test, "host"), text(test, "path"))
        if value and got and _same(value) != _same(got):
            return (
                "Invalid value for field 'resource.tests': URL map test failed: host "
                f"{text(test, 'host')!r} "
                f"path {text(test, 'path')!r} expected service {value}, got {got}., invalid"
            )
    return None


def _same(reference: str) -> str:
    return reference.partition("projects/")[2] or reference


def route(map_: Block, host: str, path: str) -> str:
    """Return the service that a map sends a host and path to, empty when it redirects or is not
    known.
    """
    matcher = _matcher(map_, host)
    if matcher is None:
        return text(map_, "default_service")
    best: tuple[int, str] | None = None
    for path_rule in blocks(matcher, "path_rule"):
        for pattern in path_rule.get("paths") or ():
            length = _match(str(pattern), path.partition("?")[0])
            if length is not None and (best is None or length > best[0]):
                best = (length, text(path_rule, "service"))
    return text(matcher, "default_service") if best is None else best[1]


def _match(pattern: str, path: str) -> int | None:
    """How exactly a pattern fits, None when it does not; the longest wins, an exact one before
    all.
    """
    if pattern == path:
        return len(pattern) + 1_000_000
    if pattern.endswith("/*") and path.startswith(pattern[:-1]):
        return len(pattern)
    return None


def _matcher(map_: Block, host: str) -> Block | None:
    result: tuple[int, str] | None = None
    for host_rule in blocks(map_, "host_rule"):
        for pattern in host_rule.get("hosts") or ():
            fits = pattern == host or (
                str(pattern).startswith("*") and host.endswith(str(pattern)[1:])
            )
            if fits and (result is None or len(str(pattern)) > result[0]):
                result = (len(str(pattern)), text(host_rule, "path_matcher"))
    for matcher in blocks(map_, "path_matcher"):
        if result is not None and text(matcher, "name") == result[1]:
            return matcher
    return None


@rule(MAP, "google_compute_target_https_proxy")
def redirect_loop(context: RuleContext) -> str | None:
    """Reject a map that redirects to HTTPS behind an HTTPS proxy."""
    if context.type == MAP:
        proxies = context.all("google_compute_target_https_proxy")
        used = any(
            context.id and _same(text(proxy, "url_map")) == _same(context.id) for proxy in proxies
        )
        maps: list[Block | None] = [context.planned] if used else []
    else:
        maps = [context.find(MAP, context.text("url_map"))]
    for map_ in maps:
        if map_ is not None and any(
            block.get("https_redirect") is True for block in blocks(map_, "default_url_redirect")
        ):
            return (
                "Invalid value for field 'resource.urlMap': httpsRedirect must only be set "
                "for URL maps used in target HTTP proxies., invalid"
            )
    return None
