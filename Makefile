# `make run` and `make test` are all that a newcomer needs: each does its own set-up.
python := .venv/bin/python

.PHONY: run test check fix eval bench lock

run: ## the application on http://127.0.0.1:8000, until interrupted
	@sh setup.sh run && exec $(python) -m api

test: ## all tests; the browser's where there is a browser
	@sh setup.sh test && exec $(python) -m pytest $(ARGS)

check: ## form, lint, types, import contracts
	@sh setup.sh dev
	$(python) -m ruff format --check --quiet .
	$(python) -m ruff check --quiet .
	$(python) -m mypy
	$(python) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

fix: ## format, and repair what ruff can
	@sh setup.sh dev
	$(python) -m ruff format .
	$(python) -m ruff check --fix .

eval: ## how good the guards and the triage are
	@sh setup.sh dev && exec $(python) -m evals $(ARGS)

bench: ## how fast and how small it is
	@sh setup.sh dev && exec $(python) -m bench $(ARGS)

lock: ## writes both lock files anew: hashes, and no address
	@sh setup.sh dev
	$(python) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements.in -o requirements.txt
	$(python) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.txt requirements-dev.in -o requirements-dev.txt
