"""Train one run, by the script of its way of learning: train_linear.py, train_network.py and so on."""

from importlib import import_module

from job import run


def main(snakemake):
    # By name: linear models are not stale when the training of networks changes.
    import_module(f"train_{snakemake.params.facts['learner']}").main(snakemake)


run(main, globals())
