"""Ask a language model about validation and test, and measure how good its answers are and what they cost."""

from pathlib import Path

from job import run
from textstudy.evaluate.prompted import ANSWERS, answers_table, load_asker, stack, summarize_answers
from textstudy.evaluate.runs import evaluate_run
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.prompts.prompt import Prompt
from textstudy.runs import RunFiles, read_run
from textstudy.storage.files import write_json
from textstudy.storage.tables import PREDICTIONS, SPLIT, read_table, write_table


def main(snakemake):
    files, params = snakemake.input, snakemake.params
    trained = read_run(RunFiles.from_inputs(Path(files.weights).parent, files))
    split = read_table(files.split, SPLIT, ["id", "text", "label", "split"])
    said = {}

    def predict_proba(texts):
        found = ask(texts)
        said.update(zip(texts, found, strict=True))
        return stack(found, len(trained.labels))

    with leased_gpu(snakemake.resources.get("gpu", 0)):
        ask = load_asker(trained)
        predictions, metrics, calibration = evaluate_run(
            trained,
            split,
            parts=params.parts,
            temperature_scaling=params.temperature_scaling,
            ordinal=params.ordinal,
            predict_proba=predict_proba,
        )
    answers = answers_table(split[split["split"].isin(params.parts)], said, trained.labels)
    summary = summarize_answers(answers, Prompt.read(trained.files.folder), trained.settings["endpoint"])
    write_table(predictions, snakemake.output.predictions, PREDICTIONS)
    write_table(answers, snakemake.output.table, ANSWERS)
    write_json(snakemake.output.metrics, metrics)
    write_json(snakemake.output.calibration, calibration)
    write_json(snakemake.output.answers, summary)


run(main, globals())
