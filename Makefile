# Two commands do everything on a bare Debian 12: `make run` and `make test`. `make help` lists the rest.
#
# Variables: LISTEN and DATA (run, dev), DEMO=1 (run: fill an empty database with a demo company), ONLY=regex (test: just
# those), JOBS (compilers at once), ARGS (bench: further arguments), BASE=commit (lint: files changed since then).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
DATA ?= ./data
# One compiler a core, but never more than one for each free gigabyte.
JOBS ?= $(shell tools/jobs)
# What the tests start beside their own binaries; empty when they need no release build.
TEST_NEEDS ?=

release := build/release
test := build/test

# $(call build,preset,targets): configures once, then lets Ninja decide.
build = [[ -f build/$(1)/build.ninja ]] || cmake --preset $(1) -Wno-dev; \
	cmake --build build/$(1) -j $(JOBS) $(if $(2),--target $(2))

.PHONY: run
run: build  ## build, then serve http://localhost:8080 with the embedded database in ./data
ifdef DEMO
	@$(release)/yuanliu demo --if-empty --data $(DATA)
endif
	@exec $(release)/yuanliu serve --listen $(LISTEN) --data $(DATA)

.PHONY: build
build:  ## the optimised binary, build/release/yuanliu, with everything inside
	@tools/setup build
	@$(call build,release,yuanliu)

.PHONY: test
test:  ## every test, on both databases, under the address and undefined-behaviour sanitizers
	@tools/setup build test
	@$(if $(TEST_NEEDS),$(MAKE) --no-print-directory $(TEST_NEEDS))
	@$(call build,test)
	@tools/run-tests $(test) $(JOBS) $(if $(ONLY),-R '$(ONLY)')

.PHONY: trust
trust:  ## the long proofs: kill -9 under load, faults, races
	@tools/setup build test
	@$(MAKE) --no-print-directory build
	@$(call build,test)
	@YL_TRUST=long YL_BINARY=$(CURDIR)/$(release)/yuanliu tools/run-tests $(test) 1 -L trust

.PHONY: bench
bench:  ## the table of speeds, each a ratio against a yardstick of the same run
	@tools/setup build test
	@$(call build,release)
	@$(release)/bench/yuanliu_bench $(ARGS)

.PHONY: speed
speed:  ## how fast the pages are in a browser, among a million units, beside a bare page of the same server
	@tools/setup build test
	@$(call build,release)
	@tools/run-browser sqlite $(release)/yuanliu - speed.mjs

.PHONY: dev
dev:  ## the same server from a quick debug build, data in build/dev-data
	@tools/setup build test
	@$(call build,dev,yuanliu)
	@build/dev/yuanliu demo --if-empty --data build/dev-data
	@exec build/dev/yuanliu serve --listen $(LISTEN) --data build/dev-data

.PHONY: fmt
fmt:  ## put every C++ file in the house's shape
	@tools/setup lint
	git ls-files -z '*.cpp' '*.hpp' ':!tools/module' | xargs -0 -r -P $(JOBS) -n 20 clang-format -i

.PHONY: lint
lint:  ## clang-format and clang-tidy on changed files, shellcheck, the tidy test
	@tools/setup build test lint
	@$(call build,test)
	@tools/lint $(test) $(JOBS) $(BASE)
	@tools/run-tests $(test) $(JOBS) -R tidy

.PHONY: golden
golden:  ## write the committed contract files anew (openapi.json, permission matrix, ...); read the diff
	@tools/setup build test
	@$(call build,test)
	@YL_GOLDEN=1 tools/run-tests $(test) $(JOBS) -R contract
	@git --no-pager diff --stat

.PHONY: module
module:  ## a new module with a passing test: make module NAME=warranty
	@tools/new-module $(NAME)

.PHONY: clean
clean:  ## remove what was built; fetched parts (build/deps, build/node) and ./data stay
	rm -rf build/dev build/test build/tsan build/release build/web build/dev-data

.PHONY: help
help:  ## this list
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18
