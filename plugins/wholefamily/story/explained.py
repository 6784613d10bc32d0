"""A household's story as lines for a terminal."""

from uuid import UUID

from wholefamily import partners
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.story import changes, month, read
from wholefamily.story.known import judged
from wholefamily.story.lines import Labels
from wholefamily.warehouse import connect


def explain(settings: Settings, subject: UUID, period: str, n_months: int = 1, framework: str | None = None) -> list[str]:
    """What each framework, or the one named, says of a household in ``period`` and why; of more months, first what changed.

    ``subject`` is a household or a family, whose home in ``period`` it then is. Months that are not built are left out.
    Raises WholefamilyError for an unknown id or framework, and for a month that is not built.
    """
    known = partners.load(settings.partners_dir)
    with connect(settings, application="wholefamily-explain") as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        connection.execute("set local time zone 'UTC'")
        built = read.built_months(connection)
        if period not in built:
            months = f"the marts hold {built[0]} to {built[-1]}" if built else "the marts hold no month yet"
            raise WholefamilyError(f"{period} is not built; {months}: ask for one of these, or build it with the DAG build_warehouse")
        wanted = [each for each in built if each <= period and _months_between(each, period) < n_months]
        household = read.household(connection, read.household_of(connection, subject, period), wanted, framework)
    labels = Labels(household)
    of_months = {
        each: {
            row.framework_code: judged(household, known, each, row)
            for row in household.frameworks
            if (each, row.framework_code) in household.eligibility
        }
        for each in wanted
    }
    lines = [*changes.lines(household, of_months, labels), ""] if n_months > 1 else []
    lines += month.heading(household, period, labels)
    for of in of_months[period].values():
        lines += month.framework(of, labels, period)
    lines += month.families(household, period)
    return [*lines, *month.corrections(household.corrections, household, period)]


def _months_between(first: str, last: str) -> int:
    """Calendar months from one period to a later one: ``2026-09`` to ``2026-10`` is 1."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])
