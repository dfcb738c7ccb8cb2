# Everything a person or a machine does with this checkout. Environments are made once and reused:
# a file `.ready` in each is older than what it was made from only when it has to be made again.

PYTHON ?= python3
UV_VERSION := 0.13.8

UV    := .uv/bin/uv
VENV  := .venv
VENV7 := .venv-0.7
VENVS := .venv-services
KERNELS := 6.31 7.3 7.4
BIN   := $(VENV)/bin
BIN7  := $(VENV7)/bin

# The browser code: what it is built from, and the last file of what is built.
JS_SOURCES := $(shell find js -type f 2>/dev/null) package.json tsconfig.json
STATIC     := dd_jupyter/labextension/package.json

# Runs keep to themselves: no settings of this account, nothing left behind in its home.
SCRATCH := $(CURDIR)/build/home
QUIET   := mkdir -p $(SCRATCH)/ipython && env IPYTHONDIR=$(SCRATCH)/ipython JUPYTER_RUNTIME_DIR=$(SCRATCH)/jupyter JUPYTER_CONFIG_DIR=$(SCRATCH)/jupyter \
           DATA_DESIGNER_HOME=$(SCRATCH)/data-designer JUPYTER_PLATFORM_DIRS=1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test lab bench lint format types contract js build unit server-tests engines services-tests wheel \
        notebooks browser chromium services outputs picture docs wire lock clean distclean

say = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

# ---------------------------------------------------------------------------------------- for a person

demo: $(VENV)/.ready $(STATIC) ## Run the quickstart notebook without network or keys and show what it made
	@$(QUIET) $(BIN)/python scripts/demo.py

lab: $(VENV)/.ready $(STATIC) ## Open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

services: $(VENV)/.ready $(VENVS)/.ready ## Run NeMo Services on this machine until Ctrl-C
	@$(BIN)/python -m scripts.services --python $(VENVS) $(if $(PORT),--port $(PORT))

bench: $(VENV)/.ready $(VENVS)/.ready $(STATIC) build/benchmarks/.ready chromium ## Measure what the design promises
	@$(QUIET) $(BIN)/python -m tests.benchmarks

# ---------------------------------------------------------------------------------------- tests, in order

test: lint types contract js build unit server-tests engines services-tests wheel notebooks browser ## Run every check and every test

