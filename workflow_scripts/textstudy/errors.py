"""Exceptions whose messages are written for the user."""


class StudyError(Exception):
    """An error that the user can fix: one sentence with the value, where it came from and what to do."""


class EndpointError(StudyError):
    """An endpoint elsewhere gave no answer, whatever it was asked."""
