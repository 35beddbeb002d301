# The book's commands. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
# For so few numbers torch's second thread mostly waits, and takes a core to do so.
export OMP_NUM_THREADS := 1

SOURCES := $(wildcard *.md *.bib *.yml requirements.txt chapters/*.ipynb figures/*.svg \
	explorables/*.py judge/*.py publishing/*.py publishing/*/*.py publishing/*/templates/*)
CATALOGUES := $(wildcard locales/*/LC_MESSAGES/*.po locales/*/LC_MESSAGES/*/*.po)
# What build.mjs writes last: it is there when all is. BUNDLED: the rest.
BUNDLE := explorables/static/explorables.js
BUNDLED := explorables/book.mplstyle publishing/live/static publishing/live/bundle \
	publishing/live_cells/static publishing/page/fonts publishing/page/static
PYTEST := $(BIN)/python -m pytest --durations=10
# Two at a time, each with its output in one piece, where make can do that.
PARALLEL := -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help book pdf epub test test-latest lab refresh translate bench mutate abuse \
	audit clean lint test-code test-notebooks test-site test-colab test-exit test-marimo \
	test-conventions test-determinism chromium firefox

help: ## list the commands
	@grep -hE '^[a-z -]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

book: _build/html/.built ## build the site, executing what changed
	@echo "The book is in $(CURDIR)/_build/html/index.html"

pdf epub: book chromium ## write the book as a file, beside the front page
	$(BIN)/python -m tools.bound $@

test: $(VENV)/.complete node_modules/.complete ## run everything that CI runs
	$(MAKE) $(PARALLEL) lint book .venv-colab/.complete test-code test-notebooks
	$(MAKE) test-site test-colab
	@echo "All tests passed."

test-latest: ## run the chapters with the newest packages, build by Sphinx alone
	$(MAKE) VENV=.venv-latest test-notebooks
	$(MAKE) test-exit

mutate: $(BUNDLE) node_modules/.complete ## change the reference code a little, to see tests fail
	OMP_NUM_THREADS=1 $(BIN)/python -m tools.mutate

test-conventions: .venv/.complete .venv-conventions/.complete ## ask other libraries what the book says of them
	$(BIN)/python -m tools.conventions .venv-conventions/bin/python

test-determinism: book .venv-colab/.complete ## run the chapters with noise, build the site twice (an hour)
	$(BIN)/python -m tools.determinism --colab .venv-colab/bin/python

lab: $(BUNDLE) ## open JupyterLab on the chapters
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) chapters

refresh: $(BUNDLE) ## execute the notebooks and normalise what is stored
	$(BIN)/python -m tools.refresh

translate: _build/html/.english ## list what is to be translated, into locales/
	$(BIN)/python -m publishing.languages update

bench: $(VENV)/.complete ## time the reference code against torch's, as ratios
	$(BIN)/python -m tools.benchmark

abuse: book chromium ## do 10,000 random operations on each figure (hours)
	$(BIN)/python -m tests.explorables.abuse

audit: book chromium firefox ## measure the pages in Chromium, operate them in Firefox
	$(BIN)/python -m tools.audit

firefox: book .venv-firefox/.complete
	@tools/install-firefox
	PYTHONPATH=.venv-firefox $(BIN)/python -m tools.firefox

clean: ## remove everything built, environments included
	rm -rf .venv .venv-colab .venv-latest .venv-exit .venv-marimo .venv-firefox \
		.venv-conventions node_modules _build explorables/static \
		explorables/book.mplstyle publishing/live/static publishing/live/bundle \
		publishing/live_cells/static publishing/page/fonts publishing/page/static \
		.hypothesis .pytest_cache .ruff_cache

# ---- parts of `make test` ----

lint: node_modules/.complete
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/jactionlint --strict-exit --no-hints --shellcheck=
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent lint

test-code: $(BUNDLE)
	$(PYTEST) -n 2 --dist worksteal tests/reference tests/notebooks

test-notebooks: $(BUNDLE)
	$(PYTEST) -n 2 --dist loadfile --nbval --nbval-sanitize-with tests/notebooks/sanitize.cfg \
		-p no:cacheprovider chapters

# Three on two cores: each waits for its browser now and then. A file stays with one, for
# what its tests share.
test-site: book node_modules/.complete chromium
	$(PYTEST) -n 3 --dist loadfile tests/explorables tests/publishing

test-colab: book .venv-colab/.complete
	tools/test-portable .venv-colab/bin/python

# Not part of `make test`: the newest packages change.
test-exit: book .venv-exit/.complete
	$(BIN)/python -m tools.exit .venv-exit/bin/python

test-marimo: .venv-marimo/.complete chromium
	$(BIN)/python -m tools.try_marimo .venv-marimo/bin

chromium:
	@tools/install-chromium

# ---- what has to be there first ----

# hatch_build.py installs the JavaScript packages, too.
.venv/.complete: requirements.txt pyproject.toml hatch_build.py package-lock.json
	@tools/check-python "$(PYTHON)"
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

# The list is complete: nothing that it does not name may be installed.
.venv-colab/.complete: tests/notebooks/colab.txt
	@tools/check-python "$(PYTHON)"
	"$(PYTHON)" -m venv --clear .venv-colab
	.venv-colab/bin/python -m pip install --disable-pip-version-check --no-deps \
		--no-compile -r tests/notebooks/colab.txt
	@touch $@

# The book's packages without their pins, except torch's, which fixes the numbers, and
# Jupyter Book's, whose second version is another program.
.venv-latest/.complete: requirements.txt pyproject.toml hatch_build.py package-lock.json
	@tools/check-python "$(PYTHON)"
	"$(PYTHON)" -m venv --clear .venv-latest
	sed -E '/^# what these need/,$$d; s/^jupyter-book==.*/jupyter-book<2/; /^torch==/!s/==.*//' \
		requirements.txt > .venv-latest/requirements.txt
	.venv-latest/bin/python -m pip install --disable-pip-version-check \
		-r .venv-latest/requirements.txt
	@touch $@

# The newest Sphinx and myst-nb, without Jupyter Book, which holds both back.
.venv-exit/.complete: requirements.txt pyproject.toml hatch_build.py package-lock.json
	@tools/check-python "$(PYTHON)"
	"$(PYTHON)" -m venv --clear .venv-exit
	sed -E '/^# what these need/,$$d; /^jupyter-book==/d; /^torch==/!s/==.*//' \
		requirements.txt > .venv-exit/requirements.txt
	.venv-exit/bin/python -m pip install --disable-pip-version-check \
		-r .venv-exit/requirements.txt myst-nb sphinx sphinx-external-toc \
		sphinx-multitoc-numbering
	@touch $@

# A Playwright that speaks WebDriver BiDi as Debian's Firefox does; its own packages only.
.venv-firefox/.complete: | $(VENV)/.complete
	$(BIN)/python -m pip install --disable-pip-version-check --upgrade --no-deps \
		--no-compile --target .venv-firefox playwright==1.58.0 pyee==13.0.0
	@touch $@

.venv-marimo/.complete: requirements.txt pyproject.toml hatch_build.py package-lock.json
	@tools/check-python "$(PYTHON)"
	"$(PYTHON)" -m venv --clear .venv-marimo
	.venv-marimo/bin/python -m pip install --disable-pip-version-check \
		marimo $$(grep ^torch== requirements.txt) -e .
	@touch $@

# Keras, Flax and other libraries that the book speaks of.
.venv-conventions/.complete: tests/conventions/requirements.txt
	@tools/check-python "$(PYTHON)"
	"$(PYTHON)" -m venv --clear .venv-conventions
	.venv-conventions/bin/python -m pip install --disable-pip-version-check -r $<
	@touch $@

# No command: what has it as a source is made anew.
.PHONY: missing
$(BUNDLE): $(VENV)/.complete build.mjs explorables/tokens.json \
		$(wildcard tools/*.mjs explorables/*.js explorables/lib/* publishing/*.js \
		publishing/*/*.js publishing/*/*.css judge/*.py) publishing/live_cells/run.py \
		$(if $(filter-out $(wildcard $(BUNDLED)),$(BUNDLED)),missing)
	$(BIN)/node build.mjs
	@touch $@

# The linters and axe besides what the bundle needs. `npm ci` empties the directory first: it
# must not run beside what bundles.
node_modules/.complete: package-lock.json | $(VENV)/.complete
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund
	@touch $@

_build/html/.english: $(BUNDLE) $(SOURCES)
	$(BIN)/jupyter-book build . -W -n --keep-going
	@touch $@

# From the same outputs.
_build/html/.built: _build/html/.english $(CATALOGUES)
	$(BIN)/python -m publishing.languages build -W
	@touch $@