lint: $(VENV)/.ready ## Style of the Python code, and lock files free of hosts
	$(call say,Style)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if grep -nE '^[^#]*https?://' requirements/*.txt; then echo "A lock file names a host: run 'make lock'."; exit 1; fi
	@if grep -n '"resolved"' package-lock.json; then echo "package-lock.json names a host: run 'make lock'."; exit 1; fi

format: $(VENV)/.ready node_modules/.ready ## Put the code into the shape that lint asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	npm run --silent format

types: $(VENV)/.ready ## Types of the Python code
	$(call say,Types)
	$(BIN)/mypy

contract: $(VENV)/.ready ## Which module may import which
	$(call say,Import contract)
	$(BIN)/lint-imports

js: node_modules/.ready ## Style, types and tests of the browser code
	$(call say,Browser code)
	npm run --silent lint
	npm run --silent typecheck
	npm run --silent test

build: $(STATIC) ## Bundle the browser code and pack the extension for JupyterLab

unit: $(VENV)/.ready $(STATIC) ## Python tests that need no kernel
	$(call say,Unit tests)
	@$(QUIET) $(BIN)/pytest tests/unit

server-tests: $(VENV)/.ready $(STATIC) ## Tests of the extension of Jupyter's server
	$(call say,Server extension)
	@$(QUIET) $(BIN)/pytest tests/server

engines: $(VENV)/.ready $(VENV7)/.ready $(STATIC) ## Tests of the engine and in a kernel, newest and oldest data-designer
	$(call say,Engine and kernel tests with data-designer 0.9)
	@$(QUIET) $(BIN)/pytest tests/engine tests/kernel
	$(call say,Engine and kernel tests with data-designer 0.7)
	@$(QUIET) $(BIN7)/pytest tests/engine tests/kernel

services-tests: $(VENV)/.ready $(VENVS)/.ready $(STATIC) ## Tests against real NeMo Services, started for them
	$(call say,NeMo Services)
	@$(QUIET) $(BIN)/pytest tests/services

wheel: $(VENV)/.ready $(STATIC) chromium ## The wheel: without Node, without JupyterLab, with the newest and the oldest
	$(call say,Wheel)
	@$(QUIET) UV=$(CURDIR)/$(UV) $(BIN)/pytest tests/packaging

notebooks: $(VENV)/.ready $(VENVS)/.ready $(STATIC) ## Every notebook from top to bottom
	$(call say,Notebooks)
	@$(QUIET) $(BIN)/pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=120 --timeout=600 notebooks tests/notebooks

browser: $(VENV)/.ready $(VENVS)/.ready $(STATIC) $(KERNELS:%=build/ipykernel-%/.ready) chromium ## JupyterLab in a browser
	$(call say,Browser tests)
	@$(QUIET) $(BIN)/pytest tests/browser

chromium: ## Install Debian's Chromium where there is none and it can be
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	    then apt-get update -q && apt-get install -qy chromium; \
	    else echo "No Chromium here: install it ('apt-get install chromium', or Chrome) for the browser tests."; fi; }

# ---------------------------------------------------------------------------------------- environments

$(UV): Makefile
	$(call say,uv $(UV_VERSION))
	@test -x $(UV) && $(UV) --version | grep -qF "uv $(UV_VERSION) " \
	    || { $(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); } \
	    || { mkdir -p .uv/bin && ln -sf "$$(command -v uv)" $(UV); }
	@$(UV) --version && touch -h $(UV) && touch $(UV)

$(VENV)/.ready: requirements/dev.txt pyproject.toml | $(UV)
	$(call install,$(VENV),requirements/dev.txt)
	@$(call link,dd_jupyter/labextension,$(VENV)/share/jupyter/labextensions/dd-jupyter)
	@$(call link,etc/dd_jupyter.json,$(VENV)/etc/jupyter/jupyter_server_config.d/dd_jupyter.json)

$(VENV7)/.ready: requirements/data-designer-0.7.txt pyproject.toml | $(UV)
	$(call install,$(VENV7),requirements/data-designer-0.7.txt)

$(VENVS)/.ready: requirements/services.txt pyproject.toml | $(UV)
	$(call install,$(VENVS),requirements/services.txt)

# Links and no copies: they may be made before what they lead to is built, and are never behind it.
link = mkdir -p $(dir $(2)) && rm -rf $(2) && ln -s $(CURDIR)/$(1) $(2)

# The package is installed in place, which must not start npm: the browser code has a rule of its own.
define install
	$(call say,Environment $(1))
	@test -x $(1)/bin/python || $(UV) venv --quiet --python $(PYTHON) $(1)
	@$(UV) pip sync --quiet --compile-bytecode --python $(1)/bin/python $(2)
	@SKIP_JUPYTER_BUILDER=1 $(UV) pip install --quiet --no-deps --no-build-isolation --python $(1)/bin/python --editable .
	@touch $@
endef

# The kernels that hear clicks differently: a folder with nothing but ipykernel, put before the packages of $(VENV).
build/ipykernel-%/.ready: requirements/ipykernel-%.txt $(VENV)/.ready | $(UV)
	$(call say,ipykernel $*)
	@rm -rf $(@D)
	@$(UV) pip install --quiet --no-deps --python $(VENV)/bin/python --target $(@D) --requirements $<
	@touch $@

# What the table is compared with, put behind the packages of $(VENV) in the kernels that measure it.
build/benchmarks/.ready: requirements/benchmarks.txt $(VENV)/.ready | $(UV)
	$(call say,itables and quak)
	@rm -rf $(@D)
	@$(UV) pip install --quiet --no-deps --python $(VENV)/bin/python --target $(@D) --requirements $<
	@touch $@

node_modules/.ready: package-lock.json .npmrc
	$(call say,Node packages)
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STATIC): $(JS_SOURCES) node_modules/.ready
	$(call say,Browser bundle)
	@npm run --silent build

# ---------------------------------------------------------------------------------------- upkeep

outputs: $(VENV)/.ready $(VENVS)/.ready $(STATIC) ## Run the notebooks again and save what they show
	@$(QUIET) $(BIN)/python -m tests.notebooks.execution

picture: $(VENV)/.ready $(VENVS)/.ready $(STATIC) chromium ## Take the README's pictures again, in JupyterLab
	@$(QUIET) $(BIN)/python -m tests.browser.picture

docs: $(VENV)/.ready ## Write docs/resources.md again, from the cases of its tests
	@$(QUIET) $(BIN)/python -m scripts.truth_table

wire: $(VENV)/.ready node_modules/.ready ## Make the TypeScript types of the view model again
	npm run --silent wire

lock: $(UV) ## Choose the newest versions and write the lock files
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    pyproject.toml requirements/dev.in --extra dev -o requirements/dev.txt
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    pyproject.toml requirements/data-designer-0.7.in --extra test -o requirements/data-designer-0.7.txt
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    pyproject.toml requirements/services.in -o requirements/services.txt
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    pyproject.toml requirements/oldest-lab.in -o requirements/oldest-lab.txt
	for name in $(KERNELS:%=ipykernel-%) benchmarks; do $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-header --no-deps requirements/$$name.in -o requirements/$$name.txt; done
	rm -f package-lock.json && npm install --package-lock-only --no-audit --no-fund --loglevel=error

clean: ## Remove what was built
	rm -rf build dist dd_jupyter/static dd_jupyter/labextension .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -not -path './.venv*' -not -path './node_modules/*' -prune -exec rm -rf {} +

distclean: clean ## Remove the environments too
	rm -rf .uv $(VENV) $(VENV7) $(VENVS) node_modules
