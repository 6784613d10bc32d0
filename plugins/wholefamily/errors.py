"""The one error that a person is meant to read."""


class WholefamilyError(Exception):
    """Something that a person can mend: the text says what is wrong and what to do, and holds no personal value."""
