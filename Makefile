# Everything a developer does here. `make` alone lists it.

PYTHON ?= $(shell for v in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$v -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$v && exit; done; echo python3)
BROKER ?=
WITHOUT ?=
WORKERS ?= $(if $(T),0,2)
T ?=
BIN := .venv/bin
TAG = $(shell git describe --tags --abbrev=0 2>/dev/null)
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	--extra local pyproject.toml

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: runtime ## start the whole system; Ctrl-C stops it (BROKER=rabbitmq: a private node; ONESTOP_AMQP_URL=…: that one)
	@exec $(BIN)/python -m infra.local --broker "$(BROKER)" --without $(WITHOUT)

.PHONY: demo
demo: runtime ## play every journey through the running system
	@$(BIN)/onestop demo

.PHONY: bench
bench: runtime ## measure throughput, latency and memory
	@$(BIN)/python -m e2e.bench

.PHONY: bench-scale
bench-scale: runtime ## lists, searches and case pages among 10,000 and among 1,000,000 made-up cases
	@$(BIN)/python -m e2e.bench.scale

.PHONY: test
test: venv ## run the tests on real backing services (T=services/payments: those there; ARGS="-k name" picks)
	@$(BIN)/python -m pytest -n $(WORKERS) --durations=10 --durations-min=5 $(T) $(ARGS)

.PHONY: check
check: lint ## what to run before each commit: lint, types, and the tests that need no backing service
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow and not real" $(T) $(ARGS)

.PHONY: coverage
coverage: venv ## measure which lines and branches the tests reach, those of the whole system aside; build/coverage/index.html
	@$(BIN)/python -m pytest -q -n $(WORKERS) --cov --cov-report=html $(or $(T),services gateway infra) $(ARGS)
	@echo "of lines and branches: $$($(BIN)/coverage report --format=total) %"

.PHONY: pictures
pictures: venv ## make the pictures anew that papers are compared with; look at what git shows changed
	@$(BIN)/python -m services.documents.papers.tests.pictures

.PHONY: lint
lint: venv ## ruff, mypy --strict, import-linter, buf lint, buf breaking against the last tag
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy services gateway infra e2e
	$(BIN)/lint-imports
	$(BIN)/buf lint protos
	@if [ -n "$(TAG)" ]; then \
		echo "buf breaking: the protos against those of $(TAG)"; \
		$(BIN)/buf breaking protos --against "$$(git rev-parse --git-common-dir)#tag=$(TAG),subdir=protos"; \
	else echo "buf breaking: no tag in this clone to compare the protos with"; fi

.PHONY: format
format: venv ## let ruff set the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: venv
venv: ## make or refresh the environment with all development tools
	@$(PYTHON) infra/local/install.py --dev

.PHONY: runtime
runtime: # the environment that running needs; less than `venv`, instant where that is there
	@$(PYTHON) infra/local/install.py

.PHONY: protos
protos: ## generate Python from the protos anew, and lint them
	@rm -rf protos/gen
	@$(PYTHON) infra/local/install.py --dev
	@$(BIN)/buf lint protos

.PHONY: lock
lock: ## write the hashed locks anew from pyproject.toml (needs uv)
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --output-file requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --quiet \
		--custom-compile-command 'make lock' --constraints requirements.lock pyproject.toml \
		--output-file requirements-image.lock

.PHONY: clean
clean: ## remove the environment, generated code and caches; .local/ with its data stays
	rm -rf .venv protos/gen .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
