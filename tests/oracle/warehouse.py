"""Cases put into a throw-away warehouse, and what the marts then say of them.

Who is who is not linkage's to find here: every record of a person is given their id directly, so that the rules are judged and
nothing else, and a large run takes the time of the rules. Households, families and all models on top are the real ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql
from tests.integration.household.village import Village
from tests.oracle.people import Family, Person, Row, Snapshot
from tests.oracle.population import AUTHORITIES, PERIODS, Case
from tests.oracle.progress import SILENT
from tests.oracle.rows import FEEDS, POLICE_FEEDS
from tests.oracle.rules import OWN_LIMBS, OWN_SUSTAINED

from wholefamily.feeds import FEEDS as COLUMNS
from wholefamily.linkage import families, households
from wholefamily.warehouse import Connection, connect

POLICE = "west_midlands_police"
_UNTESTED = ("--exclude-resource-type", "test", "unit_test")
_LETTERS = "bcdfghjklm"
_IDENTITY = """
    create temporary table everyone on commit drop as
        select person_ref, gen_random_uuid() as person_id, min(period) as period from staging.stg_people group by person_ref;
    insert into identity.person (person_id, minted_period) select person_id, period from everyone;
    insert into identity.person_xref (partner_code, person_ref, person_id, match_probability, match_basis, linked_period)
        select distinct known.partner_code, person_ref, everyone.person_id, 1, 'single_record', everyone.period
        from staging.stg_people as known inner join everyone using (person_ref);
    analyze identity.person_xref, identity.person
"""


@dataclass
class Answers:
    """What the marts say; households are known by month and the refs of those who belong to them, families by month and ref."""

    limbs: dict[tuple[str, frozenset[str]], dict[str, set[tuple[str, str]]]] = field(default_factory=dict)
    criteria: dict[tuple[str, frozenset[str]], dict[str, set[str]]] = field(default_factory=dict)
    eligibility: dict[tuple[str, frozenset[str]], dict[str, tuple[str, int, bool]]] = field(default_factory=dict)
    progress: dict[tuple[str, str], dict[str, tuple[str, int | None, int | None]]] = field(default_factory=dict)
    claims: dict[tuple[str, str], tuple[str, int | None, str]] = field(default_factory=dict)
    standings: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Month of the claim, and whether it holds."""
    followed: dict[tuple[str, str, frozenset[str]], tuple[str, str]] = field(default_factory=dict)
    """By month, framework and who lives there: when a household entered the comparison cohort, and its status."""
    compared: dict[tuple[str, str, frozenset[str]], dict[str, tuple[str, int | None, int | None]]] = field(default_factory=dict)
    astray: int = 0
    """Rows of evidence that do not lead back to a line of a file that is about the person."""


def ask(village: Village, cases: Iterable[Case]) -> Answers:
    """Build a warehouse of these cases and read its marts."""
    _load(village, cases)
    village.dbt("resource_type:seed", "tag:staging", "tag:linkage", *_UNTESTED, periods=PERIODS)
    with connect(village.settings) as connection:
        connection.execute("analyze quality.delivery, quality.delivery_file")
        connection.execute(_IDENTITY)
        families.write(connection)
        households.write(connection, PERIODS)
        with connection.cursor() as cursor:
            cursor.executemany(_OWN_LIMB, [vars(limb) for limb in OWN_LIMBS])
            cursor.executemany(_OWN_SUSTAINED, list(OWN_SUSTAINED.items()))
    village.dbt("tag:household", "tag:criteria", "tag:progress", "path:models/marts", *_UNTESTED, periods=PERIODS)
    with connect(village.settings) as connection:
        answers = _read(connection)
        for feed in ("people", *FEEDS):
            (astray,) = connection.execute(sql.SQL(_ASTRAY).format(sql.Identifier("raw", feed)), {"feed": feed}).fetchone() or (0,)
            answers.astray += astray
    return answers


# month/revision/feed:line is the line, header first, on which the sender wrote the person's row.
_ASTRAY = """
    select count(*) from marts.fct_criterion_evidence as evidence
    where source_feed = %(feed)s and not exists (
        select from {} as sent inner join identity.person_xref as xref
            on sent._partner = xref.partner_code and sent.person_ref = xref.person_ref
        where evidence.source_partner = sent._partner and evidence.person_id = xref.person_id
            and evidence.source_record = concat(sent._period, '/r', sent._revision, '/', %(feed)s::text, ':', sent._line)
    )
"""


