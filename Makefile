# Everything a newcomer needs: `make` alone explains it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
HOME_DIR := $(if $(HANDBILL_HOME),$(HANDBILL_HOME),var)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
# Compiled files are kept whatever the shell says: else every process that a test starts compiles all of bot again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup sqlcipher run test check audit bench soak lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

.venv/.run: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@

.venv/.bench: .venv/.dev tests/bench/requirements.txt
	@$(PIP) install --require-hashes --only-binary :all: -r tests/bench/requirements.txt
	@touch $@

setup: .venv/.dev ## install everything into .venv, pinned and with hashes

sqlcipher: .venv/.run ## add the extra that encrypts the database file as a whole ([vault] encrypt_database)
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-sqlcipher.txt

run: .venv/.run ## run the bot: your own home if it is configured, else the sandbox and a short story
	@if [ -f "$(HOME_DIR)/config.toml" ] && [ -f "$(HOME_DIR)/keyring.json" ]; \
	then exec $(BIN)/handbill run; else exec $(BIN)/handbill sandbox --story; fi

test: .venv/.dev ## run all tests with branch coverage
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m coverage run -m pytest -n 3 --dist worksteal
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report --fail-under=90
	@$(BIN)/python -m coverage report --include='bot/domain/*,bot/vault/*' --fail-under=100

check: .venv/.dev ## lint, types, import contracts, documents that tell the truth, ten seconds of fuzz a parser
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/bandit --quiet --recursive -c pyproject.toml bot migrations
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/structure
	@$(BIN)/python -m tests.fuzz --seconds 10

audit: .venv/.dev ## ask the public list of known holes about every pinned package; needs the network
	@$(BIN)/python -m tests.tools.audit

bench: .venv/.bench ## measure what the documents claim, beside what people use today: half an hour on a quiet machine
	@$(BIN)/python -m tests.bench

soak: .venv/.dev ## long hunts: more kills, forgeries, fuzz, mutations; writes SECURITY.md's figures; never in CI
	@HANDBILL_TEST_SOAK=1 $(BIN)/python -m pytest -o timeout=3600 tests/vault tests/library
	@$(BIN)/python -m tests.tools.figures

lock: .venv/.dev ## pin every dependency anew, with hashes and without addresses
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --quiet --python-version 3.11 --upgrade pyproject.toml requirements-build.in -o requirements.txt
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --quiet --python-version 3.11 --upgrade --group sqlcipher -o requirements-sqlcipher.txt
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --quiet --python-version 3.11 --upgrade --constraint requirements.txt \
	  --constraint requirements-sqlcipher.txt --group dev -o requirements-dev.txt
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --quiet --python-version 3.11 --upgrade --constraint requirements-dev.txt --group bench -o tests/bench/requirements.txt

clean: ## remove what can be made again (never a home)
	@rm -rf .venv .sandbox .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* *.egg-info build dist
