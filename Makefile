# `make` alone says what there is to do. Works with GNU make 3.81 or newer and any POSIX shell.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PORT ?= 8501
WORKBOOK_DATA ?= data
WORKBOOK_ADDRESS ?= 127.0.0.1
export WORKBOOK_DATA

python := .venv/bin/python
pip_install := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes
# Streamlit's welcome message goes with asking a foreign host for this machine's address when it listens everywhere.
streamlit := $(python) -m streamlit run app.py --server.port $(PORT) --server.address $(WORKBOOK_ADDRESS) \
	--server.headless true --browser.gatherUsageStats false --logger.hideWelcomeMessage true

define TRY_PORT
import socket, sys
address, port, goal = sys.argv[1:]
if not port.isdecimal() or not 0 < int(port) < 65536:
    sys.exit(f"PORT={port} is not a port. For example: make {goal} PORT=8502")
try:
    family, _, _, _, place = socket.getaddrinfo(address, int(port), type=socket.SOCK_STREAM)[0]
except (OSError, UnicodeError):
    sys.exit(f"WORKBOOK_ADDRESS={address} is no address of this machine. For this machine only: make {goal} WORKBOOK_ADDRESS=127.0.0.1")
try:
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(place)
except OSError as reason:
    other = int(port) % 65535 + 1
    sys.exit(f"Cannot listen on {address}, port {port}: {reason.strerror}. Another port: make {goal} PORT={other}")
endef
export TRY_PORT

.PHONY: help run demo backup restore rotate-key coach end-coach test check bench browser campaign office audit lock words clean

help: ## Say what there is to do
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'
	@echo "Settings: PORT=$(PORT)  WORKBOOK_DATA=$(WORKBOOK_DATA)  WORKBOOK_ADDRESS=$(WORKBOOK_ADDRESS)"

run: .venv/app free-port ## Start the workbook on this machine
	@exec $(streamlit)

demo: .venv/app free-port ## Start it with fictional people, in a throw-away database
	@exec env WORKBOOK_DEMO=1 $(streamlit)

backup: .venv/app ## Take a backup, while it runs or not (TO=/folder: copy it there too)
	@TO="$(TO)" $(python) -m workbook.keeping backup

restore: .venv/app ## Put a backup back while the workbook is stopped (FILE=…)
	@ANYWAY="$(ANYWAY)" $(python) -m workbook.keeping restore "$(FILE)"

rotate-key: .venv/app ## Change the host key while the workbook is stopped
	@$(python) -m workbook.keeping rotate-key

coach: .venv/app ## Make a set-up code for one coach, while it runs or not
	@$(python) -m workbook.keeping coach

end-coach: .venv/app ## End a coach's part: their groups end, and members are told (COACH=…)
	@COACH="$(COACH)" $(python) -m workbook.keeping end-coach

test: check chromium ## Check everything, then run every test, browser tests included
	@$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: .venv/tests ## Lint, format, types and the rules of the house
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy
	@$(python) -m pytest -q tests/test_house.py

browser: .venv/tests chromium ## Run the browser tests alone
	@$(python) -m pytest -m browser $(PYTEST_ARGS)

campaign: .venv/tests ## Kill it two hundred times, fill its disk, damage its files; takes some minutes
	@$(python) -m pytest -s -m campaign --timeout 1800 $(PYTEST_ARGS)

office: .venv/tests ## Let LibreOffice save an export again, and take it in (installs it where there is apt)
	@command -v soffice >/dev/null || (apt-get update -q && apt-get install -y -q --no-install-recommends libreoffice-calc-nogui)
	@$(python) -m pytest tests/office/libreoffice.py $(PYTEST_ARGS)

bench: .venv/tests ## Measure how quick it is
	@$(python) -m tests.bench
	@$(python) -m tests.bench_doors
	@$(python) -m tests.bench_desk
	@$(python) -m tests.bench_today
	@$(python) -m tests.bench_growth
	@$(python) -m tests.bench_bundle

lock: .venv/made ## Pin and hash what pyproject.toml asks for (UPGRADE=1: newest releases)
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(python) -m venv "$$scratch" && "$$scratch/bin/pip" install --quiet --disable-pip-version-check uv==0.13.8 && \
	pin="$$scratch/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-emit-index-url $(if $(UPGRADE),--upgrade)" && \
	export UV_CUSTOM_COMPILE_COMMAND="make lock" && \
	$$pin pyproject.toml -o requirements.txt && \
	$$pin --group pyproject.toml:tests -c requirements.txt -o tests/requirements.txt && \
	$$pin --group pyproject.toml:audit -o .ci/audit.txt

audit: .venv/made ## Look whether anything pinned has a known vulnerability
	@$(python) -m tests.audit

words: .venv/tests ## Collect the interface's sentences into seeds/en/interface.po
	@$(python) -m workbook.ui.collect

clean: ## Remove the virtual environment and caches, never the data
	@rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache test-output
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: free-port chromium

free-port: .venv/app
	@$(python) -c "$$TRY_PORT" "$(WORKBOOK_ADDRESS)" "$(PORT)" $(firstword $(MAKECMDGOALS))

chromium: .venv/tests
	@$(python) tests/browser/install.py

# The virtual environment, in three steps that each leave a mark, so that what is done is not done again.
.venv/made:
	@bare=; for python in $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { bare=$$python; continue; }; \
		echo "Making .venv with $$("$$python" --version)."; \
		"$$python" -m venv --clear .venv && touch $@; exit; \
	done; \
	if [ -n "$$bare" ]; then echo "$$bare cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	else echo "Python 3.11 or newer is needed, and none was found. Install one, or name it: make PYTHON=/path/to/python3" >&2; fi; \
	exit 1

.venv/app: requirements.txt .venv/made
	@echo "Installing what the workbook needs; the first time takes a minute."
	@$(pip_install) -r requirements.txt
	@touch $@

.venv/tests: tests/requirements.txt .venv/app
	@echo "Installing what the tests need."
	@$(pip_install) -r tests/requirements.txt
	@touch $@
