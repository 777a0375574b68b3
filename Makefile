# One virtual environment, made from the locked requirements, serves every target.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
export VENV

.PHONY: demo test test-environments test-wheel test-whoosh3 check crash damage soak fuzz dist derive lock bench bench-limits bench-relevance docs test-examples clean

INSTALL = -m pip install --quiet --disable-pip-version-check
LOCKED = $(INSTALL) --only-binary :all: --require-hashes

$(VENV)/installed: requirements.txt requirements-build.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) -r requirements.txt -r requirements-build.txt
	$(BIN)/python $(INSTALL) --no-build-isolation --no-deps -e .
	touch $@

$(VENV)/made: $(VENV)/installed requirements-dev.txt
	$(BIN)/python $(LOCKED) -r requirements-dev.txt
	touch $@

demo: $(VENV)/installed  ## index corpus/ and answer a question with its facets
	$(BIN)/osce-search index corpus
	$(BIN)/osce-search query border --facet country:3 --facet field:3 --facet source:3 --limit 2 --width 100

test: $(VENV)/made  ## run all tests
	scripts/test

test-environments: $(VENV)/made  ## run all tests with other directories, languages, time zones and another user
	scripts/test-environments

test-wheel: $(VENV)/made  ## use the wheel with every Python from 3.11 on that this machine has
	$(BIN)/python scripts/test-wheel

test-whoosh3: $(VENV)/made  ## the tests of the index with Whoosh's maintained successor in its place
	$(PYTHON) -m venv $(VENV)-whoosh3
	$(VENV)-whoosh3/bin/python $(LOCKED) -r requirements-whoosh3.txt
	$(VENV)-whoosh3/bin/python -m pytest -q -p no:cacheprovider tests/index

crash: $(VENV)/made  ## kill writers, cut the power and refuse writes at a thousand points
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.reliability.crash 500 1
	$(BIN)/python -m tests.reliability.power 500 1
	$(BIN)/python -m tests.reliability.refusals 1

damage: $(VENV)/made  ## damage an index at ten thousand places, and search it from many sides while it changes
	$(BIN)/python -m tests.reliability.damage 10000 1
	$(BIN)/python -m tests.reliability.load crowd 200 1

soak: $(VENV)/made  ## read and write for twenty minutes, and watch memory and open files
	$(BIN)/python -m tests.reliability.load soak 20 1

fuzz: $(VENV)/made  ## alter pages, questions, records and indexes at random, half an hour each
	for target in page question record index; do $(BIN)/python -m tests.reliability.fuzz $$target 30 1 || exit; done

check: $(VENV)/made  ## format, lint, types, import contract
	scripts/check

$(VENV)/bench: $(VENV)/made requirements-bench.txt
	$(BIN)/python $(LOCKED) -r requirements-bench.txt
	touch $@

bench-relevance: $(VENV)/bench  ## rank beside tantivy, Whoosh, FTS5 and bm25s; writes docs/relevance.md
	$(BIN)/python -m benchmarks.relevance --write

bench-limits: $(VENV)/made  ## time the input that was made to take long; fails past a limit
	$(BIN)/python -m benchmarks.limits

bench: $(VENV)/bench  ## measure beside tantivy, Whoosh, FTS5 and bm25s; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks.speed --rebuild

$(VENV)-docs/made: requirements-docs.txt
	$(PYTHON) -m venv $(VENV)-docs
	$(VENV)-docs/bin/python $(LOCKED) -r requirements-docs.txt
	touch $@

docs: $(VENV)-docs/made  ## build the documents as a site in build/site; a warning is an error
	$(VENV)-docs/bin/python scripts/site

$(VENV)-examples/made: requirements-examples.txt
	$(PYTHON) -m venv $(VENV)-examples
	$(VENV)-examples/bin/python $(LOCKED) -r requirements-examples.txt
	touch $@

test-examples: $(VENV)/made $(VENV)-examples/made  ## run the examples with the wheel, as another project would
	rm -rf build/wheel
	$(BIN)/python -c "import hatchling.build as b; b.build_wheel('build/wheel')"
	$(VENV)-examples/bin/python $(INSTALL) --force-reinstall --no-deps build/wheel/*.whl
	$(VENV)-examples/bin/pytest -q -p no:cacheprovider examples

dist: $(VENV)/made  ## wheel, sdist and bill of materials, the same bytes each time
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -c "import hatchling.build as b; b.build_wheel('dist'); b.build_sdist('dist')"
	$(BIN)/python scripts/sbom > dist/osce-search.cdx.json

derive: $(VENV)/made  ## write anew what follows from something else: docs/cli.md, engine/match/names.tsv
	$(BIN)/python scripts/docs
	$(BIN)/python scripts/names

COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

lock:  ## pin every dependency by its hash (needs uv)
	$(COMPILE) --group dev --extra eval pyproject.toml -o requirements-dev.txt
	$(COMPILE) -c requirements-dev.txt pyproject.toml -o requirements.txt
	$(COMPILE) --group build -c requirements-dev.txt -o requirements-build.txt
	$(COMPILE) --group bench -c requirements-dev.txt -o requirements-bench.txt
	$(COMPILE) --group docs -c requirements-dev.txt -o requirements-docs.txt
	$(COMPILE) --group examples --extra eval -c requirements-dev.txt pyproject.toml -o requirements-examples.txt
	sed 's/^whoosh==.*/whoosh3>=3.54,<4/' requirements-dev.txt | grep -E '^[A-Za-z]' | sed 's/ *\\$$//' | \
	  $(COMPILE) - -o requirements-whoosh3.txt

clean:  ## remove what was built; corpus/ and the code stay
	find index -mindepth 1 ! -name README.md -delete
	rm -rf $(VENV) dist build
