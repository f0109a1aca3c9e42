# HepatIA for Orthanc. `make run` and `make test` install whatever is missing first.

SHELL := /bin/bash
.DEFAULT_GOAL := help

export DATA ?= ./var
export HTTP_PORT ?= 8042
export DICOM_PORT ?= 4242
export DEMO ?= 1
export AI ?= 1
export DSN ?=
ROUNDS ?= 5
FAULTS ?= 200
PARTS ?= offline canaries servers load reports masks phases presegment search viewer
FUZZ ?= 100000
MINUTES ?= 60

# The interpreter must be the one that Orthanc's Python plugin is linked to: the system's, not one found on PATH.
SYSTEM_PYTHON := /usr/bin/python3
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(VENV)/bin/pip --disable-pip-version-check --quiet

RUN_PACKAGES := orthanc orthanc-python orthanc-dicomweb postgresql dcmtk python3-venv ca-certificates
# libatomic1: the Node.js inside Playwright is linked to it, and a minimal Debian does not have it.
TEST_PACKAGES := chromium dicom3tools libatomic1 nginx-light strace faketime
# Another Node.js that is already there serves as well; Debian's would conflict with it.
NODE_PACKAGES := $(shell command -v npm >/dev/null && command -v node >/dev/null || echo nodejs npm)

EXTENSION := ohif-extension
EXTENSION_SOURCES := $(shell find $(EXTENSION)/src -type f 2>/dev/null) $(EXTENSION)/vite.config.ts $(EXTENSION)/tsconfig.json
step = @printf '%s  %s\n' "$$(date +%T)" $(1)

.PHONY: help docs run test soak bench lint typescript pytest install install-test image image-monailabel image-test clean lock

help:
	@echo "make run    install what is missing, start everything, load the demo study (Ctrl-C stops it all)"
	@echo "make test   install what is missing, run all checks and tests"
	@echo "make soak   kill servers at $(FAULTS) points while clients work, and look whether anything is lost; change FUZZ DICOM files; load for MINUTES; FAULTS=200, FUZZ=100000, MINUTES=60, SEED="
	@echo "make bench  install what is missing, compare with the peers; ROUNDS=5, PARTS='offline canaries servers load reports masks phases presegment search viewer'"
	@echo "make image  build the image hepatia with docker, podman or buildah; make image-monailabel the one of MONAI Label"
	@echo "make image-test  build the image, run against it the tests that speak HTTP and DICOM"
	@echo "make docs   build the documentation into build/site, and check its links"
	@echo "make lock   pin the newest allowed versions of the Python packages"
	@echo "make clean  remove what was built; DATA ($(DATA)) is left alone"

run: install
	@exec $(VENV)/bin/hepatia run

test: install-test lint typescript docs pytest

bench: install-test $(VENV)/.bench
	@$(PYTHON) tests/bench/run.py --rounds $(ROUNDS) $(PARTS)

soak: install-test
	@FAULTS=$(FAULTS) $(PYTHON) -m pytest tests/faults/test_kills.py tests/faults/test_kills_of_the_tab.py -s $(PYTEST)
	@$(PYTHON) tests/fuzz/soak_fuzz.py $(FUZZ)
	@$(PYTHON) tests/bench/load.py $(MINUTES)

# --- what has to be there ------------------------------------------------------------------------------------------

install: build/debian-run $(VENV)/.runtime $(VENV)/.registration build/ohif/.prepared $(EXTENSION)/dist/.built

install-test: install build/debian-test $(VENV)/.test build/monailabel/.installed

build/debian-run: Makefile scripts/install_debian_packages.sh
	$(call step,"Debian packages")
	@scripts/install_debian_packages.sh $(RUN_PACKAGES) $(NODE_PACKAGES)
	@mkdir -p build && touch $@

build/debian-test: Makefile scripts/install_debian_packages.sh
	$(call step,"Debian packages for the tests")
	@scripts/install_debian_packages.sh $(TEST_PACKAGES)
	@mkdir -p build && touch $@

