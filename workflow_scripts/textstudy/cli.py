"""The command `textstudy`. Each command imports its own module when it is called, so that the others start at once."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from textstudy.errors import StudyError

app = typer.Typer(
    help="Compare text classifiers on a corpus, and report which one to use. Run it in the folder of the project.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

FOR_SNAKEMAKE = {"ignore_unknown_options": True}
Options = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SNAKEMAKE_OPTIONS",
        help="Any options of Snakemake, for example: --cores 4, --dry-run, --keep-going, --profile profiles/slurm, "
        "--configfile config/cpu.yaml, --config studies=[demo]. `snakemake --help` lists them all.",
        show_default=False,
    ),
]


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"


@app.command()
def new(
    path: Annotated[
        Path,
        typer.Argument(help="A CSV, TSV, JSONL or Parquet file (also .gz), a folder of them, or of class folders."),
    ],
    text: Annotated[str | None, typer.Option(help="The column of the texts, where it cannot be seen.")] = None,
    label: Annotated[str | None, typer.Option(help="The column of the labels, where it cannot be seen.")] = None,
    name: Annotated[str | None, typer.Option(help="The name of the study. Default: that of the file.")] = None,
) -> None:
    """Write a first study of your own texts.

    It looks at the texts and writes config/studies/NAME.yaml, with a comment for each setting.
    """
    from textstudy.new.command import print_new_study

    print_new_study(path, text=text, label=label, name=name)


class BundleFormat(StrEnum):
    """How a bundle holds a network."""

    onnx = "onnx"
    int8 = "int8"
    native = "native"


@app.command()
def export(
    model: Annotated[Path, typer.Argument(help="A run folder, or a study: its name or its folder.")],
    out: Annotated[Path, typer.Option(help="The folder to write, which is not there yet.")],
    output: Annotated[
        BundleFormat,
        typer.Option("--format", help="For networks: onnx or int8, for onnxruntime; native, for torch."),
    ] = BundleFormat.onnx,
    name: Annotated[str | None, typer.Option("--model", help="Of the study. Default: the recommended one.")] = None,
) -> None:
    """Write a trained model as one folder, which predicts where it is copied to.

    `textstudy.load` loads it. Only a native bundle of a network needs torch; a linear model is always native.
    """
    from textstudy.use.export.command import print_export

    print_export(model, out, model=name, form=output.value)


@app.command(context_settings=FOR_SNAKEMAKE)
def report(options: Options = None) -> None:
    """Make the report of every configured study.

    Only what is out of date is computed. The run has stages: the prepared corpora, their encodings, what searches and
    phases select, and the rest. A stage whose files come out as they were makes nothing after it run again.
    """
    from textstudy.commands.report import make_report

    raise typer.Exit(0 if make_report(options or []) else 1)


@app.command(context_settings=FOR_SNAKEMAKE)
def plan(options: Options = None) -> None:
    """Show what `textstudy report` would run, and why.

    Each step is listed with the time that it took when it last ran. Nothing is run.
    """
    from textstudy.commands.plan import print_plan

    raise typer.Exit(0 if print_plan(options or []) else 1)


@app.command()
def baseline() -> None:
    """Keep the results, for later reports to compare with.

    The reports and predictions are copied to results/baseline. The next report says what has changed since.
    """
    from textstudy.commands.baseline import keep_baseline

    keep_baseline()


@app.command()
def models(
    output: Annotated[Format, typer.Option("--format", help="A table to read, or JSON for programs.")] = Format.table,
) -> None:
    """Count the parameters of every model of every study.

    The models are those of the study files, at full size. Nothing is trained, and no weights are fetched.
    """
    from textstudy.commands.models import print_models

    print_models(output)


@app.command()
def predict(
    path: Annotated[Path, typer.Argument(metavar="MODEL", help="The folder of a run, or a study.", show_default=False)],
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A CSV, TSV, JSONL or Parquet file (also .gz), a folder of them or of text files, or - for standard "
            "input: a text or a JSON object on each line.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="A .csv, .jsonl or .parquet file. Default: CSV on standard output.", show_default=False),
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="The column of the texts. Default: that of the study.", show_default=False)
    ] = None,
    below: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The probability below which an answer is marked as unsure."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A model of the study. Default: the recommended one.", show_default=False)
    ] = None,
) -> None:
    """Predict the label of each text in a table, a folder or a stream.

    A prediction into a file that was interrupted goes on where it stopped when the same command is given again.
    """
    from textstudy.use.predict import predict_texts

    found = predict_texts(path, source, model=model, output=out, text=text, below=below)
    raise typer.Exit(0 if found else 1)


@app.command()
def serve(
    model: Annotated[
        list[str] | None,
        typer.Argument(help="A run's folder, or a study, whose recommended model is served.", show_default=False),
    ] = None,
    study: Annotated[str | None, typer.Option(help="A finished study: serve all its models.")] = None,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 for all that reach this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any free one.")] = 8000,
) -> None:
    """Answer over HTTP with trained models, and show a page to try them.

    Clients must show the key in the environment variable TEXTSTUDY_API_KEY, if there is one.
    """
    from textstudy.use.serve.command import serve as start

    start(model or [], study=study, host=host, port=port)


@app.command()
def watch(
    model: Annotated[Path, typer.Argument(help="A study, by its name or folder, or the folder of a run.")],
    path: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT", help="A CSV, TSV, JSONL or Parquet file (also .gz), or a folder of them or of text files."
        ),
    ],
    text: Annotated[str | None, typer.Option(help="The column of the texts. Default: that of the study.")] = None,
    labels: Annotated[str | None, typer.Option(help="A column with labels; some rows may have none.")] = None,
    name: Annotated[str | None, typer.Option("--model", help="The model. Default: the recommended one.")] = None,
    out: Annotated[Path, typer.Option(help="The folder of the results.")] = Path("results/watch"),
    p_value: Annotated[float, typer.Option(help="Alarm if a corrected p-value is lower.", min=0, max=1)] = 0.01,
    drop: Annotated[float, typer.Option(help="Alarm if the accuracy drops by more.", min=0, max=1)] = 0.05,
) -> None:
    """Compare new texts with those that a model was tested on.

    It says what changed, estimates the accuracy, and chooses documents to label next. Exit status 1 is an alarm, 2 an
    error.
    """
    from textstudy.use.watch.command import print_watch

    raise typer.Exit(print_watch(model, path, out, name=name, text=text, labels=labels, p_value=p_value, drop=drop))


def main() -> None:
    """Run the command line; a mistake that its reader can mend is one sentence and exit status 1."""
    try:
        app(prog_name="textstudy")
    except StudyError as error:
        sys.exit(f"Error: {error}")
