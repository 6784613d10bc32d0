"""All figures of a report, gathered from the warehouse as plain data: what JSON holds and what the page shows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from psycopg import sql

from wholefamily.linkage.quality import households, pairs, read
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

MATCH_RATES = "quality.fct_match_rate"


def gather(settings: Settings, truth: Path | None) -> dict[str, Any]:
    """Rates, scores, rules and how long ids last; with the folder of a region's truth also what is right and what is missed.

    Raises WholefamilyError when ``truth`` lacks a file.
    """
    with connect(settings, application="wholefamily-linkage-report") as connection:
        return {
            "match_rates": read.rows(connection, sql.SQL(_RATES)) if read.exists(connection, MATCH_RATES) else [],
            "links": read.rows(connection, sql.SQL(_BASES)),
            "scores": read.rows(connection, sql.SQL(_SCORES)),
            "review": read.rows(connection, sql.SQL(_REVIEW)),
            "blocking": read.rows(connection, sql.SQL(_RULES)),
            "lasting": [households.Lasting(*row).as_data() for row in connection.execute(households.LASTING).fetchall()],
            "truth": _as_data(*against(connection, truth)) if truth else None,
        }


def against(connection: Connection, folder: Path) -> tuple[pairs.Quality, dict[str, households.Exactness]]:
    """The registry against the truth in ``folder``, and the households of each month. Raises WholefamilyError when a file is missing."""
    persons = read.truth(folder, "persons", ("partner_code", "person_ref", "true_person_id"))
    residence = read.truth(folder, "residence", ("period", "true_person_id", "true_household_id"))
    exact = households.exact_households(read.members(connection), persons, residence)
    return pairs.measure(read.links(connection), persons), exact


def _as_data(quality: pairs.Quality, exact: Mapping[str, households.Exactness]) -> dict[str, Any]:
    return {**quality.as_data(), "households": {period: exactness.as_data() for period, exactness in exact.items()}}


_RATES = f"""
    select
        partner_code, other_partner_code, sum(n_records)::integer as n_records, sum(n_linked)::integer as n_linked,
        sum(n_in_review)::integer as n_in_review, sum(n_single)::integer as n_single, max(period) as period
    from {MATCH_RATES}
    where period = (select max(period) from {MATCH_RATES})
    group by partner_code, other_partner_code
    order by partner_code, other_partner_code
"""  # noqa: S608 - the name is ours

_BASES = """
    select match_basis, count(*)::integer as n_records, avg(match_probability) as mean_probability
    from identity.person_xref
    group by match_basis
    order by match_basis
"""

# By whole bits of evidence: 0 is as likely as not, 10 a thousand to one. Beyond 20 bits a double has nothing to tell apart.
_SCORES = """
    select
        floor(greatest(-20, least(20, log(2.0, (odds / (1 - odds))::numeric))))::integer as bits,
        case when match_basis = 'probabilistic' then 'probabilistic' else 'deterministic' end as basis,
        count(*)::integer as n_pairs
    from (select match_basis, greatest(1e-9, least(1 - 1e-9, match_probability)) as odds from identity.score) as score
    group by bits, basis
    order by bits, basis
"""

_REVIEW = "select reason, count(*)::integer as n_pairs from identity.link_review where status = 'open' group by reason order by reason"

_RULES = """
    select blocking_rule as rule, count(*) as n_pairs, model_version from identity.score
    where blocking_rule is not null group by blocking_rule, model_version order by n_pairs desc, rule
"""
