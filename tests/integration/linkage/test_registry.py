"""Ids last: month after month, however months arrive, and every merge and split is a row."""

from itertools import permutations

from wholefamily.warehouse import connect

NHS = "9434765919"
MONTHS = ("2026-01", "2026-02", "2026-03")


def _story(senders) -> None:  # type: ignore[no-untyped-def]
    """Three months: a family of three, whose son leaves in February; an uncle joins in March; a namesake is corrected."""
    for period in MONTHS:
        senders.say(period, "dudley/mum", "Ann", "Lee", "1990-03-02", nhs_number=NHS, home="uprn 1" if period < "2026-03" else "uprn 9")
        senders.say(period, "dudley/girl", "Bea", "Lee", "2012-03-04", home="uprn 1" if period < "2026-03" else "uprn 9")
        senders.say(period, "dudley/son", "Cal", "Lee", "2006-03-04", home="uprn 1" if period == "2026-01" else "uprn 2")
        senders.say(period, "west_midlands_police/son", "Cal", "Lee" if period != "2026-02" else "Leigh", "2006-03-04")
    senders.say("2026-02", "walsall/mum", "Anna", "Price", "1990-03-02", nhs_number=NHS if period != "2026-02" else None)
    senders.say("2026-03", "walsall/uncle", "Dan", "Fox", "1970-03-04", home="uprn 9")


def _partition(senders, table: str, things: str) -> list[list[str]]:  # type: ignore[no-untyped-def]
    rows = senders.rows(f"select array_agg({things} order by {things}) from identity.{table} group by {table.split('_', maxsplit=1)[0]}_id")
    return sorted(rows)


def _outcome(senders) -> tuple[list[list[str]], list[list[str]], list[object]]:  # type: ignore[no-untyped-def]
    return (
        _partition(senders, "person_xref", "partner_code || '/' || person_ref"),
        _partition(senders, "household_xref", "period || ' ' || partner_code || '/' || person_ref"),
        sorted(senders.rows("select partner_code, person_ref, match_probability, match_basis from identity.person_xref")),
    )


def test_the_outcome_is_the_same_in_whatever_order_months_arrive(senders) -> None:  # type: ignore[no-untyped-def]
    _story(senders)
    senders.link(*MONTHS)
    at_once = _outcome(senders)
    persons, households, _ = at_once
    assert ["dudley/mum", "walsall/mum"] in persons
    assert ["dudley/son", "west_midlands_police/son"] in persons
    assert [
        "2026-01 dudley/girl",
        "2026-01 dudley/mum",
        "2026-01 dudley/son",
        "2026-01 west_midlands_police/son",
        "2026-02 dudley/girl",
        "2026-02 dudley/mum",
        "2026-02 walsall/mum",
        "2026-03 dudley/girl",
        "2026-03 dudley/mum",
        "2026-03 walsall/uncle",
    ] in households, "the household goes with mother and daughter, not with the address"
    for order in permutations(MONTHS):
        senders.forget_identity()
        arrived: list[str] = []
        for period in order:
            arrived.append(period)
            senders.link(*sorted(later for later in arrived if later >= period))
        assert _outcome(senders) == at_once, order


def test_a_second_run_changes_nothing(senders) -> None:  # type: ignore[no-untyped-def]
    _story(senders)
    senders.link(*MONTHS)
    before = senders.everything()
    senders.link(*MONTHS)
    senders.link("2026-03")
    assert senders.everything() == before


