# Everything is done by `make <target>`; nothing needs to be installed but Python >= 3.11 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# .venv holds what the commands need and, once a target needs them, the tools and the servers of
# the tests. From then on, every target that renews .venv installs those too.
RUNTIME := $(VENV)/.installed
DEVELOPER := $(VENV)/.installed-dev
INSTALLED := $(or $(wildcard $(DEVELOPER)),$(RUNTIME))
# Packages of their own in this repository; the lock files have their dependencies.
PACKAGES := facts offline
FIXTURES := tests/fixtures/environments
POLICY := .cache/policy-venv
CDKTN := .cache/cdktn
# The machine's own certificates, where it has any: some networks re-sign TLS.
CERTIFICATES := $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt)
UV := $(BIN)/uv $(if $(CERTIFICATES),--system-certs)
# An image gets the versions that the tests ran with, for the Python of its Dockerfile.
IMAGE_LOCK := $(UV) pip compile --constraint requirements-dev.txt --universal --python-version 3.13 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
# The image of a service has the parts of grid_shared that it uses.
SERVICE_LOCK = $(IMAGE_LOCK) services/$$service/pyproject.toml services/shared/pyproject.toml \
	--output-file services/$$service/requirements.txt --extra cache --extra service --extra telemetry
# With the fork as the setting of bindings/, its packages replace those of CDKTF: each override has a
# marker that never holds, which removes the package.
CDK = $(shell sed -n 's/^CDK = "\(.*\)"$$/\1/p' bindings/packages.py)
FORK = $(if $(filter cdktn,$(CDK)),--group cdktn --override bindings/without-cdktf.txt)
# The commands get the versions that the tests ran with, too.
COMPILE = $(UV) pip compile pyproject.toml $(PACKAGES:%=%/pyproject.toml) --extra terraform \
	--extra serve --no-emit-package google-cloud-facts --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet $(FORK)
# Bytecode saves a second of every synth.
export PYTHONDONTWRITEBYTECODE =
unexport PYTHONPATH PYTHONHOME

# Begin a recipe that installs. Ctrl-C ends it with one line; the next make installs again.
# `quietly` prints what a command wrote to stderr only if the command failed, which leaves out
# Python's traceback after Ctrl-C. uv writes its progress to the terminal itself.
define INSTALL
set -e; started=$$(date +%s); log=$$(mktemp); trap 'rm -f $$log' EXIT; \
	trap 'echo "make: Installation interrupted; run make again" >&2; exit 130' INT; \
	report() { echo "make: $$*" >&2; }; \
	quietly() { "$$@" 2> $$log || { code=$$?; cat $$log >&2; return $$code; }; }; \
	finish() { touch $@; report "Installed in $$(($$(date +%s) - started)) s"; }
endef

# Make .venv match a lock file. uv removes what the file does not list: this repository's packages.
SYNC = $(UV) pip sync --python $(BIN)/python --require-hashes $(1); \
	$(UV) pip install --quiet --offline --python $(BIN)/python --no-deps $(PACKAGES:%=--editable %)

.DEFAULT_GOAL := help
.PHONY: help install install-runtime synth bootstrap try try-destroy rehearse docs check new test \
	test-provider lint lint-github commits types policy check-cdktn format snapshots schema lock \
	migrations-schema bench bench-services clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  ENV=dev picks one environment for synth, bootstrap and check; all without it."

install: $(DEVELOPER) ## Create .venv for developers; each target installs what it needs itself.

install-runtime: $(INSTALLED) ## Create .venv without developer tools: two thirds of the size.

$(RUNTIME): requirements.txt requirements-uv.txt $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "make: $(PYTHON) must be Python 3.11 to 3.13; choose one with PYTHON=..." >&2; exit 2; }
	@$(INSTALL); \
	report "Creating .venv with uv, the installer (20 MB to download, 60 MB on disk)"; \
	quietly $(PYTHON) -m venv --clear $(VENV); \
	quietly $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-uv.txt; \
	report "Installing packages to synthesize and apply, with Terraform and Node" \
		"(200 MB to download, 700 MB on disk)"; \
	$(call SYNC,requirements.txt); \
	report "Copying the modules in use out of the providers (70 MB on disk)"; \
	quietly $(BIN)/python -m bindings > /dev/null; \
	ln -sf ../../grid $(BIN)/grid; \
	finish

$(DEVELOPER): requirements-dev.txt $(RUNTIME)
	@$(INSTALL); \
	report "Adding developer tools, and servers for the tests" \
		"(125 MB to download, 400 MB on disk)"; \
	$(call SYNC,requirements-dev.txt); \
	finish

