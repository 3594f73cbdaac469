# `make demo` and `make test` need Python 3.11 or later, git and make; everything else goes into .venv.
# Another Python: make demo PYTHON=python3.12      Some tests only: make test ARGS="tests/test_diff.py -x"
PYTHON ?= python3
VENV ?= .venv
ARGS ?=
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
# One more than there are cores, since one test waits for cron to look at the clock.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
CHOSEN := pyproject.toml constraints.txt
# Else every process of the tests would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test external lint format types goldens schemas catalogue docs bench compare check
.DELETE_ON_ERROR:

setup: $(VENV)/installed-dev ## everything a developer needs

demo: $(VENV)/installed ## invented archives, imported and compared
	$(BIN)/linkbak demo

test: $(VENV)/installed-test ## the whole test suite, on all cores
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal $(ARGS)

external: $(VENV)/installed-external ## what is too heavy for every run: LibreOffice, DuckDB, Datasette, mail programs, every single point
	$(BIN)/python -m pytest tests/external --ignore=tests/external/test_fuzz.py --ignore=tests/external/test_every_byte.py $(ARGS)
	LINKBAK_TEST_STRIDE=1 $(BIN)/python -m pytest tests tests/external/test_fuzz.py tests/external/test_every_byte.py --timeout=1800 --write-figures $(ARGS)

lint: $(VENV)/installed-dev ## ruff: rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/installed-dev ## what ruff can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/installed-dev ## mypy, strict, package and tests alike
	$(BIN)/mypy

goldens: $(VENV)/installed-test ## write the expected outputs anew; review them as a diff
	$(BIN)/python -m pytest --rewrite-goldens $(ARGS)

schemas: $(VENV)/installed-test ## write docs/schemas/ anew from the models
	$(BIN)/python -m pytest --rewrite-goldens -k schema

catalogue: $(VENV)/installed-test ## all texts, for translators: linkbak/locale/linkbak.pot
	$(BIN)/python -m pytest --rewrite-goldens -k catalogue

docs: $(VENV)/installed-docs ## the pages of docs/ as a site in build/site
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet docs build/site

# Measured is what users have: a wheel with its byte code, not the tree.
bench: $(VENV)-bench/installed ## the measurements behind the speed claims
	$(VENV)-bench/bin/python -m benchmarks $(ARGS)

# Each command by another commit's wheel and by this one's in turn: make compare OLD=v0.1.0 ARGS="--runs 3 --only import"
compare: $(VENV)-bench/installed $(VENV)-bench-$(OLD)/bin/linkbak ## what a change does to the speed
	$(VENV)-bench/bin/python -m benchmarks --against $(VENV)-bench-$(OLD)/bin/linkbak $(ARGS)

$(VENV)-bench-$(OLD)/bin/linkbak: | $(VENV)/bin/python
	git archive --prefix=source/ $(OLD) | { mkdir -p $(VENV)-bench-$(OLD) && tar x -C $(VENV)-bench-$(OLD); }
	$(PYTHON) -m venv $(VENV)-bench-$(OLD)
	$(VENV)-bench-$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip
	cd $(VENV)-bench-$(OLD)/source && ../bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt '.[bench]'

$(VENV)-bench/installed: $(CHOSEN) $(shell find linkbak -name '*.py') | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt '.[bench]'
	@touch $@

check: ## what CI runs
	bash .ci/run

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "linkbak needs Python 3.11 or later; '$(PYTHON)' is not." >&2; \
	  echo "Name another one: make $(or $(MAKECMDGOALS),setup) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -f $@; \
	  echo "On Debian and Ubuntu the module venv is a package of its own: apt install python3-venv" >&2; exit 1; }
	@# The scripts that an old pip writes import re for nothing, which every start of linkbak then pays for.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip

$(VENV)/installed: $(CHOSEN) | $(VENV)/bin/python
	$(INSTALL) .
	@touch $@

$(VENV)/installed-%: $(CHOSEN) | $(VENV)/bin/python
	$(INSTALL) '.[$*]'
	@touch $@ $(VENV)/installed
