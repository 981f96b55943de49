# make demo: the example dossier · make test: every test on SQLite · make fast: a first answer in a minute and a half
# make: format, lint, types, tests
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
WORKERS ?= auto
TEST_OPTIONS ?=
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := all
.PHONY: all demo fast test test-postgresql epreuves check format bench guide glossaire lock windows clean

all: check test

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cofiville needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

# Each stamp stands for what its lock file lists, plus Cofiville itself, in place.
$(VENV)/installed: $(BIN)/python requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/installed
	$(BIN)/cofiville demo --dossier demo

# Decisions, and one path through each station: at most a minute and a half on two quiet cores.
FAST := tests/core tests/rules tests/test_house_rules.py tests/allocation/test_worked_tables.py \
  tests/allocation/test_ceilings.py tests/allocation/test_engine.py tests/allocation/test_explanations.py \
  tests/journal/test_posting.py tests/journal/test_seal.py tests/referential/test_accounts.py \
  tests/programming/test_plans.py tests/conventions/test_final_amount.py tests/conventions/test_schedule.py \
  tests/execution/test_dre_2016.py tests/execution/test_flows.py tests/closing/test_checks.py \
  tests/reports/test_consumption.py tests/exchange/test_cells.py tests/exchange/test_import.py \
  tests/commands/test_tree.py tests/terminal/test_dialogues.py \
  tests/terminal/test_in_a_terminal.py::test_a_year_is_lived_by_answering

fast: $(VENV)/installed-dev
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadgroup -m "not long" $(TEST_OPTIONS) $(FAST)

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadgroup $(TEST_OPTIONS)

test-postgresql: $(VENV)/installed-dev
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadgroup --base-tests=postgresql $(TEST_OPTIONS)

# The trials of every room at their full counts, on both engines: kills, races, random lives, spoilt files, altered bytes.
epreuves: $(VENV)/installed-dev
	COFIVILLE_EPREUVES=completes $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadgroup $(TEST_OPTIONS)
	COFIVILLE_EPREUVES=completes $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadgroup --base-tests=postgresql $(TEST_OPTIONS)

check: $(VENV)/installed-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: $(VENV)/installed-dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.book
	$(BIN)/python -m benchmarks.conventions --conventions 300
	$(BIN)/python -m benchmarks.workbooks
	$(BIN)/python -m benchmarks.programming
	$(BIN)/python -m benchmarks.allocation
	$(BIN)/python -m benchmarks.committees
	$(BIN)/python -m benchmarks.closing
	$(BIN)/python -m benchmarks.reports --years 2 --actions 200

# Needs uv on the machine; the files it writes name neither address nor path.
lock:
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet \
	  --extra postgresql --extra graphiques --extra pdf --group build pyproject.toml --output-file requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet \
	  --all-extras --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

# A zip that installs on a locked Windows PC, without network or administrator; needs a registry to be made.
windows: $(VENV)/installed-dev
	$(BIN)/python .ci/windows.py dist

# The guide's screens replayed, its refusals drawn from the error classes again.
guide: $(VENV)/installed-dev
	$(BIN)/python -m tests.guide

# The words of every figure, from the catalogue of figures.
glossaire: $(VENV)/installed-dev
	$(BIN)/python -m tests.glossary

clean:
	rm -rf $(VENV) build dist demo