# Terraform compares the providers with these hashes (decision 34).
LOCKED = for stack in "$${CDKTF_OUTDIR:-cdktf.out}"/stacks/*/; do cp .terraform.lock.hcl "$$stack"; done

# -O leaves out the bindings' type check of every argument, a third of the time; `make types` and
# `make test` do it.
synth: $(INSTALLED) ## Write Terraform JSON to cdktf.out/stacks/<environment>.
	@$(BIN)/python -O main.py $(ENV)
	@$(LOCKED)

bootstrap: $(INSTALLED) ## Write the bootstrap to cdktf.out/stacks/<environment>-bootstrap.
	@$(BIN)/python -O main.py --bootstrap $(ENV)
	@$(LOCKED)

try: synth ## Really apply ENV (dev without it) to an offline Google, and show what came of it.
	@$(BIN)/python -m preview apply $(or $(ENV),dev)

try-destroy: synth ## Destroy in the offline Google what `make try` made.
	@$(BIN)/python -m preview destroy $(or $(ENV),dev)

# PROVIDER=genuine takes the provider of a mirror (GRID_PROVIDER_MIRROR), or what Terraform finds.
rehearse: $(INSTALLED) ## Run the life of ENV offline: bootstrap, releases, backups, drift, destroy.
	@$(BIN)/python -m preview rehearse $(or $(ENV),dev) $(ARGS)

# The picture in docs is that of a fixture: it stays as it is when the environments change.
docs: synth ## Write architecture pages, the picture in docs, and docs/reference.
	@$(BIN)/python -m preview docs $(ENV)
	@GRID_ENVIRONMENTS=$(FIXTURES) CDKTF_OUTDIR=.cache/docs $(BIN)/python -O main.py prod
	@GRID_ENVIRONMENTS=$(FIXTURES) $(BIN)/python -m preview draw prod --stacks .cache/docs/stacks \
		--svg docs/images/architecture.svg --document docs/architecture.md
	@$(BIN)/python -m tests.reference

check: $(INSTALLED) ## Check the environment files, without writing anything.
	@$(BIN)/python -m environments check $(ENV)

new: $(INSTALLED) ## Create an environment file: asks, or takes ARGS="--answers FILE" or options.
	@$(BIN)/python -m environments new $(ENV) $(ARGS)

test: $(DEVELOPER) ## Run the tests.
	@$(BIN)/python -m pytest $(ARGS)

# GRID_PROVIDER_MIRROR names a Terraform filesystem mirror; without it the registry has the provider.
PROVIDER_VERSION ?= 6.50.0
test-provider: $(DEVELOPER) ## Apply and destroy the stacks with the genuine provider of PROVIDER_VERSION.
	@$(BIN)/python -m tests.provider --version $(PROVIDER_VERSION) $(ARGS)

lint: $(DEVELOPER) ## Check style, spelling, and the files of .github.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell . .github .devcontainer
	@PYTHONPATH=services/migrations $(BIN)/python -m grid_migrations lint 2> /dev/null || \
		PYTHONPATH=services/migrations $(BIN)/python -m grid_migrations lint
	@$(MAKE) --no-print-directory lint-github

lint-github: $(DEVELOPER)
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions .github/actions/*/action.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config \
		.github/ISSUE_TEMPLATE/config.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms \
		$(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	@$(BIN)/zizmor --offline --quiet --no-progress --persona auditor .github

# The commits that a branch adds to BASE; merges are left out.
BASE ?= origin/main
commits: $(DEVELOPER) ## Check the messages of the commits since BASE (origin/main).
	@$(BIN)/gitlint --ignore-stdin --commits $(BASE)..HEAD

types: $(DEVELOPER) ## Check types.
	@MYPYPATH=$$($(BIN)/python -m bindings) $(BIN)/mypy

policy: $(POLICY)/.installed ## Judge the plan of every environment with checkov, offline.
	@$(BIN)/python -O main.py
	@$(BIN)/python -O main.py --bootstrap
	@$(BIN)/python -m policy

$(POLICY)/.installed: requirements-policy.txt $(INSTALLED)
	@$(INSTALL); \
	report "Installing checkov, which checks plans (190 MB on disk)"; \
	quietly $(BIN)/python -m venv --clear --without-pip $(POLICY); \
	$(UV) pip sync --python $(POLICY)/bin/python --require-hashes $<; \
	finish

check-cdktn: $(CDKTN)/.installed ## Compare the JSON of CDKTF and of its fork, CDK Terrain.
	@$(BIN)/python -m tests.cdktn $(CDKTN)

$(CDKTN)/.installed: requirements-cdktn.txt $(INSTALLED)
	@$(INSTALL); \
	report "Installing CDK Terrain, the fork of CDKTF (180 MB on disk)"; \
	rm -rf $(CDKTN); \
	$(UV) pip install --python $(BIN)/python --target $(CDKTN) --no-deps --require-hashes \
		--requirement $<; \
	finish

format: $(DEVELOPER) ## Format the code.
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

snapshots: $(INSTALLED) ## Rewrite tests/snapshots from the present output; review the diff.
	@$(BIN)/python -m tests.snapshots
	@git --no-pager diff --stat -- tests/snapshots

migrations-schema: $(DEVELOPER) ## Record the schema that services/migrations create, for `verify`.
	@PYTHONPATH=.:services/migrations $(BIN)/python -m tests.services.migrations.record

schema: $(INSTALLED) ## Rewrite environments/environment.schema.json.
	@$(BIN)/python -m environments schema --write

lock: $(INSTALLED) ## Lock the newest packages that pyproject.toml allows.
	@$(COMPILE) --group dev --group services --upgrade --output-file requirements-dev.txt
	@$(COMPILE) --constraint requirements-dev.txt --output-file requirements.txt
	@$(UV) pip compile --group policy --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet \
		--output-file requirements-policy.txt
	@$(UV) pip compile --group cdktn --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet \
		--output-file requirements-cdktn.txt
	@$(IMAGE_LOCK) services/migrations/pyproject.toml \
		--output-file services/migrations/requirements.txt
	@for service in api auth; do $(SERVICE_LOCK) --extra database; done
	@for service in ai; do $(SERVICE_LOCK); done

bench: $(DEVELOPER) ## Measure synth: overlay, stock import, JavaScript, 3 to 300 services; and offline plans.
	@$(BIN)/python -m benchmarks.synth $(ARGS)
	@$(BIN)/python -m benchmarks.plan $(ARGS)

bench-services: $(DEVELOPER) ## Measure services/: levels, stampede, load and faults.
	@GRPC_VERBOSITY=ERROR PYTHONPATH=.:services/shared:services/migrations:services/api:services/auth \
		$(BIN)/python -m benchmarks.caches $(ARGS)

clean: ## Remove what the other targets made.
	rm -rf $(VENV) .cache cdktf.out .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
