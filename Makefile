# Everything a developer or an operator does with this checkout. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help setup run hub test lint bench bench-decode fuzz sim mutants torture powercut corruption feed-race lock
PYTHON := .venv/bin/python
ARGS ?=
# Tests and benchmarks start hundreds of processes: none of them is to compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Install what is missing, of the system and in .venv
	@resources/setup.sh

run: setup ## Open the till on a sample shop with a hub of its own; ARGS="…" go to main.py run
	$(PYTHON) main.py run --demo $(ARGS)

hub: setup ## Start the reference hub; ARGS="…" go to it
	$(PYTHON) -m sync.hub serve $(ARGS)

test: setup ## Run the tests, on a throw-away PostgreSQL too where its server is installed; ARGS="…" go to pytest
	QT_QPA_PLATFORM=offscreen $(PYTHON) tests/postgres.py $(PYTHON) -m pytest -q -n auto --dist worksteal $(ARGS)

lint: setup ## Check style and types
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

bench: setup ## Measure what must be fast; ARGS="--only exchange --heavy"
	QT_QPA_PLATFORM=offscreen $(PYTHON) tests/postgres.py $(PYTHON) -m tests.benchmarks $(ARGS)

fuzz: setup ## Throw a million texts at the parser of codes; ARGS="--inputs 20000 --seed 7"
	$(PYTHON) -m tests.fuzz_codes $(ARGS)

bench-decode: setup ## Measure the decoders; DIR=… a folder of pictures with labels.tsv (file, symbology, text)
	$(PYTHON) -m tests.benchmarks.decode $(DIR) $(ARGS)

sim: setup ## Play 3000 schedules of tills, hub and misfortune, each decided by its seed; ARGS="--schedules 20000 --seed 7"
	$(PYTHON) -m tests.sim $(ARGS)

mutants: setup ## Break the program in some thirty ways and see that the same schedules notice; ARGS="…" go to it
	$(PYTHON) -m tests.sim --mutant all $(ARGS)

torture: setup ## Kill the till 500 times and count what was lost: nothing; ARGS="…" go to it
	$(PYTHON) -m tests.torture $(ARGS)

powercut: setup ## Cut the power 20,000 times under the till's transactions; ARGS="…" go to it, --faults 5000 for disk errors
	$(PYTHON) -m tests.powercut $(ARGS)

corruption: setup ## Damage a till's files at random 300 times and see that it opens and has lost nothing; ARGS="…" go to it
	$(PYTHON) -m tests.corruption $(ARGS)

feed-race: setup ## Let 24 tills push for a minute while sessions are killed: no reader misses a row; ARGS="--seconds 1800"
	$(PYTHON) -m tests.feed_race $(ARGS)

lock: setup ## Resolve pyproject.toml anew into requirements.lock
	UV_SYSTEM_CERTS=1 .venv/bin/uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --extra camera --group dev --custom-compile-command "make lock" pyproject.toml -o requirements.lock
