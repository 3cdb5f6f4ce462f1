"""Tests of the addresses, numbers, files, and links in the documentation."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from environments import Environment, load
from environments.schema.compute import memory_mib
from tests.template import Template, bootstraps, platforms

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md"), *DOCS.rglob("*.md")])
SPEC_COLUMN = "The document"
"""Head of the column with the addresses of the architecture spec."""

_CODE = re.compile(r"`([^`\n]+)`")
_ADDRESS = re.compile(
    r"(?:google_[a-z0-9_]+|random_id|ephemeral\.random_password|var|output)\.[a-z0-9_]+"
)
_FILE = re.compile(r"(?:[\w.-]+/)*[\w.-]+\.(?:py|yaml|toml|json|md|txt)")
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")


def relative(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def tables(page: Path) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Head and rows of the tables of a page."""
    lines = text(page).splitlines()
    for number, line in enumerate(lines):
        if set(line) <= set("|- ") and line.startswith("|"):
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append(cells(row))
            yield cells(lines[number - 1]), rows


def addresses(markdown: str) -> list[str]:
    """Return the Terraform addresses in code spans, without what may follow them."""
    matches = (_ADDRESS.match(code) for code in _CODE.findall(markdown))
    return [match[0] for match in matches if match]


@cache
def existing() -> frozenset[str]:
    """Return the addresses of all environments."""
    stacks = [*platforms().values(), *bootstraps().values()]
    known = {address for template in stacks for address in template.addresses}
    for template in platforms().values():
        passwords = template.document["ephemeral"]["random_password"]
        known |= {f"ephemeral.random_password.{name}" for name in passwords}
    return frozenset(known)


MAP = DOCS / "from-the-document.md"


def blocks_of_the_spec() -> list[str]:
    """Return the addresses of the architecture spec, which are not addresses of this platform."""
    return [
        row[0].strip("`") for head, rows in tables(MAP) if head[0] == SPEC_COLUMN for row in rows
    ]


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_addresses_exist(page: Path) -> None:
    own = text(page)
    if page == MAP:
        blocks = "|".join(map(re.escape, blocks_of_the_spec()))
        own = re.sub(rf"^\| `(?:{blocks})` \|", "|", own, flags=re.MULTILINE)
    assert sorted(set(addresses(own)) - existing()) == []


def test_spec_mapping_names_every_resource_type() -> None:
    types = {
        address.split(".")[0]
        for stacks in (platforms(), bootstraps())
        for template in stacks.values()
        for address in template.resources
    }
    documented = {address.split(".")[0] for address in addresses(text(MAP))}
    assert sorted(types - documented) == []


def test_scaling_table_matches_environment_files() -> None:
    [rows] = [rows for head, rows in tables(MAP) if "Here: instances" in head]
    expected = [
        [
            name,
            service,
            f"{config.min_instances} to {config.max_instances}",
            str(config.concurrency),
        ]
        for name, environment in ordered(load()).items()
        for service, config in environment.services.items()
    ]
    assert [[row[0], row[1], row[4], row[5]] for row in rows] == expected


def ordered(environments: Mapping[str, Environment]) -> dict[str, Environment]:
    """Return the environments from the smallest to the largest."""
    return {name: environments[name] for name in ("dev", "staging", "prod")}


def amount(value: float) -> str:
    return f"{value:,g}" if value < 1000 else f"{value:,.0f}"


def per_region(environment: Environment, region: str) -> list[str]:
    """List what an environment requests in a region, in the order of the page's rows."""
    services = {
        name: service
        for name, service in environment.services.items()
        if region in environment.regions_of(service)
    }
    cpu = {name: service.cpu * service.max_instances for name, service in services.items()}
    memory = {
        name: memory_mib(service.memory) * service.max_instances / 1024
        for name, service in services.items()
    }
    database = environment.database
    custom = re.match(r"db-custom-(\d+)", database.tier)  # else a shared core
    instances = (region == environment.primary_region) + sum(
        replica.region == region for replica in database.replicas.values()
    )
    job = environment.migration_job if region == environment.primary_region else None
    search = environment.vector_search if region == environment.primary_region else None
    replicas = search.deployment.max_replicas if search and search.deployment else 0
    connector = environment.regions[region].connector
    connectors = environment.network.egress == "connector"
    return [
        amount(sum(cpu.values())),
        amount(sum(memory.values())),
        *(
            f"{amount(max(totals.values()))} ({max(totals, key=lambda name: totals[name])})"
            for totals in (cpu, memory)
        ),
        amount(sum(service.min_instances for service in services.values())),
        amount(sum(service.max_instances for service in services.values() if service.gpu)),
        amount(job.cpu if job else 0),
        amount(len(services)),
        amount(connectors),
        amount(connector.max_instances * connectors),
        amount(environment.cache.memory_gb),
        amount(instances),
        amount(instances * int(custom[1] if custom else 1)),
        amount(instances * database.disk_limit_gb),
        amount(replicas),
        "1",
    ]


def per_project(template: Template) -> list[str]:
    """How many of each the platform of an environment has, in the order of the page's rows."""
    of = template.of
    rules = template.one("google_compute_security_policy")["rule"]
    public = [
        address
        for address in of("google_compute_global_address").values()
        if "purpose" not in address
    ]
    counts: Sequence[int] = (
        len(of("google_compute_network")),
        len(public),
        len(of("google_compute_global_address")) - len(public),
        len(of("google_compute_region_network_endpoint_group")),
        len(of("google_compute_backend_service")),
        len(of("google_compute_backend_bucket")),
        len(of("google_compute_url_map")),
        len(of("google_compute_target_https_proxy")) + len(of("google_compute_target_http_proxy")),
        len(of("google_compute_global_forwarding_rule")),
        len(of("google_compute_managed_ssl_certificate")),
        len(of("google_compute_security_policy")),
        len(rules),
        sum("expr" in rule["match"] for rule in rules),
        len(of("google_service_account")),
        len(of("google_secret_manager_secret")),
        len(of("google_storage_bucket")),
    )
    return [str(count) for count in counts]


def test_quota_tables_match_environment_files() -> None:
    regions, projects, *_ = tables(DOCS / "quotas.md")
    expected = {
        f"{name} {region}": per_region(environment, region)
        for name, environment in ordered(load()).items()
        for region in environment.regions
    }
    assert columns(*regions) == expected
    assert columns(*projects) == {name: per_project(platforms()[name]) for name in ordered(load())}


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return the columns of a table but the first, by their heads."""
    return {name: [row[place] for row in rows] for place, name in enumerate(head) if place}


def headings(page: Path) -> set[str]:
    """Return the fragments that lead to a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_link_targets_exist(page: Path) -> None:
    broken = []
    for link in _LINK.findall(text(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and fragment not in headings(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_named_files_exist(page: Path) -> None:
    named = {code for code in _CODE.findall(text(page)) if "/" in code and _FILE.fullmatch(code)}
    folders = (ROOT, page.parent)
    missing = [name for name in named if not any((at / name).exists() for at in folders)]
    assert sorted(missing) == []


def test_index_links_every_page() -> None:
    for index in (DOCS / "README.md", DOCS / "decisions" / "README.md"):
        pages = {page.name for page in index.parent.glob("*.md")} - {"README.md"}
        assert sorted(pages - set(_LINK.findall(text(index)))) == []


def test_known_issues_have_date_and_file() -> None:
    for head, rows in tables(DOCS / "traps.md"):
        assert head[0] == "Date"
        for row in rows:
            assert re.fullmatch(r"20\d\d-\d\d-\d\d", row[0])
            assert (ROOT / row[4].strip("`")).is_file(), row
