"""What the scenarios' households have partners send: one drop a partner and month, of which each household is a part.

Nobody is in two scenarios, so that no household has to do with another: names, addresses and refs are its own. What the police may not
share is left out by the door's own rule.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from tests.integration.household.village import Village
from tests.spec.scenarios import NOT_KNOWN, Row, Rows, Scenario

from wholefamily.door.disclosure_rule import DisclosureRule
from wholefamily.feeds import FEEDS, Feed
from wholefamily.periods import as_at

POLICE = "west_midlands_police"
# Columns that a sender must fill and that say nothing to the rules.
_FILLED = {
    "attendance": {"school_urn": "104000"},
    "asb_incidents": {"incident_type": "NUISANCE"},
    "exclusions": {"school_urn": "104000"},
    "offences": {"offence_class": "THEFT"},
    "programme": {"framework": "tf_2012", "family_ref": "OURS"},
}
# Days on which something ends, is taken back or is added: the row is there before, without them.
_LATER = {"retracted_on", "rescinded_on", "left_on", "closed_on", "deceased_on", "assessed_on", "plan_on"}
Drops = dict[tuple[str, str], dict[str, list[Row]]]


def send(village: Village, scenarios: Iterable[Scenario]) -> list[str]:
    """Send the drops of all months, and corrected ones after those that they correct; returns the months."""
    households = list(enumerate(scenarios))
    months = sorted({month for _, scenario in households for month in scenario.months})
    silent = _silent([scenario for _, scenario in households], months)
    drops, first = _drops(households, months, silent, is_first=False), _drops(households, months, silent, is_first=True)
    for (partner, month), feeds in drops.items():
        revisions = [feeds] if first[partner, month] == feeds else [first[partner, month], feeds]
        for revision, rows in enumerate(revisions, 1):
            village.send(partner, month, revision, **rows)
    return months


def _silent(scenarios: list[Scenario], months: list[str]) -> set[tuple[str, str, str]]:
    """Which partner does not send which feed of which month: partner, month, feed."""
    silent = set()
    for scenario in scenarios:
        for feed in scenario.never_sent:
            silent |= {(sender(scenario, feed, {}), month, feed) for month in months if month <= scenario.month}
        silent |= {(sender(scenario, feed, {}), scenario.month, feed) for feed in scenario.not_yet_sent}
        silent |= {(sender(scenario, feed, {}), month, feed) for month, feeds in scenario.not_sent.items() for feed in feeds}
    return silent


def _drops(households: list[tuple[int, Scenario]], months: list[str], silent: set[tuple[str, str, str]], *, is_first: bool) -> Drops:
    drops = _empty(households, months, silent)
    for number, scenario in households:
        rows = list(sent(number, scenario, scenario.first_rows if is_first else scenario.rows))
        for month in scenario.months:
            for partner, feed, row in rows:
                if (known := known_on(row, FEEDS[feed], as_at(month))) is None:
                    assert month < scenario.month, f"{scenario.key}: a row of {feed} lies after the month that is judged"
                    continue
                if feed not in drops[partner, month]:
                    assert feed in (*scenario.not_yet_sent, *scenario.not_sent.get(month, ())), (
                        f"{scenario.key}: another scenario says that {partner} never sends {feed}"
                    )
                    continue
                drops[partner, month][feed].append(known)
    return drops


def _empty(households: list[tuple[int, Scenario]], months: list[str], silent: set[tuple[str, str, str]]) -> Drops:
    """The files that each partner sends, without rows: a council's in the months of its households, the police's in all."""
    sends: dict[str, set[str]] = defaultdict(set, {POLICE: set(months)})
    for _, scenario in households:
        for partner, _, _ in sent(0, scenario, scenario.rows):
            sends[partner] |= set(scenario.months)
    drops: Drops = {}
    for partner, of_partner in sends.items():
        kind = "police" if partner == POLICE else "authority"
        for month in sorted(of_partner):
            drops[partner, month] = {
                name: [] for name, feed in FEEDS.items() if kind in feed.sent_by and not feed.daily and (partner, month, name) not in silent
            }
    return drops


def sent(number: int, scenario: Scenario, rows: Rows) -> Iterator[tuple[str, str, Row]]:
    """What is ever sent about a household: partner, feed, row."""
    known_to_police = set()
    for feed, of_feed in rows.items():
        for position, row in enumerate(of_feed):
            partner, whole = sender(scenario, feed, row), _row(scenario, feed, position, row)
            if partner == POLICE and not is_disclosed(FEEDS[feed], whole):
                continue
            known_to_police |= {row["person"]} if partner == POLICE else set()
            yield partner, feed, whole
    for name, spells in scenario.people.items():
        for spell in spells:
            yield spell.get("by", scenario.authority), "people", _person(number, scenario, name, spell)
        if name in known_to_police:
            yield POLICE, "people", _person(number, scenario, name, {"born": spells[0]["born"]})


def sender(scenario: Scenario, feed: str, row: Row) -> str:
    """Who sends a row: the household's council, or the police where no council sends the feed."""
    return str(row.get("by") or (scenario.authority if "authority" in FEEDS[feed].sent_by else POLICE))


