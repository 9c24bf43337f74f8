"""The library behind the textstudy pipeline; no module here knows Snakemake."""
