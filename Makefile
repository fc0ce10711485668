# The commands of README.md. Each works from a fresh clone with Python 3.11+ and the package index, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := out

.PHONY: demo test check lint types layers generated rules generate bench clean

demo: $(VENV)/.installed  ## check the example sites and write their reports to out/
	@mkdir -p $(OUT)
	$(BIN)/tenken check examples/passing -o $(OUT)/passing.html -o $(OUT)/passing.md -o $(OUT)/passing.json
	@# the second site has mistakes on purpose, so exit code 1 is what we want to see
	$(BIN)/tenken check examples/failing -o $(OUT)/failing.html -o $(OUT)/failing.md -o $(OUT)/failing.json; test $$? -eq 1
	$(BIN)/tenken check examples/failing --lang ja -o $(OUT)/failing.ja.html -o $(OUT)/failing.ja.md > /dev/null; test $$? -eq 1
	@echo "open $(OUT)/failing.html and $(OUT)/failing.ja.html"

test: $(VENV)/.developer  ## all tests
	@$(BIN)/python scripts/browser.py
	@$(BIN)/python scripts/vcsim.py
	$(BIN)/pytest -n auto --dist worksteal

check: lint types layers generated rules $(if $(SKIP_TESTS),,test)  ## everything that must hold before a commit lands

lint: $(VENV)/.developer
	$(BIN)/ruff check src tests benchmarks scripts
	$(BIN)/ruff format --check src tests benchmarks scripts

types: $(VENV)/.developer
	$(BIN)/mypy

layers: $(VENV)/.developer
	$(BIN)/lint-imports

generated: $(VENV)/.developer  ## generated files are up to date
	$(BIN)/python scripts/generate.py --check

rules: $(VENV)/.developer
	$(BIN)/tenken rules test
	$(BIN)/tenken rules coverage > /dev/null

generate: $(VENV)/.developer  ## write the generated files
	$(BIN)/python scripts/generate.py

bench: $(VENV)/.developer  ## side-by-side measurements, see docs/performance.md
	$(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) $(OUT) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("tenken needs Python 3.11 or later, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.developer: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.installed