$(VENV)/bin/python: | build/debian-run
	@$(SYSTEM_PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(call step,"Python packages")
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.registration: requirements/registration.txt $(VENV)/.runtime
	$(call step,"SimpleITK")
	@$(PIP) install --require-hashes -r requirements/registration.txt
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.runtime
	$(call step,"Python packages for the tests")
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.test
	$(call step,"Python packages of the peers")
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

# `make run` installs it too, in the background, after everything else answers.
build/monailabel/.installed: requirements/build.txt requirements/monailabel-no-deps.txt requirements/monailabel.txt | $(VENV)/.runtime
	$(call step,"MONAI Label in an environment of its own")
	@$(PYTHON) -m orthanc_plugin.commands.monailabel --install
	@touch $@

build/ohif/.prepared: $(EXTENSION)/prepare_viewer.py $(EXTENSION)/app-config.js | build/debian-run
	$(call step,"OHIF viewer")
	@$(SYSTEM_PYTHON) $(EXTENSION)/prepare_viewer.py build/ohif
	@touch $@

$(EXTENSION)/node_modules/.installed: $(EXTENSION)/package.json $(EXTENSION)/package-lock.json | build/debian-run
	$(call step,"npm packages of the OHIF extension")
	@cd $(EXTENSION) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(EXTENSION)/dist/.built: $(EXTENSION_SOURCES) $(EXTENSION)/node_modules/.installed
	$(call step,"OHIF extension")
	@cd $(EXTENSION) && npm run --silent build
	@touch $@

# --- checks and tests ----------------------------------------------------------------------------------------------

lint: $(VENV)/.test
	$(call step,"ruff")
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	$(call step,"mypy")
	@$(VENV)/bin/mypy
	$(call step,"import-linter")
	@PYTHONPATH=. $(VENV)/bin/lint-imports

typescript: $(EXTENSION)/node_modules/.installed $(VENV)/.runtime
	$(call step,"tsc and Vitest")
	@cd $(EXTENSION) && npm run --silent check && npm run --silent test
	$(call step,"the viewer's client against the API's own description")
	@PYTHONPATH=. $(PYTHON) scripts/print_openapi.py > build/openapi.json
	@cd $(EXTENSION) && npm run --silent contract

# --- documentation -------------------------------------------------------------------------------------------------

SITE := build/site-environment

$(SITE)/.installed: requirements/docs.txt | build/debian-run
	$(call step,"MkDocs")
	@$(SYSTEM_PYTHON) -m venv $(SITE)
	@$(SITE)/bin/pip --disable-pip-version-check --quiet install --require-hashes -r requirements/docs.txt
	@touch $@

docs: $(SITE)/.installed $(VENV)/.runtime
	$(call step,"the documentation and its links")
	@PYTHONPATH=. $(PYTHON) scripts/print_openapi.py > build/openapi.json
	@# Not --quiet: what is not logged does not count for --strict.
	@NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --strict > build/site.log 2>&1 || { cat build/site.log; exit 1; }

pytest: install-test
	$(call step,"pytest")
	@$(PYTHON) -m pytest $(PYTEST)

# --- images: docs/deployment.md ------------------------------------------------------------------------------------

image: build/ohif/.prepared $(EXTENSION)/dist/.built
	@scripts/build_image.sh hepatia Dockerfile trixie

image-monailabel: build/wheels/.torch
	@scripts/build_image.sh hepatia-monailabel deploy/monailabel.Dockerfile bookworm

# By this machine's pip, with its settings: PyTorch for CPUs is on no index that pip asks by itself.
build/wheels/.torch: requirements/monailabel-no-deps.txt | $(VENV)/.runtime
	$(call step,"PyTorch for the image of MONAI Label")
	@$(PIP) download --no-deps --require-hashes --dest build/wheels -r requirements/monailabel-no-deps.txt
	@touch $@

image-test: image install-test
	$(call step,"pytest against the image")
	@HEPATIA_IMAGE=$(CURDIR)/build/image/hepatia $(PYTHON) -m pytest tests/orthanc tests/image $(PYTEST)

# --- upkeep --------------------------------------------------------------------------------------------------------

COMPILE := $(VENV)/bin/pip-compile --quiet --strip-extras --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links

lock: $(VENV)/bin/python
	@$(PIP) install pip-tools
	@$(COMPILE) --output-file requirements/runtime.txt pyproject.toml
	@$(COMPILE) --output-file requirements/registration.txt requirements/registration.in
	@$(COMPILE) --extra test --constraint requirements/registration.txt --constraint requirements/runtime.txt --output-file requirements/test.txt pyproject.toml
	@$(COMPILE) --extra bench --constraint requirements/test.txt --output-file requirements/bench.txt pyproject.toml
	@$(COMPILE) --unsafe-package torch --output-file requirements/monailabel.txt requirements/monailabel.in
	@$(COMPILE) --allow-unsafe --output-file requirements/build.txt requirements/build.in
	@$(COMPILE) --output-file requirements/docs.txt requirements/docs.in

clean:
	rm -rf build $(VENV) $(EXTENSION)/node_modules $(EXTENSION)/dist
