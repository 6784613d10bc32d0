"""Judging what arrived: Great Expectations on the landing tables, results in ``quality``."""

from wholefamily.settings import Settings


def judge(settings: Settings, arrival_id: int) -> None:
    """Judge the files of an arrival that have landed; see ``judging.judge``."""
    from wholefamily.door import ledger
    from wholefamily.validation import judging

    with ledger.session(settings) as connection:
        # Nobody else judges it meanwhile, nor takes its tables away to load them.
        ledger.alone(connection, f"arrival/{arrival_id}")
        judging.judge(settings, arrival_id)


__all__ = ["judge"]
