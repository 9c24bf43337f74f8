"""How numbers are written: shares, seconds, counts, intervals, p-values and settings."""

from collections.abc import Mapping
from typing import Any

MISSING = "—"
PLURALS = {"study": "studies", "class": "classes"}


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share in 0..1 as per cent without its sign: 0.629 → "62.9"."""
    return MISSING if share is None else f"{_rounded(share, digits):.{digits}f}"


def points(difference: float | None, digits: int = 1) -> str:
    """Return a difference of shares as signed percentage points: -0.0123 → "−1.2"."""
    return MISSING if difference is None else f"{_rounded(difference, digits):+.{digits}f}".replace("-", "−")


def signed_interval(low: float, high: float) -> str:
    """Return the interval of a difference of shares in signed percentage points: "[−2.0, +0.4]"."""
    return f"[{points(low)}, {points(high)}]"


def change_in_points(mean: float, low: float, high: float, unit: str = "") -> str:
    """Return a difference of shares with its interval: "−1.2 [−2.0, −0.4]"; a `unit` stands behind the first number."""
    return f"{points(mean)}{f' {unit}' if unit else ''} {signed_interval(low, high)}"


def _rounded(share: float, digits: int) -> float:
    """Return a share in per cent, rounded; a value that rounds to zero has no sign."""
    return round(100 * share, digits) + 0.0


def interval(estimate: Mapping[str, Any] | None, digits: int = 1) -> str:
    """Return {"mean", "low", "high"} as per cent with its interval: "62.9 [61.8, 64.0]"."""
    if estimate is None:
        return MISSING
    return (
        f"{percent(estimate['mean'], digits)} [{percent(estimate['low'], digits)}, {percent(estimate['high'], digits)}]"
    )


def interval_in_sentence(estimate: Mapping[str, Any] | None, digits: int = 1) -> str:
    """Return a score as a sentence states it: "62.9 % [61.8, 64.0]"."""
    mean, _, bounds = interval(estimate, digits).partition(" ")
    return f"{mean} % {bounds}".rstrip()


def count(number: float | None) -> str:
    """Return a whole number with thousands separated: 66968852 → "66,968,852"."""
    return MISSING if number is None else f"{number:,.0f}"


def count_of(number: int, thing: str) -> str:
    """Return a number of things: "1 model", "1,200 documents"."""
    return f"{count(number)} {thing if number == 1 else PLURALS.get(thing, f'{thing}s')}"


def decimal(number: float | None) -> str:
    """Return a number with three significant digits, or as a whole number from 1,000 on: 0.0123, 1,234."""
    if number is None:
        return MISSING
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{float(f'{number:.3g}'):g}".replace("-", "−")


def seconds(duration: float | None) -> str:
    """Return a duration with its unit: "0.45 s", "12.3 s", "4 min 05 s", "1 h 02 min"."""
    if duration is None:
        return MISSING
    if duration < 60:
        return f"{decimal(duration)} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def watt_hours(joules: Mapping[str, float]) -> str:
    """Return the energy of all counters together, in watt-hours without the unit: {"gpu": 7200.0} → "2"."""
    return decimal(sum(joules.values()) / 3600) if joules else MISSING


def p_value(probability: float | None) -> str:
    """Return a p-value: "0.032", "< 0.001"."""
    if probability is None:
        return MISSING
    return "< 0.001" if probability < 0.001 else f"{probability:.3f}"


def setting_in_words(value: Any) -> str:
    """Return a setting as text: true as yes, null as none, lists with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(setting_in_words, value)) or "none"
    return str(value)


def join_items(items: list[str], last: str = "and") -> str:
    """Return items as a sentence lists them: "a, b and c"; the word `last` stands before the last one."""
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)
