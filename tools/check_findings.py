"""Compute a finished study's comparisons and the verdicts of its findings once more, from the predictions alone.

python tools/check_findings.py STUDY …, or `make check-findings STUDY=demo`. Nothing of `textstudy` is used: what the
tables and the report say is compared with plain loops over the predictions (`recompute.py`).
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import recompute
from recompute import Model, Run, Study

TOLERANCE = 1e-4  # relative; influences are measured here, not derived
LOWER_IS_BETTER = ("log_loss", "brier_score")
CLAUSES = {
    "better": "more accurate", "worse": "more accurate", "equivalent": "equally accurate", "unclear": "no difference",
}  # fmt: skip
SCORES = {"precision": "macro_precision", "recall": "macro_recall"}
Check = tuple[str, bool]  # what was checked, and whether it is so


def read_studies(report: Mapping[str, Any]) -> dict[str, Study]:
    """Return split → the models of a report with their predictions, and the groups of the documents."""
    models = report["models"]
    tables = {
        name: [pd.read_parquet(Path(run["folder"], "predictions.parquet")) for run in model["runs"]]
        for name, model in models.items()
    }
    prepared = Path("results/prepared", report["study"]["settings"]["preparation"]["name"], "split.parquet")
    documents = pd.read_parquet(prepared).set_index("id")
    kinds = [column for column in documents if column.startswith("group_")]
    studies = {}
    for split in ("validation", "test"):
        made, identifiers = {}, None
        for name, runs in tables.items():
            rows = [table[table["split"] == split].sort_values("id") for table in runs]
            identifiers = list(rows[0]["id"]) if identifiers is None else identifiers
            assert all(list(each["id"]) == identifiers for each in rows), f"{name} predicts other {split} documents"
            made[name] = Model([_run(each) for each in rows], _is_deterministic(models, name))
        groups = {kind.removeprefix("group_"): list(documents.loc[identifiers, kind]) for kind in kinds}
        chosen_from = [name for name, model in models.items() if not model["refits"]]
        questions = report["study"]["settings"]["comparisons"]
        studies[split] = Study(made if identifiers else {}, groups, chosen_from, questions)
    return studies


def _run(table: pd.DataFrame) -> Run:
    return Run(*(list(table[column]) for column in ("label", "predicted", "probabilities")))


def _is_deterministic(models: Mapping[str, Any], name: str) -> bool:
    """Whether every seed gives the same run: that of an ensemble follows from its members."""
    model = models[name]
    if model["members"]:
        return model["settings"].get("method") != "learned" and all(
            _is_deterministic(models, each) for each in model["members"]
        )
    return model["deterministic"]


def check_tables(report: Mapping[str, Any], folder: Path, studies: Mapping[str, Study]) -> Iterator[Check]:
    """Yield whether each row of the two tables of a study, and of its report, is that of the plain loops."""
    scores, pairs = (pd.read_parquet(folder / f"{name}.parquet") for name in ("comparison", "pairs"))
    for row in scores[scores["metric"].isin(recompute.METRICS)].to_dict("records"):
        expected = recompute.estimate(studies[row["split"]], row["model"], row["metric"])
        stated = report["models"][row["model"]][row["split"]][row["metric"]]
        what = f"{row['model']}, {row['metric']} on {row['split']}"
        yield what, _same(row, expected) and _same(stated, expected)
    found = {_key(row): row for row in pairs.to_dict("records") if row["metric"] in recompute.METRICS}
    stated = {_key(row): row for row in report["pairs"]}
    wanted = list(recompute.all_pairs(studies["validation"], studies["test"]))
    yield "the comparisons that are made", sorted(found) == sorted(each[:4] for each in wanted)
    for first, second, split, metric, planned, comparisons in wanted:
        key = (first, second, split, metric)
        expected = recompute.compare(studies[split], first, second, metric, comparisons) | {"planned": planned}
        agrees = all(key in rows and _same(rows[key], expected) for rows in (found, stated))
        yield f"{first} − {second}, {metric} on {split}", agrees


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[key] for key in ("first", "second", "split", "metric"))


def _same(found: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    return all(_equal(found[key], value) for key, value in expected.items())


def _equal(found: Any, expected: Any) -> bool:
    if expected is None:
        return found is None or (isinstance(found, float) and pd.isna(found))
    if isinstance(expected, list):
        return found is not None and len(found) == len(expected) and all(map(_equal, found, expected))
    if isinstance(expected, float):
        return abs(found - expected) <= TOLERANCE * max(abs(expected), 1e-4)
    return found == expected


class Findings:
    """The verdicts of a report's findings, taken anew from the predictions."""

    def __init__(self, report: Mapping[str, Any], studies: Mapping[str, Study]):
        self.report, self.models, self.studies = report, report["models"], studies
        self.comparisons = {
            frozenset((first, second)): comparisons
            for first, second, split, metric, _, comparisons in recompute.all_pairs(*studies.values())
            if (split, metric) == ("test", "accuracy")
        }

    def check(self) -> Iterator[Check]:
        """Yield for each finding whose kind is known here its sentence, and whether its verdict is the same."""
        for item in self.report["findings"]:
            check = getattr(self, f"_{item['kind']}", None)
            if check:
                yield f"{item['kind']}: {item['text']}", check(item["evidence"], item["text"])

    def verdict(self, first: str, second: str) -> str:
        """Return what is shown of two models on test, as seen from the first."""
        comparisons = self.comparisons[frozenset((first, second))]
        shown = recompute.compare(self.studies["test"], first, second, "accuracy", comparisons)
        if shown["significant"]:
            return "better" if shown["difference"] > 0 else "worse"
        return "equivalent" if shown["equivalent"] else "unclear"

    def ranked(self, names: Sequence[str]) -> list[str]:
        """Return models, the highest validation accuracy first."""
        validation = self.studies["validation"]
        means = {name: recompute.scored(validation.models[name], "accuracy").mean for name in names}
        return sorted(names, key=lambda name: (-means[name], name))

    def chosen_from(self, learner: str | None = None) -> list[str]:
        names = self.ranked(self.studies["validation"].chosen_from)
        return [name for name in names if learner in (None, self.models[name]["learner"])]

    def _grouped(self, evidence: Mapping[str, Any], rivals: Mapping[str, str]) -> bool:
        found: dict[str, set[str]] = {}
        for name, rival in rivals.items():
            found.setdefault(self.verdict(name, rival), set()).add(name)
        verdicts = (*CLAUSES, "untested")
        return all(set(evidence[verdict]) == found.get(verdict, set()) for verdict in verdicts)

    def _told(self, text: str, pair: Mapping[str, Any], first: str, second: str) -> bool:
        """Whether the evidence and the words are those of the verdict, and of one training they say so."""
        verdict = self.verdict(first, second)
        once = any(self.studies["test"].models[name].scope == "runs" for name in (first, second))
        turned = {"better": "worse", "worse": "better"}.get(verdict, verdict)
        kept = pair["verdict"] == (verdict if pair["first"] == first else turned)
        return kept and CLAUSES[verdict] in text and once == ("as trained here" in text)

    def _best(self, evidence: Mapping[str, Any], text: str) -> bool:
        first, *others = self.chosen_from()
        mean = recompute.scored(self.studies["test"].models[first], "accuracy").mean
        held = evidence["model"] == first and f"{100 * mean:.1f} %" in text
        return held and (not others or self._grouped(evidence, dict.fromkeys(others, first)))

    def _baseline(self, evidence: Mapping[str, Any], text: str) -> bool:
        base = self.chosen_from("linear")[0]
        return evidence["model"] == base and self._grouped(evidence, dict.fromkeys(self.chosen_from("network"), base))

    def _architecture(self, evidence: Mapping[str, Any], text: str) -> bool:
        first, second = evidence["first"], evidence["second"]
        best = {}
        for name in self.chosen_from("network"):
            best.setdefault(self.models[name]["architecture"], name)
        return {first, second} <= set(best.values()) and self._told(text, evidence["pair"], first, second)

    def _effect(self, evidence: Mapping[str, Any], text: str) -> bool:
        return evidence["verdicts"] == [self.verdict(*pair) for pair in evidence["pairs"]]

    def _refits(self, evidence: Mapping[str, Any], text: str) -> bool:
        return self._grouped(evidence, evidence["bases"])

    def _ensemble(self, evidence: Mapping[str, Any], text: str) -> bool:
        first, member = evidence["model"], evidence["member"]
        members = [name for name in self.models[first]["members"] if not self.models[name]["refits"]]
        ensembles = [name for name in self.chosen_from() if self.models[name]["architecture"] == "ensemble"]
        chosen = (ensembles[0], self.ranked(members)[0])
        return (first, member) == chosen and self._told(text, evidence["pair"], first, member)

    def _ensemble_fitted_on(self, evidence: Mapping[str, Any], text: str) -> bool:
        return self._told(text, evidence["pair"], evidence["in_sample"], evidence["held_out"])

    def _cascade(self, evidence: Mapping[str, Any], text: str) -> bool:
        name, last = evidence["model"], self.models[evidence["model"]]["settings"]["members"][-1]
        last_asked = self.models[evidence["last"]]["refits"] or evidence["last"]
        return last_asked == last and self._told(text, evidence["pair"], name, evidence["last"])

    def _strategies(self, evidence: Mapping[str, Any], text: str) -> bool:
        return all(pair["verdict"] == self.verdict(pair["first"], pair["second"]) for pair in evidence["pairs"])

    def _phase(self, evidence: Mapping[str, Any], text: str) -> bool:
        phase = next(each for each in self.report["phases"] if each["name"] == evidence["phase"])
        validation = self.studies["validation"]
        means = {
            row["model"]: recompute.scored(validation.models[row["model"]], "accuracy").mean for row in phase["ranking"]
        }
        winner, other = evidence["winner"], evidence["against"]
        held = means[winner] >= max(means.values()) - 1e-3  # a phase ranks by the accuracy measured in training
        return held and (other is None or self._told(text, evidence["pair"], winner, other))

    def _word_vectors(self, evidence: Mapping[str, Any], text: str) -> bool:
        return self._told(text, evidence["pair"], evidence["glove"], evidence["random"])

    def _reported(self, evidence: Mapping[str, Any], text: str) -> bool:
        return all(self._position(row) == row["position"] for row in evidence["rows"])

    def _reported_count(self, evidence: Mapping[str, Any], text: str) -> bool:
        places = [
            self._position({"model": model, "metric": metric, "reported": value})
            for model, metrics in self.report["reported"]["models"].items() if model in self.models
            for metric, value in metrics.items()
        ]  # fmt: skip
        return (places.count("inside"), len(places) - places.count(None)) == (evidence["inside"], evidence["scores"])

    def _reported_order(self, evidence: Mapping[str, Any], text: str) -> bool:
        return self.verdict(evidence["higher"], evidence["lower"]) == "worse"

    def _position(self, row: Mapping[str, Any]) -> str | None:
        """Return where a published accuracy or macro F1 lies; of other scores, where the report's interval puts it."""
        metric = row["metric"]
        split = "validation" if metric.startswith("validation_") else "test"
        metric = metric.removeprefix("validation_").removeprefix("test_")
        if metric in recompute.BOUNDED:
            expected = recompute.estimate(self.studies[split], row["model"], metric)["expected"]
        else:
            stated = self.models[row["model"]][split].get(SCORES.get(metric, metric))
            expected = stated and stated["expected"]
        if not expected:
            return None
        return "above" if row["reported"] > expected[1] else "below" if row["reported"] < expected[0] else "inside"


def check_study(name: str) -> int:
    """Print what was checked of a study, and return how much of it is wrong."""
    folder = Path("results/studies", name)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    studies = read_studies(report)
    rows = list(check_tables(report, folder, studies))
    findings = list(Findings(report, studies).check())
    wrong = [what for what, right in rows if not right]
    print(f"{name}: {len(rows) - len(wrong)} of {len(rows)} rows of comparison.parquet and pairs.parquet are the same")
    for what in wrong:
        print(f"FAIL {what}")
    for what, right in findings:
        print(f"{'ok  ' if right else 'FAIL'} {what}")
    return len(wrong) + sum(not right for _, right in findings)


if __name__ == "__main__":
    sys.exit(min(1, sum(map(check_study, sys.argv[1:] or ["demo"]))))
