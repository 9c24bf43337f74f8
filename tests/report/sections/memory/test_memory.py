"""Memory: the largest job of each step from Snakemake's benchmarks, compared with the limit of the study."""

import pytest
from sample import memory as measured
from sample import sample

from textstudy.report.collect.memory import read_memory
from textstudy.report.sections.memory.findings import findings
from textstudy.report.sections.memory.tables import memory

HEAD = "s\th:m:s\tmax_rss\tmax_vms\n"


@pytest.fixture
def benchmarks(tmp_path):
    """Write the benchmarks of three measured steps, one of them with a repeated job, and of three too short ones."""
    contents = {
        "train/p-rnn-1": "9.0\t0:00:09\t1000.00\t5000\n",
        "train/p-lstm-1": "9.0\t0:00:09\t2000.00\t5000\n8.0\t0:00:08\t3000.00\t5000\n",
        "split/p": "0.1\t0:00:00\t-\t-\n",
        "parse/c": "0.1\t0:00:00\tNA\tNA\n",
        "explore/p": "0.1\t0:00:00\tnan\tnan\n",
        "clean/p": "0.5\t0:00:00\t500.00\t900\n",
    }
    for name, lines in contents.items():
        path = tmp_path / f"{name}.tsv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + lines)
    return sorted(tmp_path.rglob("*.tsv"))


def test_the_largest_job_stands_for_its_step_in_mb_of_a_million_bytes(benchmarks):
    found = read_memory(benchmarks, 3.1)
    assert found["limit_gb"] == 3.1
    assert [(row["step"], row["job"], row["limit_exceeded"]) for row in found["steps"]] == [
        ("train", "p-lstm-1", True), ("clean", "p", False),
    ]  # fmt: skip
    assert [row["peak_mb"] for row in found["steps"]] == pytest.approx([3000 * 1.048576, 500 * 1.048576])
    assert not any(row["limit_exceeded"] for row in read_memory(benchmarks, 3.2)["steps"])


def test_without_a_limit_nothing_is_exceeded_and_nothing_is_found(benchmarks):
    found = read_memory(benchmarks, None)
    assert found["limit_gb"] is None and not any(row["limit_exceeded"] for row in found["steps"])
    report = {**sample(), "memory": found}
    assert findings(report) == []
    assert memory(report).headers == ["Step", "Largest job", "Peak (MB)"]
    assert read_memory([], None) == {"limit_gb": None, "steps": []}
    assert not memory({**sample(), "memory": read_memory([], 10.0)})


def test_each_step_above_the_limit_is_named_or_else_the_highest():
    report = {**sample(), "memory": measured(limit_gb=10.0, train_mb=12_340.0)}
    (found,) = findings(report)
    assert found["text"] == "The step train needs more memory than the limit of 10 GB."
    assert "plain-bilstm_attention-2, took 12.3 GB" in found["details"]
    rows = {row[0]: row for row in memory(report).rows}
    assert rows["train"][2:] == ["12,340", "10,000", "yes"] and rows["clean"][2:] == ["388", "10,000", "no"]
    (found,) = findings({**sample(), "memory": measured(limit_gb=10.0)})
    assert found["text"] == "All steps stayed below the memory limit of 10 GB."
    assert "of the 3 steps that were measured is 3.1 GB, in the step train" in found["details"]
