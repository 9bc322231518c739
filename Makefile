# PYTHON is only used to create .venv; everything else runs from there.
PYTHON ?= python3
VENV = .venv/bin
PY = $(VENV)/python
INSTALL = @$(PYTHON) -m scripts.install requirements.txt
INSTALL_ALL = $(INSTALL) requirements-dev.txt
MANAGE = DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py
# Settings as a real installation has them: made up, and different each time.
PRODUCTION = env -u DEMO -u HOST -u DATABASE_URL -u REDIS_URL ALLOWED_HOSTS=peersupport.example.org \
	PUBLIC_URL=https://peersupport.example.org EMAIL_URL=smtp+tls://mail.example.org:587 \
	SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(64))") \
	FIELD_ENCRYPTION_KEYS=k1:$$($(PY) -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())")
COMPILE = $(VENV)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-annotate

.PHONY: run test check fix bench chaos demo-data requirements migrations messages css pictures

run: ## start everything at http://127.0.0.1:8000/ (PORT=… chooses another port)
	$(INSTALL)
	@$(PY) -m scripts.run --with-parent

test: ## the whole suite; ARGS="-k goals" goes to pytest
	$(INSTALL_ALL)
	@$(PY) -m scripts.test $(ARGS)

check: ## format, lint, types, import contracts, templates, migrations, deployment settings
	$(INSTALL_ALL)
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(PY) -m mypy
	$(VENV)/lint-imports
	$(PY) -m djlint templates --check --quiet
	$(PY) -m djlint templates --lint --quiet
	$(MANAGE) makemigrations --check --dry-run
	@echo "manage.py check --deploy"; $(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

fix: ## what check can repair by itself
	$(INSTALL_ALL)
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	$(PY) -m djlint templates --reformat --quiet

bench: ## measures; prints JSON lines
	$(INSTALL_ALL)
	@$(PY) -m scripts.bench $(ARGS)

chaos: ## kills workers, empties the queue, stops the clockwork, and counts what was lost or repeated
	$(INSTALL_ALL)
	@$(PY) -m scripts.chaos $(ARGS)

demo-data: ## thousands of made-up people beside the demo: SCALE=small, agency or county
	$(INSTALL)
	@$(PY) -m scripts.demo_data $(or $(SCALE),small)

pictures: ## takes the pictures of the README, and of every screen
	$(INSTALL_ALL)
	@$(PY) -m scripts.showcase
	@$(PY) -m scripts.pictures $(ARGS)

requirements: ## pins what requirements.in and requirements-dev.in ask for
	$(INSTALL_ALL)
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt

migrations: ## writes migrations for changed models
	$(INSTALL_ALL)
	$(MANAGE) makemigrations

messages: ## collects the texts to translate and compiles the catalogs
	$(INSTALL_ALL)
	$(PY) -m scripts.messages

css: ## compiles styles/ (the only target that needs node)
	npm ci
	npm run css
