# Two commands are all: `make run` and `make test`. Both set everything up first.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test texts screenshots
run: .venv/.ready
	$(BIN)/fabric-bot run

test: .venv/.ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

# After a change of texts: takes them from the code into the template and the languages, where the new ones wait empty.
texts: .venv/.ready-to-test
	$(BIN)/pybabel -q extract handlers --add-location=file -w 120 --omit-header -o locales/fabric.pot
	for language in fi sv; do $(BIN)/pybabel -q update -i locales/fabric.pot -l $$language -w 120 -N --ignore-obsolete \
		--ignore-pot-creation-date -o locales/$$language/LC_MESSAGES/fabric.po; done

# The pictures of docs/screenshots.md, made anew in the sandbox: some minutes.
screenshots: .venv/.ready-to-test
	$(BIN)/python -m tests.browser.screenshots

# uv if there is one, else pip brings it into the environment: either way the versions are those of uv.lock.
.venv/bin/uv:
	@command -v uv >/dev/null || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet uv; }

.venv/.ready: uv.lock pyproject.toml | .venv/bin/uv
	@PATH="$$PATH:$(CURDIR)/$(BIN)" uv sync --quiet --locked --no-dev --inexact
	@touch $@

.venv/.ready-to-test: uv.lock pyproject.toml | .venv/bin/uv
	@PATH="$$PATH:$(CURDIR)/$(BIN)" uv sync --quiet --locked --inexact
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -qq -y chromium >/dev/null; } || \
		echo "Chromium is missing: the browser tests need it."
	@touch $@ .venv/.ready
