"""Judging what arrived: Great Expectations on the landing tables, results in ``quality``."""

from wholefamily.settings import Settings


def judge(settings: Settings, arrival_id: int) -> None:
    """Judge the files of an arrival that have landed; see ``judging.judge``."""
    from wholefamily.validation import judging

    judging.judge(settings, arrival_id)


__all__ = ["judge"]
