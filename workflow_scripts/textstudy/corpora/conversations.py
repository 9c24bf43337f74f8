"""Who wrote a message, in which thread, and when: read from its header fields."""

import numpy as np
import pandas as pd

from textstudy.components import components
from textstudy.corpora.times import parse_times
from textstudy.storage.tables import GROUP, TIME

_ADDRESS = r"([\w.+%!=-]{1,100}@[\w.-]{1,100})"
_REPLY = r"^(?: ?re(?:\[\d{1,3}\]|\^\d{1,3})? ?:)+ ?"
_ARTICLE = r"<[^<>\s]{1,250}>"
_NO_SUBJECT = ("<none>", "(none)", "<no subject>", "(no subject)", "none", "no subject")


def message_context(messages: pd.DataFrame) -> pd.DataFrame:
    """Return `group_author`, `group_thread` and, if any message has a date, `time` of messages, indexed by id.

    The author is the address in `From`, or the whole field where it holds none. A thread is the messages that have one
    subject in one newsgroup, and those that reply to one another (`References`). An unknown author or thread is "".

    Args:
        messages: rows with `id`, `label` (the newsgroup), and the header fields of `messages.header_fields`.
    """
    messages = messages.set_index("id")
    sender, subject = (_one_line(messages[field]) for field in ("from", "subject"))
    subject = subject.str.replace(_REPLY, "", regex=True)
    subject = (messages["label"] + ": " + subject).where((subject != "") & ~subject.isin(_NO_SUBJECT), "")
    context = {
        f"{GROUP}author": sender.str.extract(_ADDRESS)[0].fillna(sender).astype("str"),
        f"{GROUP}thread": _join_replies(subject, messages["message_id"], messages["references"]),
    }
    times = parse_times(messages["date"])
    return pd.DataFrame(context | ({TIME: times} if times.notna().any() else {}))


def _one_line(fields: pd.Series) -> pd.Series:
    return fields.str.casefold().str.split().str.join(" ")


def _join_replies(subjects: pd.Series, message_ids: pd.Series, references: pd.Series) -> pd.Series:
    """Return the thread of each message: the first of the subjects of all messages that it is connected with."""
    named = [subjects, message_ids, references.str.findall(_ARTICLE).explode()]
    rows = np.concatenate([subjects.index.get_indexer(names.index) for names in named])
    names = pd.concat(named).to_numpy()
    known = pd.notna(names) & (names != "")
    nodes, distinct = pd.factorize(names[known])
    size = len(subjects) + len(distinct)  # of a graph between messages and what they name
    thread = components(rows[known], len(subjects) + nodes, size)[: len(subjects)]
    return subjects.where(subjects != "").groupby(thread).transform("min").fillna("").astype("str")


def place_in_newsgroup(identifiers: pd.Series) -> np.ndarray:
    """Return the place of each message in its newsgroup, from 0 for the first to 1 for the last.

    A news server numbers the articles of a newsgroup as they arrive, and the number is the end of the id. In the
    `bydate` archive, whose publisher removed the dates, it is the only trace of time.
    """
    parts = identifiers.str.extract(r"([^/]*)/(\d+)$")
    newsgroup, number = parts[0], parts[1].astype("Int64")
    rank = number.groupby(newsgroup).rank(method="dense") - 1
    return (rank / rank.groupby(newsgroup).transform("max").clip(lower=1)).to_numpy(float, na_value=np.nan)
