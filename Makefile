# The two that matter: `make demo` and `make test`. `make help` tells of the others.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
ARGS ?= --help
PY := .venv/bin/python
TYPED := app identity jobs notifier signing storage wsgi.py tests
QUICK := $(addprefix tests/house/test_,floors.py counts.py translations.py tree.py)
STRICT := app/*/rules.py,app/kernel/*,identity/*,storage/*,notifier/*,signing/*

.PHONY: help demo demo-reset run jobs flask test sure bench outside pictures lock format messages db clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: .venv/runtime ## Run the whole product with a cast and example files
	@PORT=$(PORT) exec $(PY) -m app.demo serve

demo-reset: .venv/runtime ## Empty the demo
	@exec $(PY) -m app.demo reset

run: .venv/runtime ## Serve the pages, with the settings of your environment
	@exec $(PY) -m gunicorn --config docs/deploy/gunicorn.conf.py --bind 127.0.0.1:$(PORT) wsgi:app

jobs: .venv/runtime ## Run the ticks: letters, reminders, purges
	@exec $(PY) -m flask jobs run

db: .venv/runtime ## Bring the tables up to date
	@exec $(PY) -m flask db upgrade

flask: .venv/runtime ## One command with the demo's settings: make flask ARGS="outbox list"
	@test -r var/demo/env || { echo "There is no demo yet: run 'make demo' first." >&2; exit 1; }
	@. var/demo/env && exec $(PY) -m flask $(ARGS)

test: .venv/dev ## Run the whole suite on real parts: PostgreSQL, S3, SMTP, ClamAV, Chromium
	@.ci/packages
	@$(PY) -m tests.servers.certified
	@mkdir -p var
	@$(PY) -m pytest -p tests.skips -n 2 --dist worksteal --cov --cov-report= --cov-fail-under=95
	@$(PY) -m coverage report --skip-covered -m --fail-under=100 --include='$(STRICT)' >var/strict.txt \
		|| { cat var/strict.txt; echo "Rules, kernel and doors must be covered to the last branch." >&2; exit 1; }

sure: .venv/dev ## What must hold before a commit, in under a minute
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy $(TYPED)
	@.venv/bin/codespell
	@$(PY) -m pytest -q -p no:randomly $(QUICK)

format: .venv/dev ## Lay out the code as the house does
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

messages: .venv/dev ## Gather the texts of pages and code in the catalogue
	@$(PY) -m tests.house.catalogue

bench: .venv/dev ## Measure beside yardsticks in the same run; ARGS="downloads uploads" chooses
	@$(PY) -m tests.bench $(filter-out --help,$(ARGS))

outside: .venv/dev ## Ask html-validate, Lighthouse and a tus client; needs Node
	@$(PY) -m tests.outside

pictures: .venv/dev ## Take the pictures of README and user guide anew
	@$(PY) -m tests.pictures

lock: .venv/dev ## Choose versions anew within what the locks hold; ARGS=--upgrade renews
	@.ci/lock $(filter-out --help,$(ARGS))

clean: ## Remove what was made, the demo's data excepted
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* var/strict.txt
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime: requirements.lock
	@.ci/install requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock
	@.ci/install requirements-dev.lock
	@touch $@ .venv/runtime
