"""The documentation says what is so: addresses, numbers, files and links."""

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
LEAVING = "The document"
"""Heads the column of the architecture document's own addresses."""

BLOCKS = """
terraform terraform.backend.gcs provider.google provider.google-beta
google_project_service.apis
google_compute_network.main google_compute_subnetwork.private google_compute_router.router
google_compute_router_nat.nat google_vpc_access_connector.connector
google_compute_global_address.private_ip google_service_networking_connection.private_vpc
google_sql_database_instance.main google_sql_database_instance.read_replica
google_sql_database.main random_password.db_password google_sql_user.app_user
google_secret_manager_secret.db_password google_secret_manager_secret_version.db_password
google_cloud_run_v2_service.auth_service google_cloud_run_v2_service.api_service
google_cloud_run_v2_service.ai_service
google_redis_instance.cache google_secret_manager_secret.redis_connection
google_secret_manager_secret_version.redis_connection
google_apigee_organization.org google_apigee_environment.env google_apigee_api_proxy.main
google_apigee_api_proxy_deployment.main google_apigee_shared_flow.rate_limit
google_compute_global_address.default google_compute_managed_ssl_certificate.default
google_compute_backend_service.api google_compute_url_map.default
google_compute_target_https_proxy.default google_compute_global_forwarding_rule.default
google_compute_security_policy.default
google_monitoring_uptime_check_config.api google_monitoring_alert_policy.high_error_rate
google_monitoring_alert_policy.high_latency google_monitoring_metric_descriptor.ai_tokens
google_monitoring_dashboard.main
google_service_account.cloud_run google_project_iam_member.cloud_run_permissions
""".split()
"""Every block of HCL in the architecture document, in its order."""

UNDEFINED = """
google_compute_region_network_endpoint_group.api_neg google_compute_health_check.api
google_compute_backend_service.auth google_compute_backend_service.ai
google_compute_backend_service.static
google_secret_manager_secret.db_connection google_secret_manager_secret.jwt_secret
google_secret_manager_secret.openai_key
google_vertex_ai_index.embeddings
google_monitoring_notification_channel.email google_monitoring_notification_channel.pagerduty
""".split()
"""What its blocks refer to and it defines nowhere."""

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
    found = (_ADDRESS.match(code) for code in _CODE.findall(markdown))
    return [match[0] for match in found if match]


@cache
def existing() -> frozenset[str]:
    """Every address of every environment."""
    stacks = [*platforms().values(), *bootstraps().values()]
    found = {address for template in stacks for address in template.addresses}
    for template in platforms().values():
        passwords = template.document["ephemeral"]["random_password"]
        found |= {f"ephemeral.random_password.{name}" for name in passwords}
    return frozenset(found)


MAP = DOCS / "from-the-document.md"


def rows_of_the_document() -> list[tuple[str, list[str]]]:
    """List the blocks of the document, each with the other cells of its row."""
    return [
        (row[0].strip("`"), row[1:])
        for head, rows in tables(MAP)
        if head[0] == LEAVING
        for row in rows
    ]


def test_every_block_of_the_document_has_its_row() -> None:
    assert [block for block, _ in rows_of_the_document()] == [*BLOCKS, *UNDEFINED]


@pytest.mark.parametrize("block", [*BLOCKS, *UNDEFINED])
def test_a_row_leads_somewhere(block: str) -> None:
    [others] = [others for found, others in rows_of_the_document() if found == block]
    ours = others[1]
    if not addresses(ours):
        assert ours.startswith("none: "), f"{block}: {ours}"


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_addresses_exist(page: Path) -> None:
    own = text(page)
    if page == MAP:
        blocks = "|".join(re.escape(block) for block, _ in rows_of_the_document())
        own = re.sub(rf"^\| `(?:{blocks})` \|", "|", own, flags=re.MULTILINE)
    assert sorted(set(addresses(own)) - existing()) == []


def test_every_type_is_explained() -> None:
    types = {
        address.split(".")[0]
        for stacks in (platforms(), bootstraps())
        for template in stacks.values()
        for address in template.resources
    }
    explained = {address.split(".")[0] for address in addresses(text(MAP))}
    assert sorted(types - explained) == []


def test_the_scaling_table_is_that_of_the_files() -> None:
    [rows] = [rows for head, rows in tables(MAP) if "Here: instances" in head]
    expected = [
        [name, service, f"{one.min_instances} to {one.max_instances}", str(one.concurrency)]
        for name, environment in ordered(load()).items()
        for service, one in environment.services.items()
    ]
    assert [[row[0], row[1], row[4], row[5]] for row in rows] == expected


def ordered(environments: Mapping[str, Environment]) -> dict[str, Environment]:
    """Return the environments from the smallest to the largest."""
    return {name: environments[name] for name in ("dev", "staging", "prod")}


def amount(value: float) -> str:
    return f"{value:,g}" if value < 1000 else f"{value:,.0f}"


def per_region(environment: Environment, region: str) -> list[str]:
    """List what an environment requests in a region, in the order of the page's rows."""
    here = {
        name: service
        for name, service in environment.services.items()
        if region in environment.regions_of(service)
    }
    cpu = {name: one.cpu * one.max_instances for name, one in here.items()}
    memory = {name: memory_mib(one.memory) * one.max_instances / 1024 for name, one in here.items()}
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
            f"{amount(max(of.values()))} ({max(of, key=lambda name: of[name])})"
            for of in (cpu, memory)
        ),
        amount(sum(one.min_instances for one in here.values())),
        amount(sum(one.max_instances for one in here.values() if one.gpu)),
        amount(job.cpu if job else 0),
        amount(len(here)),
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
    public = [one for one in of("google_compute_global_address").values() if "purpose" not in one]
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


def test_quotas_are_those_of_the_files() -> None:
    regions, projects, *_ = tables(DOCS / "quotas.md")
    wanted = {
        f"{name} {region}": per_region(environment, region)
        for name, environment in ordered(load()).items()
        for region in environment.regions
    }
    assert columns(*regions) == wanted
    assert columns(*projects) == {name: per_project(platforms()[name]) for name in ordered(load())}


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return the columns of a table but the first, by their heads."""
    return {name: [row[place] for row in rows] for place, name in enumerate(head) if place}


def headings(page: Path) -> set[str]:
    """Return the fragments that lead to a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
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
def test_files_that_are_named_exist(page: Path) -> None:
    named = {code for code in _CODE.findall(text(page)) if "/" in code and _FILE.fullmatch(code)}
    folders = (ROOT, page.parent)
    missing = [name for name in named if not any((at / name).exists() for at in folders)]
    assert sorted(missing) == []


def test_every_page_is_in_its_index() -> None:
    for index in (DOCS / "README.md", DOCS / "decisions" / "README.md"):
        pages = {page.name for page in index.parent.glob("*.md")} - {"README.md"}
        assert sorted(pages - set(_LINK.findall(text(index)))) == []


def test_traps_are_dated_and_placed() -> None:
    for head, rows in tables(DOCS / "traps.md"):
        assert head[0] == "Date"
        for row in rows:
            assert re.fullmatch(r"20\d\d-\d\d-\d\d", row[0])
            assert (ROOT / row[4].strip("`")).is_file(), row
