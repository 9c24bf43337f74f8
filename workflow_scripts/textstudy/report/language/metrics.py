"""Names of metrics."""


def metric_title(metric: str) -> str:
    """Return a metric as a reader writes it: macro_f1 → "macro F1"."""
    return metric.replace("_", " ").replace("f1", "F1")