def test_ids_are_the_same_in_the_next_month(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", home="uprn 1")
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-02")
    senders.link("2026-01")
    before = senders.person_of("dudley/1"), senders.village.households("2026-01")["dudley/1"]
    senders.say_again("2026-02", "2026-01")
    senders.link("2026-02")
    assert (senders.person_of("walsall/1"), senders.village.households("2026-02")["walsall/1"]) == before
    assert senders.rows("select from identity.merge_log") == []


def test_a_merge_keeps_the_earliest_id_is_logged_and_marks_other_months(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", home="uprn 1")
    senders.link("2026-01")
    senders.say("2026-02", "walsall/1", "Anna", "Price", "1990-03-02", nhs_number=NHS, home="uprn 2")
    senders.link("2026-02")
    first, second = senders.person_of("dudley/1"), senders.person_of("walsall/1")
    assert first != second
    with connect(senders.village.settings) as connection:
        connection.execute("insert into ops.build (period, planned) values ('2026-01', ''), ('2026-02', ''), ('2026-03', '')")
    senders.say("2026-03", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS, home="uprn 1")
    senders.link("2026-03")
    assert senders.person_of("dudley/1") == senders.person_of("walsall/1") == first
    log = senders.rows("select period, kind, from_id::text, to_id::text, partner_code, person_ref, reason from identity.merge_log")
    assert log == [("2026-03", "merge", second, first, "walsall", "1", "nhs_number")]
    assert senders.rows("select period from ops.build") == ["2026-01", "2026-03"], "February's marts name a person who is no more"
    assert senders.rows("select count(*) from identity.household_member where person_id::text = %s", second) == [0]
    xref = senders.rows("select linked_period, match_probability from identity.person_xref where partner_code = 'walsall'")
    assert xref == [("2026-03", 1.0)]


def test_a_split_mints_an_id_for_the_smaller_part_and_none_is_used_again(senders) -> None:  # type: ignore[no-untyped-def]
    for record in ("dudley/1", "solihull/1", "walsall/1"):
        senders.say("2026-01", record, "Ann", "Lee", "1990-03-02")
    senders.link("2026-01")
    together = senders.person_of("walsall/1")
    senders.unsay("walsall/1")
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-20")
    senders.link("2026-01")
    assert senders.person_of("dudley/1") == senders.person_of("solihull/1") == together
    apart = senders.person_of("walsall/1")
    assert apart != together
    assert senders.rows("select kind, from_id::text, to_id::text, person_ref from identity.merge_log") == [("split", together, apart, "1")]
    senders.unsay("walsall/1")
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-02")
    senders.link("2026-01")
    assert senders.one_person("dudley/1", "solihull/1", "walsall/1")
    assert senders.person_of("walsall/1") == together
    assert senders.rows("select count(*) from identity.person") == [2], "the id that is no longer used stays known"


def test_a_person_who_becomes_protected_is_taken_apart(senders) -> None:  # type: ignore[no-untyped-def]
    for record in ("dudley/1", "walsall/1"):
        senders.say("2026-01", record, "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.link("2026-01")
    assert senders.one_person("dudley/1", "walsall/1")
    senders.say("2026-02", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-02", "walsall/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS, is_protected=True)
    senders.link("2026-02")
    assert not senders.one_person("dudley/1", "walsall/1")


def test_a_record_that_its_sender_has_withdrawn_is_known_no_more(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", home="uprn 1")
    senders.say("2026-01", "dudley/2", "Bo", "Lee", "2014-03-02", home="uprn 1")
    senders.link("2026-01")
    gone = senders.person_of("dudley/2")
    senders.unsay("dudley/2")
    senders.link("2026-01")
    assert senders.persons() == {frozenset({"dudley/1"})}
    assert senders.rows("select given_name, date_of_birth, address from identity.person where person_id::text = %s", gone) == [
        (None, None, None)
    ]
    assert set(senders.village.households("2026-01")) == {"dudley/1"}


def test_the_person_shows_the_newest_word_of_an_authority(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", address="1 High Street", postcode="DY11AA")
    senders.say("2026-02", "dudley/1", "Ann", "Shaw", "1990-03-02", former_family_name="Lee", address="2 Low Street", postcode="DY22BB")
    senders.say("2026-02", "west_midlands_police/1", "ANN", "LEE", "1990-03-02", address="elsewhere")
    senders.link("2026-01", "2026-02")
    assert senders.rows("select given_name, family_name, date_of_birth::text, address, postcode from identity.person") == [
        ("Ann", "Shaw", "1990-03-02", "2 Low Street", "DY22BB")
    ]


def test_a_family_keeps_its_id_when_it_is_attached_again(senders) -> None:  # type: ignore[no-untyped-def]
    insert = (
        "insert into staging.stg_programme (period, partner_code, family_ref, person_ref, attached_on) "
        "values ('2026-01', 'dudley', 'F1', '1', %s), ('2026-01', 'walsall', 'F1', '1', %s)"
    )
    for attached in ("2025-01-01", "2026-01-01"):
        with connect(senders.village.settings) as connection:
            connection.execute(insert, [attached, attached])
        senders.link("2026-01")
    assert senders.rows("select partner_code, family_ref from identity.family_xref order by 1") == [("dudley", "F1"), ("walsall", "F1")]
    assert senders.rows("select count(distinct family_id) from identity.family_xref") == [2]
