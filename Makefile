# Ringdex: `make demo` shows it, `make test` proves it. `make help` lists the rest.
GO    ?= go
BIN   := bin/ringdex
FUZZ  ?= 5000x
ROUNDS ?= 2000

.PHONY: help build demo test deps check fuzz bench crash docs pictures

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: ## build bin/ringdex, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) ./cmd/ringdex

demo: build ## start a demo on 127.0.0.1:8080 with a demo tenant, a demo CRM and sample contacts
	@exec $(BIN) demo

test: deps ## install what the tests need, then run all of them with the race detector
	$(GO) vet ./...
	$(MAKE) --no-print-directory fuzz FUZZ=$(FUZZ)
	$(GO) test -race -shuffle=on -count=1 -timeout 20m ./...

deps: ## Debian packages the tests use (root only; others are told)
	@sh .ci/deps

check: ## formatting, linters, import direction, known vulnerabilities (versions pinned in .ci/check)
	@sh .ci/check

fuzz: ## every fuzz target for FUZZ inputs (5000x), or a time
	@sh .ci/fuzz $(FUZZ)

bench: build ## the project's own benchmark; results belong in docs/performance.md
	$(BIN) bench number && $(BIN) bench sync && $(BIN) bench match

crash: ## ROUNDS (2000) kills and 200 power losses against the store
	RINGDEX_KILL_ROUNDS=$(ROUNDS) RINGDEX_POWER_ROUNDS=200 $(GO) test -run 'Kill|Power' -timeout 6h ./store/... ./cmd/...

docs: build ## regenerate the generated pages of docs/
	$(BIN) preset docs docs/presets

pictures: ## make the pictures of docs/images with a real browser
	RINGDEX_DOCS_IMAGES=$(CURDIR)/docs/images $(GO) test -count=1 -run TestPictures ./webconfig
