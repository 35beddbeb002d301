# The book's commands. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

SOURCES := $(wildcard *.md *.bib *.yml requirements.txt chapters/*.ipynb figures/*.svg \
	explorables/*.py publishing/*.py publishing/templates/* tools/refresh.py)
BUNDLE := explorables/static/explorables.js
PYTEST := $(BIN)/python -m pytest

.PHONY: help book test lab refresh bench audit clean lint test-code test-notebooks test-site chromium

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

book: _build/html/.built ## build the site, executing what changed
	@echo "The book lies in $(CURDIR)/_build/html/index.html"

test: lint test-code test-notebooks test-site ## run everything that CI runs
	@echo "All tests passed."

lab: $(BUNDLE) ## open JupyterLab on the chapters
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) chapters

refresh: $(BUNDLE) ## execute the notebooks and normalise what is stored
	$(BIN)/python -m tools.refresh

bench: .venv/.complete ## time the reference code against torch's, as ratios
	$(BIN)/python -m tools.benchmark

audit: book chromium ## measure the pages and the figures' drags in Chromium
	$(BIN)/python -m tools.audit

clean: ## remove everything built, the environment included
	rm -rf .venv node_modules _build explorables/static explorables/book.mplstyle \
		publishing/static publishing/bundle

# ---- parts of `make test` ----

lint: node_modules/.complete
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent lint

test-code: $(BUNDLE)
	$(PYTEST) tests/reference tests/notebooks

test-notebooks: $(BUNDLE)
	$(PYTEST) --nbval --nbval-sanitize-with tests/notebooks/sanitize.cfg \
		-p no:cacheprovider chapters

test-site: book node_modules/.complete chromium
	$(PYTEST) -n 2 --dist loadfile tests/explorables tests/publishing

chromium:
	@tools/install-chromium

# ---- what has to be there first ----

.venv/.complete: requirements.txt pyproject.toml hatch_build.py
	@tools/check-python "$(PYTHON)"
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

$(BUNDLE): .venv/.complete build.mjs package-lock.json explorables/tokens.json \
		$(wildcard explorables/*.js explorables/lib/* publishing/*.js publishing/*.css)
	test node_modules/.package-lock.json -nt package-lock.json || \
		PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --omit=dev --no-audit --no-fund
	$(BIN)/node build.mjs
	@touch $@

# The linters and axe besides what the bundle needs.
node_modules/.complete: package-lock.json | .venv/.complete
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund
	@touch $@

_build/html/.built: $(BUNDLE) $(SOURCES)
	$(BIN)/jupyter-book build . -W -n --keep-going
	@touch $@
