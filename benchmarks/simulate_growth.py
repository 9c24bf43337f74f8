"""Do the intervals of learning curves cover the truth? Made-up models whose error follows a known law.

    python benchmarks/simulate_growth.py

Each model is measured at five sizes with several runs, as a study does it. Documents differ in difficulty, so one that
a run gets wrong is likely wrong in other runs and at other sizes. Each run is off the law by an error of its own.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from textstudy.evaluate.growth import grow
from textstudy.report.language.growth import growth_verdict

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
ALL_DOCUMENTS = 2000
# law: floor, drop, exponent; runs of each size; standard deviation of a run's error; test documents
SETTINGS = {
    "steep, 3 runs": {"law": (0.10, 0.08, 0.6), "runs": 3, "spread": 0.006, "tests": 1000},
    "slow, 3 runs": {"law": (0.05, 0.25, 0.25), "runs": 3, "spread": 0.006, "tests": 1000},
    "slow, 2 runs, few tests": {"law": (0.05, 0.25, 0.25), "runs": 2, "spread": 0.010, "tests": 400},
    "slow, 1 run": {"law": (0.05, 0.25, 0.25), "runs": 1, "spread": 0.006, "tests": 1000},
    "flat, 3 runs": {"law": (0.25, 0.0, 0.5), "runs": 3, "spread": 0.010, "tests": 1000},
    "flat, 1 run": {"law": (0.25, 0.0, 0.5), "runs": 1, "spread": 0.010, "tests": 1000},
}


def error(law: tuple[float, float, float], share: float) -> float:
    """Return the error of a law at a share of the documents, which may be above 1."""
    floor, drop, exponent = law
    return floor + drop * share**-exponent


def simulate(setting: Mapping[str, Any], generator: np.random.Generator) -> dict[str, Any]:
    """Return the learning curve of one made-up model."""
    tests, alike = setting["tests"], 0.8  # correlation of a document's difficulty over runs
    difficulty = generator.standard_normal(tests)

    def table(share: float) -> pd.DataFrame:
        chance = np.clip(error(setting["law"], share) + setting["spread"] * generator.standard_normal(), 0.001, 0.999)
        latent = np.sqrt(alike) * difficulty + np.sqrt(1 - alike) * generator.standard_normal(tests)
        wrong = latent < norm.ppf(chance)
        return pd.DataFrame({"id": np.arange(tests), "split": "test", "label": 0, "predicted": wrong.astype(int)})

    trials = [
        ("m", share, table(share), {"documents": round(share * ALL_DOCUMENTS), "of": ALL_DOCUMENTS, "skipped": None,
                                    "training": {"seconds": 0.0}})
        for share in SHARES[:-1] for _ in range(setting["runs"])
    ]  # fmt: skip
    return grow(trials, {"m": [table(1.0) for _ in range(setting["runs"])]})["m"]


def rows(repetitions: int = 200) -> list[dict[str, Any]]:
    """Return {what, setting, expected, measured}: shares of the repetitions."""
    found = []
    for name, setting in SETTINGS.items():
        generator = np.random.default_rng(7)
        curves = [simulate(setting, generator) for _ in range(repetitions)]
        for place, factor in enumerate((2, 4)):
            true = error(setting["law"], 1.0) - error(setting["law"], factor)
            gains = [curve["more"][place]["gain"] for curve in curves]
            covered = np.mean([gain["low"] <= true <= gain["high"] for gain in gains])
            width = 100 * np.median([gain["high"] - gain["low"] for gain in gains])
            found.append(
                {
                    "what": f"the interval of the gain with {factor} times the labels covers the truth",
                    "setting": f"{name} (median width {width:.1f} points)",
                    "expected": "≥ 93 %",
                    "measured": f"{100 * covered:.1f} %",
                }
            )
        wrong = {"more", "harm"} if setting["law"][1] == 0 else {"harm"}
        share = np.mean([growth_verdict(curve) in wrong for curve in curves])
        what = "more labels are wrongly said to change the accuracy" if "more" in wrong else "wrongly said to do harm"
        found.append({"what": what, "setting": name, "expected": "≤ 6 %", "measured": f"{100 * share:.1f} %"})
        right = np.mean([growth_verdict(curve) == "more" for curve in curves])
        found.append({"what": "said to help", "setting": name, "expected": "", "measured": f"{100 * right:.1f} %"})
    return found


if __name__ == "__main__":
    for row in rows():
        print(f"{row['what']:70} {row['setting']:50} {row['expected']:10} {row['measured']}")
