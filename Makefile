# The tracker's commands. Only Python >= 3.11 and make are assumed; uv is used where it is present.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run site test test-all quick checked-production embedded production test-api test-faults test-faults-embedded image test-image lint types checks wheel clients messages format bench forecast-backtest fuzz install lock clean

# The first Python on the path that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
BIN := .venv/bin
# One more than the cores that are reckoned with: browsers and servers are waited for.
WORKERS ?= 3
# A test that hangs shows where it does and fails, with its process; another takes the rest.
HANGING := -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true
# Compiled modules are kept, whatever the shell says: the suite starts a hundred processes.
unexport PYTHONDONTWRITEBYTECODE
# Files in which hashes and figures stand, and no secret could hide among sentences.
NO_SECRETS := ':!requirements' ':!*.csv' ':!*.svg' ':!*.json' ':!*.po' ':!.hypothesis'

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null || true

run: .venv/run.txt ## set up what is missing and serve on http://127.0.0.1:8000 (HOST and PORT change it); Ctrl-C ends it
	@exec $(BIN)/python -m config.run.start

site: .venv/run.txt ## what deploy/serve.py needs: packages, and compiled texts, which its account may not write
	@$(BIN)/python -c 'from common import catalogues; catalogues.compile_all()'

test: .venv/dev.txt ## every check, and the quick tests: two and a half minutes, for each change
	@$(MAKE) --no-print-directory --jobs=3 types checks quick

test-all: .venv/dev.txt checked-production embedded ## every check and every test, in the production shape and in the embedded one; CI runs this

# The types and checks fill the pauses of the production shape, which has a worker fewer for it.
checked-production:
	@$(MAKE) --no-print-directory --jobs=3 types checks production

production: .venv/dev.txt
	@$(BIN)/python -m tests.services $(BIN)/pytest -n $$(($(WORKERS) - 1)) --dist worksteal $(HANGING) -m shape

quick: .venv/dev.txt
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(HANGING) -m 'not production and not slow'

embedded: .venv/dev.txt
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(HANGING) -m 'not production'

test-api: .venv/dev.txt ## at least 3,000 generated requests against the API, in each shape
	@CONTRACT=long $(BIN)/python -m tests.services $(BIN)/pytest -q -s tests/api/test_contract.py
	@CONTRACT=long $(BIN)/pytest -q -s tests/api/test_contract.py

lint: .venv/dev.txt ## format, lint, types, missing migrations, deployment settings, image, secrets, audit
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types checks

types: .venv/dev.txt
	@$(BIN)/mypy

checks: .venv/dev.txt
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/lint-imports --no-cache >/dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }
	@$(BIN)/python -W error manage.py makemigrations --check --skip-checks  # the next line has them
	@TRACKER_ENV=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	    ALLOWED_HOSTS=tracker.example $(BIN)/python -W error manage.py check --deploy --fail-level WARNING
	@$(BIN)/hadolint Dockerfile
	@git ls-files -z -- . $(NO_SECRETS) 2>/dev/null | xargs -0 $(BIN)/python .ci/committed_secrets.py
	@test -n "$$(find .venv/audited -newer requirements/dev.txt -mtime -1 2>/dev/null)" || $(BIN)/python .ci/audit.py

test-faults: .venv/dev.txt ## the running site, broken in every way at once; minutes, and every core (STORM=publications)
	@$(BIN)/pytest tests/faults -v

test-faults-embedded: .venv/dev.txt ## the same for the embedded shape: files, disk, clock, kills, receivers (short form in make test-all)
	@FAULTS=long $(BIN)/pytest tests/faults_embedded -v

# Two images, IMAGE and that of forecasts, named after it. The first engine that works; ENGINE=... chooses one, IMAGE_OPTIONS=... adds to the build, such as a proxy's certificates.
IMAGE ?= treaty-status-tracker:latest
FORECAST_IMAGE ?= $(subst :,-forecast:,$(IMAGE))
ENGINE ?= $(shell for engine in docker podman buildah; do \
    $$engine info >/dev/null 2>&1 && { echo $$engine; break; }; done)
image: ## build both images with docker, podman or buildah
	@test -n "$(ENGINE)" || { echo "An engine is needed: docker, podman or buildah (Debian: buildah)." >&2; exit 1; }
	BUILDAH_LAYERS=true $(ENGINE) build $(IMAGE_OPTIONS) --target site -t $(IMAGE) .
	BUILDAH_LAYERS=true $(ENGINE) build $(IMAGE_OPTIONS) --target forecast -t $(FORECAST_IMAGE) .

test-image: .venv/dev.txt ## build the image and run each of its services, read-only (needs root and buildah)
	@$(BIN)/pytest tests/image -v

wheel: .venv/dev.txt ## the rules as a library of their own: dist/treaty_rules-*.whl
	@cd packaging/treaty-rules && ../../$(BIN)/hatchling build -t wheel -d ../../dist

clients: .venv/dev.txt ## clients of the API in Python and TypeScript, from its description: dist/clients (TypeScript needs npm)
	@$(BIN)/python packaging/clients/build.py

messages: .venv/dev.txt ## new messages into the catalogues of translations, and how many are left to translate
	@$(BIN)/python manage.py makemessages

format: .venv/dev.txt ## put the code into the project's format
	@$(BIN)/ruff check --fix --quiet; $(BIN)/ruff format

bench: .venv/dev.txt ## the benchmark, prints a table of ratios
	@$(BIN)/python -m bench

forecast-backtest: .venv/dev.txt ## the forecasts tried on the past, with nothing but what was known; writes docs/forecast.md
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.forecast_backtest

fuzz: .venv/dev.txt ## every property with new random examples, 1,000 each; 5,000 spoilt documents and 5,000 spoilt tables
	@$(BIN)/pytest -q -n $(WORKERS) -m hypothesis --hypothesis-profile search

# A stamp is the copy of the requirements that were installed last: equal means that there is nothing to do.
.venv/%.txt: requirements/%.txt
	@cmp -s $< $@ || $(MAKE) --no-print-directory --silent install REQUIREMENTS=$<
	@cp $< $@

# uv asks the network about what it has in its cache, and may wait seconds for the answer: the hashes are enough.
UV_INSTALL = uv pip install --quiet --python $(BIN)/python --require-hashes -r $(REQUIREMENTS)
# Whatever is installed contains what `make run` needs, so its stamp is set each time.
install:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: none of python3, python3.11 ... is." >&2; exit 1; }
	@if uv --version >/dev/null 2>&1; then \
	    uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && \
	    { $(UV_INSTALL) --offline 2>/dev/null || $(UV_INSTALL); }; \
	else \
	    { $(PYTHON) -m venv .venv || { echo "Python's venv module is needed (Debian: python3-venv)." >&2; exit 1; }; } && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r $(REQUIREMENTS); \
	fi
	@cp requirements/run.txt .venv/run.txt

lock: ## pin the direct dependencies of pyproject.toml, with hashes (LOCK=--upgrade renews them; needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	    $(LOCK) pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	    $(LOCK) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt

clean: ## remove the virtual environment and the tools' caches; the record under var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
