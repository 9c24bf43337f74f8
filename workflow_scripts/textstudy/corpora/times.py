"""Times as people write them in tables and messages."""

from email.utils import parsedate_to_datetime

import pandas as pd

WRITTEN_AS = "2024-05-31, 2024-05-31T12:00:00Z, 2024, seconds or milliseconds since 1970, or a date as in e-mail"
_ISO = r"[12]\d{3}(?:[-/]\d.*|\d{4}(?:[T ].*)?)?"  # narrower than pandas, which takes "now" for a time
_SINCE_1970 = r"-?\d{9,19}(?:\.\d+)?"  # a number with fewer digits is a year or a date without signs
_UNITS = {11: 1, 14: 10**3, 17: 10**6, 19: 10**9}  # most digits → how many of the unit make a second
_TIME = "datetime64[us, UTC]"


def parse_times(cells: pd.Series) -> pd.Series:
    """Return the UTC time of each cell; missing where it is empty or in none of the `WRITTEN_AS`.

    A time without a zone is in UTC. A year, a month or a day is its first moment.
    """
    text = cells.astype("str").str.strip()
    is_date, is_number = text.str.fullmatch(_ISO), text.str.fullmatch(_SINCE_1970)
    times = pd.to_datetime(text.where(is_date, ""), format="ISO8601", utc=True, errors="coerce").astype(_TIME)
    if is_number.any():
        times = times.where(~is_number, _since_1970(text.where(is_number, "0")))
    other = times.isna() & (text != "")
    if other.any():
        times[other] = pd.Series([_message_time(cell) for cell in text[other]], text.index[other], _TIME)
    return times


def _since_1970(numbers: pd.Series) -> pd.Series:
    """Return the times of numbers; how many digits a number has tells its unit."""
    digits = numbers.str.replace(r"-|\..*", "", regex=True).str.len()
    scale = pd.cut(digits, [0, *_UNITS], labels=list(_UNITS.values())).astype(float)
    microseconds = (numbers.astype(float) / scale * 1e6).round()
    return pd.to_datetime(microseconds, unit="us", utc=True, errors="coerce").astype(_TIME)


def _message_time(cell: str) -> pd.Timestamp:
    """Return the time of a date as in e-mail (RFC 5322): "Fri, 23 Apr 1993 10:00:00 GMT"."""
    try:
        time = pd.Timestamp(parsedate_to_datetime(cell[:100]))
        return time.tz_localize("UTC") if time.tz is None else time.tz_convert("UTC")
    except (ValueError, OverflowError):  # it is no date, or no possible one
        return pd.NaT
