"""The library behind the textstudy pipeline, and its command line. Only `commands` knows Snakemake."""
