"""`textstudy export`: writes a bundle, and says what it is and how far its answers are from the study's."""

from pathlib import Path

from textstudy.use.export.bundle import export


def print_export(path: Path, out: Path, *, model: str | None, form: str) -> None:
    """Write a bundle and print what became of it."""
    manifest = export(path, out, model=model, form=form)
    megabytes = sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) / 1e6
    print(f"{out}: {manifest['title']}, {manifest['format']}, {megabytes:.1f} MB")
    if manifest["format"] != form:
        print(f"{manifest['model']} is no network: its bundle is native, and predicts without torch.")
    if manifest["needs_torch"]:
        print("It predicts where torch and transformers are installed.")
    found = manifest["comparison"]
    if found["held_out_documents"]:
        print(
            f"Of {found['held_out_documents']} held-out documents, {found['agreement']:.2%} have the same label as in "
            f"the study; the largest difference of a probability is {found['largest_difference']:.2g}."
        )
    else:
        print("It was not compared on held-out documents, because there are none beside the run.")
