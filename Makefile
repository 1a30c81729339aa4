# kommit: two commands do everything on a fresh Debian with Python 3.11 and make.
#   make demo    run kommit with an embedded database and the Senden demo region
#   make test    install what the tests need and run every test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Hundreds of processes start here; none shall compile all of kommit's sources anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test test-fast check format bench clean
help:
	@sed -n '1,/^[^#]/s/^# \{0,1\}//p' Makefile

$(BIN)/python:
	sh scripts/make_venv.sh "$(PYTHON)" "$(VENV)"

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	sh scripts/install.sh "$(VENV)" requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	sh scripts/install.sh "$(VENV)" requirements-dev.lock
	@touch $@ $(VENV)/.runtime

demo: $(VENV)/.runtime
	$(BIN)/kommit demo

test: $(VENV)/.dev
	sh scripts/install_browser.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kommit compile
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-fast: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser and not postgres"

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	sh scripts/bench_all.sh

clean:
	rm -rf $(VENV) var
