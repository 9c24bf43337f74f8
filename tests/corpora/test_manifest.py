"""What is kept about the reading of a corpus."""

import logging

from textstudy.corpora.manifest import describe_corpus, reading_reason
from textstudy.report.schema.provenance import Resource
from textstudy.settings.corpora.demo import DemoCorpus
from textstudy.settings.corpora.table import TableCorpus


def test_a_hub_data_set_is_described_as_a_fetched_resource_is(tmp_path):
    (tmp_path / "documents.parquet").write_bytes(b"texts")
    corpus = TableCorpus(kind="table", name="mine", hub="owner/name", configuration="de")
    notes = {"revision": "0123abc", "passed_over": {}}
    found = describe_corpus(corpus.model_dump(mode="json"), corpus.origin, notes, tmp_path / "documents.parquet")
    described = Resource.model_validate(found)
    assert (described.name, described.source) == ("owner/name (de)", "hub-dataset:owner/name")
    assert described.revision == "0123abc" and "huggingface.co/datasets/owner/name" in described.licence
    assert described.files["documents.parquet"].size == 5


def test_any_other_corpus_is_described_too(tmp_path):
    (tmp_path / "documents.parquet").write_bytes(b"texts")
    corpus = DemoCorpus(kind="demo")
    found = describe_corpus(corpus.model_dump(mode="json"), corpus.origin, {}, tmp_path / "documents.parquet")
    assert Resource.model_validate(found).name == "demo" and found["revision"] is None


def test_the_log_names_all_that_is_passed_over_and_the_ledger_the_first(caplog):
    assert reading_reason({}) == "documents read from the corpus"
    names = {f"{number}.json": "no table" for number in range(8)} | {"caf\udce9.txt": "no table"}
    with caplog.at_level(logging.WARNING):
        reason = reading_reason(names)
    assert "0.json (no table), 1.json (no table)" in reason and reason.endswith(
        "4.json (no table) and 4 more, which the log names"
    )
    assert len(caplog.records) == 9 and "caf?.txt" in caplog.text
