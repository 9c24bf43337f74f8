"""Tables of made-up texts, and files of them."""

import gzip
import random
import re
from pathlib import Path

import pandas as pd

from textstudy.new.write import NewStudy, write_study
from textstudy.settings.study import Study
from textstudy.workflow.catalog import load_study

ENGLISH = re.findall(
    r"\S+",
    "the invoice of my order was not paid and I have to wait for it is there a way to change this with "
    "your help or can you tell me what the price will be when we cancel a ticket from the list",
)
HINDI = re.findall(r"\S+", "घर वन महल पवन नमक रथ तीर नगर बाल दिन जल मीठा सेना यह किताब फूल सड़क मोर")
CHINESE = "喜会主他要来香方和们下对定净人爱工时分也国中上了年美面是新子棒可说以有为成同而动的地"


def sentences(
    count: int, words: int = 12, *, of: list[str] | str = ENGLISH, space: str = " ", seed: int = 1
) -> list[str]:
    """Return texts of random words."""
    draw = random.Random(seed)
    return [space.join(draw.choices(of, k=words)) for _ in range(count)]


def tickets(count: int = 60, **columns: list) -> pd.DataFrame:
    """Return texts in column `body` with one of two queues, and more columns."""
    queues = [("billing", "support")[row % 2] for row in range(count)]
    return pd.DataFrame({"body": sentences(count), "queue": queues} | columns)


def save(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table in the format and compression that the name of `path` ends with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ending = path.name.removesuffix(".gz").rpartition(".")[2]
    if ending == "parquet":
        content = frame.to_parquet(index=False)
    elif ending == "jsonl":
        content = frame.to_json(orient="records", lines=True, force_ascii=False).encode()
    else:
        content = frame.to_csv(index=False, sep="\t" if ending == "tsv" else ",").encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def new_study(folder: Path, frame: pd.DataFrame, **options: str) -> tuple[NewStudy, Study]:
    """Write a study of a table and return what `write_study` says of it, and the study itself."""
    written = write_study(save(frame, folder / "data.jsonl"), folder=folder, **options)
    return written, load_study(written.path.stem, written.path.parent, {}).study
