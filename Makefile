# Everything runs in .venv, made from uv.lock; uv itself comes from PyPI where it is missing.
VENV := .venv
UV := $(shell command -v uv 2>/dev/null || echo $(VENV)-tools/bin/uv)
PYTHON ?= python3
READY := $(VENV)/.ready
DATA_DIR ?= .kartoteka

.PHONY: run test check chaos bench bench-rebuild clean

run: $(READY)
ifdef FRESH
	$(VENV)/bin/kartoteka --data-dir $(DATA_DIR) down
	rm -rf $(DATA_DIR)
endif
	$(VENV)/bin/kartoteka --data-dir $(DATA_DIR) run

test: $(READY) check
	$(VENV)/bin/pytest

check: $(READY)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

chaos: $(READY)
	$(VENV)/bin/pytest tests/chaos --rounds 20

bench: $(READY)
	$(VENV)/bin/python -m benchmarks

bench-rebuild: $(READY)
	$(VENV)/bin/python -m benchmarks.rebuild

$(READY): pyproject.toml uv.lock $(if $(findstring tools,$(UV)),$(UV))
	$(UV) sync --frozen --quiet
	@touch $@

$(VENV)-tools/bin/uv:
	$(PYTHON) -m venv $(VENV)-tools
	$(VENV)-tools/bin/pip install --quiet uv
