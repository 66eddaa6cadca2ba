# make check is exactly what CI runs; .ci/run installs what it needs and calls it.
# Nothing here but go, a shell and git is needed; tests that use Chromium, R or
# PSPP skip, and say so, where these are missing.

.DELETE_ON_ERROR:
.PHONY: check format vet lint test race build cross generate notice notice-check repeat coverage bench screenshot clean

check: format vet lint generate notice-check build cross test race repeat
	@echo "make check: all is well"

# Where programs and runs of this Makefile go; ignored by git.
BIN := out/bin

format:
	@unformatted="$$(gofmt -l .)"; if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi

vet:
	go vet ./...
	cd tools && go vet ./...

# Tools have a module file of their own, so that their needs change nothing in
# the program.
lint:
	go tool -modfile=tools/go.mod staticcheck ./...

test:
	go test -timeout 30m ./...

# With -short property tests draw fewer samples, and what is long under the race
# detector runs fewer cases; `make test` runs them all. The limit of ten minutes for a
# package is for quieter machines than those of CI.
race:
	go test -race -short -timeout 30m ./...

build:
	@mkdir -p $(BIN)
	go build -o $(BIN)/ ./...

# Arrow's arm64 assembly overwrites the saved frame pointer; noasm leaves it out.
cross:
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build -o $(BIN)/report.exe ./cmd/report
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 go build -tags noasm -o $(BIN)/report-darwin-arm64 ./cmd/report
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -tags noasm -o $(BIN)/report-linux-arm64 ./cmd/report

# Generated files must come out as they are in the tree.
generate:
	@mkdir -p $(BIN)
	@{ git status --porcelain; git diff; } > $(BIN)/before
	go generate ./...
	@{ git status --porcelain; git diff; } > $(BIN)/after
	@cmp -s $(BIN)/before $(BIN)/after || { echo "go generate changed files; commit them:"; git status --short; exit 1; }

notice:
	cd tools && go run ./notice

notice-check:
	cd tools && go run ./notice -check

# Two runs of the sample, on one thread and on several, give the same bytes.
repeat: build
	rm -rf $(BIN)/one $(BIN)/two
	$(BIN)/report --progress none --threads 1 --out $(BIN)/one > /dev/null
	$(BIN)/report --progress none --threads 4 --out $(BIN)/two > /dev/null
	diff -r --exclude run.json $(BIN)/one/state-of-personal-data/ $(BIN)/two/state-of-personal-data/

# How often do 95 % intervals hold the truth? Takes some minutes; no part of check.
coverage:
	go test ./stats -run '^$$' -bench Coverage -benchtime 2000x -timeout 2h
	go test ./pipeline -run '^$$' -bench SampleCoverage -benchtime 200x -timeout 2h

# This program and others on the same data; the tables of docs/performance.md. Takes
# twenty minutes, wants a quiet machine, and is no part of check.
bench:
	python3 tools/bench/bench.py --docs

# The pictures of the README, from a run of the sample.
screenshot:
	docs/screenshot

clean:
	rm -rf $(BIN)
