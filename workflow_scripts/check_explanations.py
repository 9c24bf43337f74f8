"""Whether the explanation of a run is faithful: its words are deleted in its own order, and in orders that are not."""

from pathlib import Path

from job import run
from textstudy.evaluate.predictors import load_predictor
from textstudy.explain.faithfulness import deletion_test, inverse_document_frequencies
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.runs import RunFiles, read_run
from textstudy.storage.files import write_json
from textstudy.storage.tables import ATTRIBUTIONS, SPLIT, read_table


def main(snakemake):
    files, params = snakemake.input, snakemake.params
    trained = read_run(RunFiles.from_inputs(Path(files.weights).parent, files))
    split = read_table(files.split, SPLIT)
    test, train = (split[split["split"] == part] for part in ("test", "train"))
    others = [read_table(path, ATTRIBUTIONS) for path in files.get("others", [])]
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        found = deletion_test(
            read_table(files.attributions, ATTRIBUTIONS),
            dict(zip(params.others, others, strict=True)),
            texts=dict(zip(test["id"], test["text"], strict=True)),
            idf=inverse_document_frequencies(train["text"]),
            predict_proba=load_predictor(trained),
            models=params.models,
        )
    write_json(snakemake.output.faithfulness, found)


run(main, globals())