def is_disclosed(feed: Feed, row: Row) -> bool:
    """Whether the door keeps a row of the police: it never stores a victim's, nor an informal disposal."""
    return DisclosureRule(feed, "police", list(row), frozenset()).withheld([value or "" for value in row.values()]) is None


def _row(scenario: Scenario, feed: str, position: int, row: Row) -> Row:
    refs = [column for column in FEEDS[feed].key if column.endswith("_ref") and column != "person_ref"]
    said = {column: value for column, value in row.items() if column not in {"person", "by"}}
    filled = dict.fromkeys(refs, position) | _FILLED.get(feed, {}) | said
    filled |= {column: f"{scenario.key}-{filled[column]}" for column in refs}
    return _texts(filled | {"person_ref": ref(scenario, row["person"])})


def _person(number: int, scenario: Scenario, name: str, spell: Row) -> Row:
    home = spell.get("home", "home")
    where: Row = {"resident_from": "2020-01-01"}
    # Nobody need say in which prison somebody is.
    if home != NOT_KNOWN and spell.get("residence") != "AWAY":
        house = 2 * number + (home != "home")
        where |= {
            "uprn": str(100_000_000_000 + house),
            "address": f"{house} {invented(scenario.key, home)} Lane",
            "postcode": f"WS{house // 90 + 1} {house % 9 + 1}AB",
        }
    known = {"given_name": invented(scenario.key, name), "family_name": invented(scenario.key), "date_of_birth": spell["born"]}
    said = {column: value for column, value in spell.items() if column not in {"born", "home", "by"}}
    return _texts({"person_ref": ref(scenario, name), **known, **where, **said})


def ref(scenario: Scenario, name: str) -> str:
    """The person_ref of one of a scenario's people, with every sender."""
    return f"{scenario.key}-{name}"


def invented(*of: str) -> str:
    """A name that hardly anybody else has; the same for the same words, whatever scenarios there are besides."""
    rng = random.Random("/".join(of))  # noqa: S311
    return ("".join(rng.choice("bdfghklmnprstvwz") + rng.choice("aeiou") for _ in range(3)) + rng.choice("lmnrst")).capitalize()


def _texts(row: Row) -> Row:
    return {column: None if value is None or value == NOT_KNOWN else str(value) for column, value in row.items()}


def known_on(row: Row, feed: Feed, day: date) -> Row | None:
    """A row as it is sent for a month that ends on ``day``; none while one of its days lies ahead."""
    ahead = {
        column
        for column, value in row.items()
        if value is not None
        and feed.columns[column].type == "date"
        and not feed.columns[column].may_be_future
        and date.fromisoformat(value) > day
    }
    return None if ahead - _LATER else row | dict.fromkeys(ahead)