# An authority's own limb is the general one with what it has changed.
_OWN_LIMB = """
    insert into reference.criterion_limb
    select (jsonb_populate_record(null::reference.criterion_limb, to_jsonb(general) || jsonb_build_object(
        'criterion_code', %(criterion)s::text, 'authority_code', %(authority)s::text, 'valid_from', %(first)s::date,
        'valid_to', %(last)s::date, 'percent', coalesce(%(percent)s::integer, general.percent), 'framework_code', %(framework)s::text
    ))).*
    from (
        select distinct on (limb_code) * from reference.criterion_limb
        where limb_code = %(limb)s and authority_code is null order by limb_code, framework_code
    ) as general
"""

_OWN_SUSTAINED = """
    insert into reference.progress_measure
    select (jsonb_populate_record(null::reference.progress_measure, to_jsonb(general) || jsonb_build_object(
        'authority_code', %s::text, 'sustained_months', %s::integer
    ))).*
    from reference.progress_measure as general where test = 'sustained' and authority_code is null
"""


def sent(snapshot: Snapshot) -> Iterator[tuple[str, str, Row]]:
    """What is sent for a month about a few people: partner, feed, row."""
    for person in snapshot.people:
        yield from _person(person)
    for family in snapshot.families:
        yield from _family(family)


def _person(person: Person) -> Iterator[tuple[str, str, Row]]:
    known: Row = {
        "person_ref": person.ref,
        "given_name": name(person.ref),
        "family_name": name(person.ref.split("-")[0]),
        "date_of_birth": person.born.isoformat() if person.born else None,
        "deceased_on": person.died.isoformat() if person.died else None,
        "address_class": "RD",
    }
    for spell in person.spells:
        last = spell.last.isoformat() if spell.last else None
        where: Row = {"uprn": spell.uprn, "residence": spell.residence, "resident_from": spell.first.isoformat(), "resident_to": last}
        yield spell.partner, "people", known | where
    if POLICE_FEEDS & person.rows.keys():
        yield POLICE, "people", known | {"uprn": person.spells[0].uprn, "resident_from": "2011-01-01"}
    for feed, rows in person.rows.items():
        for row in rows:
            yield (POLICE if feed in POLICE_FEEDS else row.get("_by") or person.partner), feed, row | {"person_ref": person.ref}


def _family(family: Family) -> Iterator[tuple[str, str, Row]]:
    for number, attached in enumerate(family.episodes, 1):
        closed = None if number == len(family.episodes) else attached.isoformat()
        for place in family.places:
            yield (
                family.partner,
                "programme",
                {
                    "family_ref": family.ref,
                    "person_ref": place.ref,
                    "role": place.role,
                    "attached_on": attached.isoformat(),
                    "joined_on": place.joined.isoformat() if place.joined else None,
                    "left_on": place.left.isoformat() if place.left else None,
                    "closed_on": closed,
                    "framework": family.framework,
                    "lead_practitioner": family.worker,
                    "assessed_on": family.assessed.isoformat() if family.assessed else None,
                    "plan_on": family.planned.isoformat() if family.planned else None,
                },
            )


def name(ref: str) -> str:
    """A name of letters only that nobody else of the population has."""
    return "".join(_LETTERS[int(c)] + "ao"[k % 2] if c.isdigit() else "zu" for k, c in enumerate(ref)).capitalize()


def _load(village: Village, cases: Iterable[Case]) -> None:
    drops: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for period in PERIODS:
        for partner in AUTHORITIES:
            feeds = {"people", "programme", *FEEDS} - POLICE_FEEDS
            drops.update({(period, partner, feed): [] for feed in feeds if (partner, feed) not in SILENT})
        drops.update({(period, POLICE, feed): [] for feed in {"people", *POLICE_FEEDS}})
    for case in cases:
        for period, snapshot in case.months.items():
            for partner, feed, row in sent(snapshot):
                drops[period, partner, feed].append(row)
    with connect(village.settings) as connection:
        for period in PERIODS:
            for partner in [*AUTHORITIES, POLICE]:
                feeds = {key[2] for key in drops if key[:2] == (period, partner)}
                _deliver(connection, period, partner, {feed: drops.pop((period, partner, feed)) for feed in feeds})


