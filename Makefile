# Everything that a developer or CI calls. `make demo`, `make test` and `make lint` install what they need first.
#
# torch: its Linux wheels on the public registry are CUDA builds that pull in several gigabytes. Give TORCH_INDEX the
# address of a CPU wheel index (PyTorch publishes one) to get the small build:
#     make setup TORCH_INDEX=https://...
# Where pip is already configured to find a CPU wheel of this version, nothing needs to be set.
TORCH_INDEX ?=
PYTHON ?= python3
# For `make model`: the training data, where checkpoints go, and what the card shall say that training took.
DATA ?= ../shared/data
WORK ?= build/model
COST ?= not recorded

VENV := .venv
BIN := $(VENV)/bin
SETUP_STAMP := $(VENV)/.setup-stamp
TRAIN_STAMP := $(VENV)/.train-stamp
PROTO_VENV := .venv-proto
PROTO_STAMP := $(PROTO_VENV)/.setup-stamp
# Where `make proto` writes; the check for out-of-date code points it elsewhere.
PROTO_OUT ?= proto
BUF_VERSION := 1.75.0
BUF := .tools/node_modules/.bin/buf
WEIGHTS := models/claimbase_models/weights
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

# What torch brings along beside Python packages, and torch itself, which is chosen by index (see above).
TORCH_PARTS := torch triton cuda-bindings cuda-pathfinder cuda-toolkit $(addprefix nvidia-,cublas cuda-cupti cuda-nvrtc \
    cuda-runtime cudnn-cu13 cufft cufile curand cusolver cusparse cusparselt-cu13 nccl-cu13 nvjitlink nvshmem-cu13 nvtx)

.PHONY: setup demo test lint proto model constraints audit

setup: $(SETUP_STAMP)

$(SETUP_STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@echo 'Installing into $(VENV); torch comes from $(or $(TORCH_INDEX),the configured package registry).'
ifndef TORCH_INDEX
	@echo 'If a CUDA build starts to download (gigabytes), stop and set TORCH_INDEX: see the top of the Makefile.'
endif
	$(PIP_INSTALL) --no-deps $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch
	$(PIP_INSTALL) --editable '.[server,postgres,otel,dev]'
	@touch $@

demo: setup
	$(BIN)/claimbase demo

test: setup
	$(BIN)/pytest

lint: setup $(PROTO_STAMP) $(BUF)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	PATH="$(CURDIR)/$(BIN):$$PATH" BUF=$(BUF) scripts/check_proto.sh

proto: $(PROTO_STAMP)
	PATH="$(CURDIR)/$(PROTO_VENV)/bin:$$PATH" $(PROTO_VENV)/bin/python -m grpc_tools.protoc --proto_path=proto \
	    --python_out=$(PROTO_OUT) --pyi_out=$(PROTO_OUT) --grpc_python_out=$(PROTO_OUT) \
	    --mypy_grpc_out=quiet:$(PROTO_OUT) proto/claimbase/v1/*.proto

$(PROTO_STAMP): proto/requirements.txt
	$(PYTHON) -m venv $(PROTO_VENV)
	$(PROTO_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement proto/requirements.txt
	@touch $@

# Named by its version, so that a new one is installed when BUF_VERSION changes.
$(BUF): .tools/buf-$(BUF_VERSION)
	@touch $@

.tools/buf-$(BUF_VERSION):
	@command -v npm >/dev/null || { echo "buf comes from the npm registry: install Node.js with npm, then run this again" >&2; exit 1; }
	npm install --silent --no-audit --no-fund --no-save --prefix .tools @bufbuild/buf@$(BUF_VERSION)
	@touch $@

model: setup $(TRAIN_STAMP)
	$(BIN)/python models/training/generate.py --data $(DATA) --out $(WORK)/made
	$(BIN)/python models/training/train_scorer.py --data $(DATA) --work $(WORK)
	$(BIN)/python models/training/train_embedder.py --data $(DATA) --work $(WORK)
	$(BIN)/python models/training/publish.py --scorer $(WORK)/news/result --embedder $(WORK)/embedder/result \
	    --data $(DATA) --cost '$(COST)'
	$(BIN)/python models/training/train_judge.py --scorer $(WEIGHTS)/scorer --out $(WEIGHTS)/judge.json

$(TRAIN_STAMP): $(SETUP_STAMP)
	$(PIP_INSTALL) --editable '.[server,train]'
	@touch $@

# Renew constraints.txt: one resolution that holds for every supported Python. The CUDA libraries are left out, since
# they follow from whichever build of torch is installed. requirements.lock is the part of it that the container
# installs, with the hash of every file.
constraints: setup
	{ echo "# Exact versions for every supported Python; written by make constraints."; \
	  $(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.10 --no-annotate --no-header \
	    --quiet | grep -vE '^(triton|nvidia-|cuda-)'; } > constraints.new
	mv constraints.new constraints.txt
	$(BIN)/uv pip compile pyproject.toml --extra server --extra postgres --universal --python-version 3.10 --no-annotate \
	    --no-header --quiet --generate-hashes --constraint constraints.txt --output-file requirements.lock \
	    $(addprefix --no-emit-package ,$(TORCH_PARTS)) >/dev/null

# Known vulnerabilities of what the container installs; asks the advisory database, so it needs a network.
audit: setup
	$(BIN)/uv tool run pip-audit --require-hashes --disable-pip --requirement requirements.lock
