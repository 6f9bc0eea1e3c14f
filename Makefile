# Weijian: every target sets up what it needs. `make demo` and `make test` are all that a newcomer has to know.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
DEMO_ARGS ?=
TEST_ARGS ?=

.PHONY: help setup assets messages demo serve test test-long test-server check reference-r lock new-domain docs clean

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMPS)/setup assets messages ## Environment, locked dependencies, front-end assets, translations

$(STAMPS)/setup: requirements.lock pyproject.toml scripts/setup.sh
	@bash scripts/setup.sh "$(PYTHON)" "$(VENV)"
	@mkdir -p $(STAMPS) && touch $@

assets: $(STAMPS)/setup ## Front-end assets from locked npm packages
	@bash scripts/assets.sh

messages: $(STAMPS)/setup
	@$(BIN)/python scripts/compile_messages.py

demo: setup ## A marked demonstration of the district's year, served on http://127.0.0.1:8000
	@$(BIN)/weijian demo $(DEMO_ARGS)

serve: setup ## Serve this installation
	@$(BIN)/weijian serve

test: setup ## All tests, browser walks included, under ten minutes on two cores
	@bash scripts/browser.sh
	@bash scripts/test.sh $(BIN) $(TEST_ARGS)

test-long: setup ## Long tests: many kills, R, large sizes
	@bash scripts/browser.sh
	@$(BIN)/pytest -m long $(TEST_ARGS)

# Every service that writes: foundation, records, exchange, domains, reports. What starts servers of its own is not among them.
SERVER_TESTS := tests/foundation tests/records tests/exchange tests/domains tests/acceptance --ignore=tests/foundation/embedded_pg --ignore=tests/foundation/ui

test-server: setup ## What touches the database, and a small demonstration, on Debian's PostgreSQL instead of the embedded one
	@bash scripts/with_real_server.sh $(BIN)/pytest -m "not long and not browser and not fault" $(SERVER_TESTS) $(TEST_ARGS)
	@bash scripts/with_real_server.sh bash scripts/demo_on_server.sh

check: setup ## Format, lint, types, import contracts, translations, generated documents
	@bash scripts/check.sh

docs: setup ## Write the generated reference pages again
	@$(BIN)/python -m weijian.config.reference

new-domain: $(STAMPS)/setup ## Start a domain: make new-domain NAME=oral_health
	@$(BIN)/python scripts/new_domain.py $(NAME)

reference-r: ## Debian's R packages that the detection engine is compared with (needs root)
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends r-base-core r-cran-surveillance r-cran-epiestim r-cran-epitools r-cran-epir

lock: ## Resolve the dependencies anew (names, versions, hashes; no addresses)
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra spark --universal --generate-hashes --no-emit-index-url --upgrade -q -o requirements.lock

clean: ## Remove what was built, keep data
	rm -rf $(VENV) $(STAMPS) node_modules src/weijian/web/static/build