def _deliver(connection: Connection, period: str, partner: str, feeds: dict[str, list[Row]]) -> None:
    """An accepted drop."""
    inserted = "insert into quality.delivery (partner_code, period, revision) values (%s, %s, 1) returning delivery_id"
    (delivery,) = connection.execute(inserted, [partner, period]).fetchone() or (None,)
    for feed, rows in feeds.items():
        connection.execute(
            "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_loaded) "
            "values (%s, %s, %s, 1, %s, 'receiving', %s)",
            [delivery, partner, period, feed, len(rows)],
        )
        part = sql.Identifier("raw", f"{feed}_{delivery}")
        whole = sql.Identifier("raw", feed)
        connection.execute(sql.SQL("create table {} partition of {} for values in ({})").format(part, whole, sql.Literal(delivery)))
        with connection.cursor().copy(sql.SQL("copy {} from stdin").format(part)) as copy:
            for line, row in enumerate(rows, start=2):
                columns = [row.get(column) for column in COLUMNS[feed].columns]
                copy.write_row((delivery, partner, period, 1, line, "2026-01-01", *columns))
        connection.execute(sql.SQL("analyze {}").format(part))
    for table in ("delivery_file", "delivery"):
        connection.execute(
            sql.SQL("update {} set status = 'accepted' where delivery_id = %s").format(sql.Identifier("quality", table)), [delivery]
        )


def _read(connection: Connection) -> Answers:
    """The marts, with refs in place of ids."""
    answers = Answers()
    homes: dict[tuple[str, Any], frozenset[str]] = {}
    for period, household, refs in connection.execute(
        "select period, household_id, array_agg(distinct person_ref) from marts.bridge_household_member "
        "inner join identity.person_xref using (person_id) group by period, household_id"
    ):
        homes[period, household] = frozenset(refs)
    for period, framework, household, found in connection.execute(
        "select period, framework_code, household_id, array_agg(distinct concat_ws('/', criterion_code, limb_code)) "
        "from marts.fct_criterion_evidence group by period, framework_code, household_id"
    ):
        pairs = {tuple(pair.split("/")) for pair in found}
        answers.limbs.setdefault((period, homes[period, household]), {})[framework] = pairs
    for period, framework, household, met in connection.execute(
        "select period, framework_code, household_id, array_agg(criterion_code) filter (where is_met) "
        "from marts.fct_household_criterion group by period, framework_code, household_id"
    ):
        answers.criteria.setdefault((period, homes[period, household]), {})[framework] = set(met or [])
    for period, framework, household, *verdict in connection.execute(
        "select period, framework_code, household_id, authority_code, n_criteria_met, is_eligible from marts.fct_household_eligibility"
    ):
        answers.eligibility.setdefault((period, homes[period, household]), {})[framework] = tuple(verdict)
    _read_progress(connection, answers)
    _read_comparison(connection, answers, homes)
    return answers


def _read_progress(connection: Connection, answers: Answers) -> None:
    for period, ref, measure, *result in connection.execute(
        "select period, family_ref, measure_code, result, baseline_value, current_value from marts.fct_family_progress "
        "inner join identity.family_xref using (family_id)"
    ):
        answers.progress.setdefault((period, ref), {})[measure] = tuple(result)
    for period, ref, *claim in connection.execute(
        "select period, family_ref, route, amount_gbp, status from marts.fct_result_claim inner join identity.family_xref using (family_id)"
    ):
        answers.claims[period, ref] = tuple(claim)
    for period, ref, *held in connection.execute(
        "select period, family_ref, claimed_period, standing from marts.fct_claim_standing inner join identity.family_xref using (family_id)"
    ):
        answers.standings[period, ref] = tuple(held)


def _read_comparison(connection: Connection, answers: Answers, homes: dict[tuple[str, Any], frozenset[str]]) -> None:
    for period, framework, household, *followed in connection.execute(
        "select period, framework_code, household_id, entered_period, status from marts.fct_comparison_household"
    ):
        if (period, household) in homes:
            answers.followed[period, framework, homes[period, household]] = tuple(followed)
    for period, framework, household, measure, *result in connection.execute(
        "select period, framework_code, household_id, measure_code, result, baseline_value, current_value from marts.fct_comparison_progress"
    ):
        answers.compared.setdefault((period, framework, homes[period, household]), {})[measure] = tuple(result)
