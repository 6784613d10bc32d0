# Everything that a person does with this repository; `make` lists it. Needs Python 3.11 to 3.13 with venv, and make.

VENV := .venv
PYTHON := $(VENV)/bin/python
UV_VERSION := 0.13.9
CHECKS := "ruff check ." "ruff format --check ." "mypy" "sqlfluff lint dbt_project docs/queries" \
	"check_jsonschema --builtin-schema vendor.compose-spec docker-compose.yml" "wholefamily check"

# An empty variable is as good as none.
ifeq ($(strip $(HOME_DIR)),)
unexport HOME_DIR
else
export HOME_DIR
endif
ifeq ($(strip $(PORT_BASE)),)
unexport PORT_BASE
else
export PORT_BASE
endif
ifneq ($(strip $(PARTNERS)),)
export PARTNERS_DIR := $(PARTNERS)
endif
export DROPS SIZE MONTHS FIRST_PERIOD SEED

SPARK := .spark

.PHONY: help setup demo down test check attack bench fuzz docs psql lock

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16
	@echo "Variables: HOME_DIR=<folder> PORT_BASE=<n> DROPS=<folder> PARTNERS=<folder> SIZE=<households>|full MONTHS=<n> FIRST_PERIOD=<YYYY-MM> SEED=<n> SECONDS=<n> RELEASE=<folder>"

setup: $(VENV)/tests-ready  ## install everything into .venv (make demo and make test do it by themselves)

demo: $(VENV)/ready  ## start the embedded stack and run months of drops through it
	@$(PYTHON) -m wholefamily demo $${DROPS:+--drops "$$DROPS"} $${SIZE:+--size "$$SIZE"} $${MONTHS:+--months "$$MONTHS"} \
		$${FIRST_PERIOD:+--first-period "$$FIRST_PERIOD"} $${SEED:+--seed "$$SEED"}

down:  ## stop what make demo started, and nothing else
	@if [ -e $(VENV)/ready ]; then $(PYTHON) -m wholefamily down; else echo "nothing runs: .venv was never set up"; fi

test: $(VENV)/tests-ready $(SPARK)/ready  ## run every check and every test
	@failed=; $(MAKE) --no-print-directory check || failed="$$failed checks"; \
	$(PYTHON) -m pytest -q -n 2 --dist loadfile -m "not stack" || failed="$$failed tests"; \
	$(PYTHON) -m pytest -q -m stack || failed="$$failed tests-of-the-whole-stack"; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi

check: $(VENV)/tests-ready  ## lint, types, SQL lint, contracts; every failure, not only the first
	@failed=; for check in $(CHECKS); do \
		echo "== $$check"; $(PYTHON) -m $$check || failed="$$failed; $$check"; \
	done; if [ -n "$$failed" ]; then echo "FAILED$$failed"; exit 1; fi

attack: $(VENV)/ready  ## try every attack on a release: RELEASE=<folder>, as its recipient has it
	@test -n "$(RELEASE)" || { echo "error: RELEASE=<folder of a release>, such as .home/sftp/evaluator/inbound/evaluation/2026-Q3" >&2; exit 2; }
	@$(PYTHON) -m wholefamily attack "$(RELEASE)"

bench: $(VENV)/ready .venv-bench/ready  ## measure stages against a floor and a peer: SIZE=small (1 %) or full
	@PYTHONPATH=. $(PYTHON) -m bench $${SIZE:-small}

fuzz: $(VENV)/tests-ready  ## fuzz the door's parsers, each for SECONDS (60)
	@$(PYTHON) -m tests.hostile.fuzz $(or $(SECONDS),60)

docs: $(VENV)/ready  ## make dbt's own pages of every model and column, HOME_DIR/dbt_docs/index.html
	@$(PYTHON) -m wholefamily docs

psql: $(VENV)/ready  ## open psql on the warehouse
	@$(PYTHON) -m wholefamily psql

lock: $(VENV)/tests-ready  ## pin what requirements*.in ask for, and all that it needs
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --custom-compile-command "make lock" requirements.in -o requirements.txt
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --custom-compile-command "make lock" -c requirements.txt \
		requirements-dev.in -o requirements-dev.txt
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --custom-compile-command "make lock" bench/requirements.in -o bench/requirements.txt
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --custom-compile-command "make lock" requirements-spark.in -o requirements-spark.txt

# `ready` and `tests-ready` say that all of a lock is installed; an interrupted set-up leaves none and is taken up again.
$(VENV)/ready: requirements.txt | $(VENV)/bin/uv
	@echo "installing requirements.txt into .venv (once, some minutes)"
	@$(call install,requirements.txt)
	@$(PYTHON) -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "wholefamily.pth").write_text(str(pathlib.Path("plugins").resolve()))'
	@touch $@

$(VENV)/tests-ready: requirements-dev.txt $(VENV)/ready
	@echo "installing requirements-dev.txt into .venv (once)"
	@$(call install,requirements-dev.txt)
	@touch $@

# Apart from .venv: with PySpark in its reach Great Expectations would import it for every task.
$(SPARK)/ready: requirements-spark.txt | $(VENV)/bin/uv
	@echo "installing PySpark for the tests of linkage on Spark into $(SPARK) (once)"
	@UV_SYSTEM_CERTS=1 $(VENV)/bin/uv pip install -q --target $(SPARK) -r requirements-spark.txt \
		|| $(PYTHON) -m pip install -q --target $(SPARK) -r requirements-spark.txt
	@touch $@

.venv-bench/ready: bench/requirements.txt | $(VENV)/bin/uv
	@echo "installing the peers of make bench into .venv-bench (once)"
	@$(PYTHON) -m venv .venv-bench
	@VIRTUAL_ENV=.venv-bench UV_SYSTEM_CERTS=1 $(VENV)/bin/uv pip install -q -r bench/requirements.txt \
		|| .venv-bench/bin/python -m pip install -q --no-deps -r bench/requirements.txt
	@touch $@

# uv is several times faster; pip is there where uv cannot reach the package index as pip can.
install = VIRTUAL_ENV=$(VENV) UV_SYSTEM_CERTS=1 $(VENV)/bin/uv pip install -q --compile-bytecode -r $(1) \
	|| $(PYTHON) -m pip install -q --no-deps -r $(1)

$(VENV)/bin/uv:
	@for python in python3 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "error: Python 3.11, 3.12 or 3.13 with its venv module is needed, and none was found (on Debian: apt install python3-venv)" >&2; exit 1; fi; \
	echo "making .venv with $$($$found --version)"; \
	$$found -m venv $(VENV) && $(PYTHON) -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
