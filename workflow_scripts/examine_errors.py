"""What the models of a study get wrong: shared errors, doubted labels, confidence, unknown groups."""

from job import run
from textstudy.evaluate.abstention import measure_abstention
from textstudy.evaluate.calibration import measure_calibration
from textstudy.evaluate.errors import examine_errors
from textstudy.evaluate.groups import compare_groups
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import write_json
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    runs = predictions_by_model(snakemake.params.runs, snakemake.input.predictions)
    split, candidates = read_table(snakemake.input.split, SPLIT), snakemake.params.candidates
    errors = examine_errors(runs, split, candidates=candidates)
    groups = compare_groups(runs, split, models=candidates)
    confidence = measure_calibration(runs) | {"abstention": measure_abstention(runs)}
    write_json(snakemake.output.errors, errors | confidence | ({"groups": groups} if groups else {}))


run(main, globals())
