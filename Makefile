# Everything lives in .venv; each target sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
# A process per core, four at most: each may hold a language model.
TESTS := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: setup demo demo-generate test test-slow lint benchmarks clean

setup: .venv/ready

# torch's CPU build is pinned by constraints.txt: where pip finds no such wheel it stops, rather than
# fetch the CUDA build. PyTorch's own install page names the index to add (PIP_EXTRA_INDEX_URL).
.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# The gate closes on the examples, as it should: exit code 1 is the expected end of the demo.
demo: setup
	$(BIN)/auditor gate examples/synthetic.jsonl --source examples/source.jsonl \
	  --holdout examples/holdout.jsonl --out demo || test $$? -eq 1

# A made-up model with bad habits writes until the gate accepts enough: an open gate, exit code 0.
demo-generate: setup
	$(BIN)/auditor generate --labels F10.20,F20.0,F31.9,F32.1,F33.2,F41.0,F41.1,F42.9,F43.10 \
	  --per-label 4 --lang en,es --backend replay --endpoint examples/generation/recordings.jsonl \
	  --source examples/source.jsonl --holdout examples/holdout.jsonl \
	  --policy examples/generation/demo.yaml --until-accepted --out demo-generated

test: setup
	$(TESTS) -m "not slow and not corpora"

test-slow: setup
	$(TESTS) -m "slow or corpora"

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PATH=$(BIN):$$PATH lint-imports

benchmarks: setup
	$(BIN)/python benchmarks/copying.py
	$(BIN)/python benchmarks/copies.py
	$(BIN)/python benchmarks/natural.py
	$(BIN)/python benchmarks/membership.py
	$(BIN)/python benchmarks/source_index.py
	$(BIN)/python benchmarks/leaks.py
	$(BIN)/python benchmarks/main_runs.py
	$(BIN)/python benchmarks/start_time.py
	$(BIN)/python benchmarks/identifiers.py
	$(BIN)/python benchmarks/fidelity.py
	$(BIN)/python benchmarks/diversity.py
	$(BIN)/python benchmarks/collapse.py
	$(BIN)/python benchmarks/artifacts.py
	$(BIN)/python benchmarks/contradiction.py
	$(BIN)/python benchmarks/utility.py
	$(BIN)/python benchmarks/embedding.py
	$(BIN)/python benchmarks/stage.py
	$(BIN)/python benchmarks/generation.py

clean:
	rm -rf .venv demo demo-generated dist build
