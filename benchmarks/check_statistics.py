"""Whether what the report claims is true as often as it says: expected and measured rates, on simulated studies.

`make check-statistics` prints the table, within half an hour on two cores.
"""

import sys
from itertools import chain

from rates import show
from simulate_abstention import promises
from simulate_calibration import calibrations
from simulate_growth import learning_curves
from simulate_robustness import shares_kept
from simulate_scores import coverages, null_rates, predictions, winners
from simulate_search import searches

SIMULATIONS = (null_rates, coverages, predictions, winners, calibrations, promises, shares_kept, learning_curves,
               searches)  # fmt: skip


if __name__ == "__main__":
    sys.exit(bool(show(chain.from_iterable(simulate() for simulate in SIMULATIONS))))
