# Everything starts here: `make run`, `make test`, `make check`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := config governance assessments audits evenhand
TEMPLATES := $(wildcard config/templates governance/templates assessments/templates audits/templates)
LOCKS := pyproject.toml requirements-build.txt package-lock.json config/bootstrap.py config/assets.py
PYTEST ?= -n auto --dist loadgroup
UV_COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
CHECK_HOME := build/check

.PHONY: help setup run stop test e2e check check-format check-lint check-types check-layers check-templates \
	check-django check-migrations check-spelling check-licenses check-links bench-fairness bench-pages \
	bench-questionnaire lock clean

help: ## List the commands
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/.stamp-runtime ## Make .venv (with .venv/bin/evenhand) and the front-end files

run: .venv/.stamp-runtime ## Start everything on http://127.0.0.1:8000 (PORT, EVENHAND_HOME, DATABASE_URL, BROKER_URL)
	@exec $(BIN)/python -m config.supervisor run

stop: .venv/.stamp-runtime ## Stop what `make run` started
	@exec $(BIN)/python -m config.supervisor stop

test: .venv/.stamp-development ## Run all tests, in parallel
	$(BIN)/pytest $(PYTEST)

e2e: .venv/.stamp-development ## Run the browser tests only
	$(BIN)/pytest -m browser

check: check-format check-lint check-types check-layers check-templates check-django check-migrations \
	check-spelling check-licenses check-links ## Check style, types, layers, templates, settings, text, licences

check-format: .venv/.stamp-development
	$(BIN)/ruff format --check --quiet .

check-lint: .venv/.stamp-development
	$(BIN)/ruff check --quiet .

check-types: .venv/.stamp-development
	EVENHAND_HOME=$(CHECK_HOME) $(BIN)/mypy $(PACKAGES) tests manage.py .ci

check-layers: .venv/.stamp-development
	$(BIN)/lint-imports --no-logo

check-templates: .venv/.stamp-development
	$(BIN)/djlint --quiet --check $(TEMPLATES)
	$(BIN)/djlint --quiet --lint $(TEMPLATES)

check-django: .venv/.stamp-development
	EVENHAND_HOME=$(CHECK_HOME) EVENHAND_URL=https://evenhand.example.org \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

check-migrations: .venv/.stamp-development
	EVENHAND_HOME=$(CHECK_HOME) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

check-spelling: .venv/.stamp-development
	$(BIN)/codespell

check-licenses: .venv/.stamp-development
	$(BIN)/python .ci/licenses.py

check-links: .venv/.stamp-development
	$(BIN)/python .ci/links.py

bench-fairness: build/bench/.stamp ## Measure the fairness engine beside other tools; writes docs/benchmarks.md (10 minutes)
	build/bench/venv/bin/python -m benchmarks.fairness

bench-questionnaire: build/bench/.stamp ## Measure questionnaires beside other engines; writes docs/benchmarks-questionnaire.md
	build/bench/venv/bin/python -m benchmarks.questionnaire

bench-pages: .venv/.stamp-runtime ## Measure the pages of 500 open assessments; writes docs/benchmarks-pages.md (5 minutes)
	$(BIN)/python -m benchmarks.pages

lock: ## Resolve requirements*.txt and package-lock.json anew
	$(UV_COMPILE) pyproject.toml --extra server -o requirements.txt
	$(UV_COMPILE) pyproject.toml --extra server --group dev -c requirements.txt -o requirements-dev.txt
	echo 'setuptools>=77' | $(UV_COMPILE) - -o requirements-build.txt
	$(UV_COMPILE) pyproject.toml benchmarks/requirements.in -o benchmarks/requirements.txt
	npm install --package-lock-only

clean: ## Remove what can be made again (data in var/ stay)
	rm -rf .venv node_modules config/static/vendor build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

build/bench/.stamp: .venv/.stamp-runtime benchmarks/requirements.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/bench/venv
	$(BIN)/uv pip install --quiet --python build/bench/venv/bin/python --require-hashes -r benchmarks/requirements.txt
	@touch $@

.venv/.stamp-runtime: requirements.txt $(LOCKS)
	@$(PYTHON) config/bootstrap.py

.venv/.stamp-development: requirements-dev.txt $(LOCKS)
	@$(PYTHON) config/bootstrap.py --development
