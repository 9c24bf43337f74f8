"""The one exception that people are meant to read."""


class StudyError(Exception):
    """A mistake that its reader can mend: one sentence with the value, where it came from and what to do."""
