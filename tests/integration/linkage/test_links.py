"""Who is who: the hard cases of domain.md section 8, as far as rules without training decide them."""

NHS, OTHER_NHS = "9434765919", "4010232137"


def test_one_valid_identifier_is_one_person_whatever_the_name(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "walsall/1", "Annie", "Price", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "dudley/2", "Kit", "Lee", "2014-03-02", upn="F330400014001")
    senders.say("2026-01", "walsall/2", "Christopher", "Lee", "2014-03-02", upn="F330400014001")
    senders.say("2026-01", "west_midlands_police/1", "Ray", "Oak", "1980-02-03", pnc_id="20001234567H")
    senders.say("2026-01", "west_midlands_police/2", "Raymond", "Oak", "1980-02-03", pnc_id="20001234567H")
    senders.link("2026-01")
    assert senders.persons() == {
        frozenset({"dudley/1", "walsall/1"}),
        frozenset({"dudley/2", "walsall/2"}),
        frozenset({"west_midlands_police/1", "west_midlands_police/2"}),
    }
    links = senders.rows("select distinct match_probability, match_basis from identity.person_xref")
    assert set(links) == {(1.0, "nhs_number"), (1.0, "upn"), (1.0, "pnc_id")}


def test_names_written_differently_and_one_birthday_are_one_person(senders) -> None:  # type: ignore[no-untyped-def]
    for ref, ours, theirs in (
        ("1", ("Zoë", "O'Neil"), ("ZOE", "ONEIL")),
        ("2", ("Mary-Jane", "Smith-Jones"), ("Mary Jane", "SMITH JONES")),
        ("3", ("Muhammad", "Khan"), ("MOHAMMED", "KHAN")),
        ("4", ("RenÃ©e", "McDonald"), ("Renée", "Mc Donald")),
    ):
        senders.say("2026-01", f"dudley/{ref}", *ours, "1991-07-1" + ref)
        senders.say("2026-01", f"west_midlands_police/{ref}", *theirs, "1991-07-1" + ref)
    senders.link("2026-01")
    assert senders.persons() == {frozenset({f"dudley/{ref}", f"west_midlands_police/{ref}"}) for ref in "1234"}
    assert set(senders.rows("select match_basis from identity.person_xref")) == {"probabilistic"}


def test_a_former_name_links_whether_it_is_sent_or_was_borne_in_an_earlier_month(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Priya", "Shah", "1988-09-10", former_family_name="Patel")
    senders.say("2026-01", "walsall/1", "Priya", "Patel", "1988-09-10")
    senders.say("2026-01", "dudley/2", "Eve", "Moss", "1979-04-05")
    senders.say("2026-02", "dudley/2", "Eve", "Fern", "1979-04-05")
    senders.say("2026-02", "west_midlands_police/2", "Eve", "Moss", "1979-04-05")
    senders.link("2026-01", "2026-02")
    assert senders.one_person("dudley/1", "walsall/1")
    assert senders.one_person("dudley/2", "west_midlands_police/2")


def test_the_first_of_january_is_no_birthday_without_the_address(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Omar", "Said", "1985-01-01", postcode="DY11AA")
    senders.say("2026-01", "walsall/1", "Omar", "Said", "1985-01-01", postcode="WS11AA")
    senders.say("2026-01", "dudley/2", "Hana", "Said", "1986-01-01", postcode="DY11AA", uprn="77")
    senders.say("2026-01", "walsall/2", "Hana", "Said", "1986-01-01", postcode="DY11AB", uprn="77")
    senders.say("2026-01", "dudley/3", "Ali", "Said", "1900-01-01", postcode="DY11AA")
    senders.say("2026-01", "walsall/3", "Ali", "Said", "1900-01-01", postcode="DY11AA")
    senders.say("2026-01", "dudley/4", "Noor", "Said", None, postcode="DY11AA")
    senders.say("2026-01", "walsall/4", "Noor", "Said", None, postcode="DY11AA")
    senders.link("2026-01")
    together = {records for records in senders.persons() if len(records) > 1}
    assert together == {frozenset({"dudley/2", "walsall/2"})}


def test_father_and_son_of_one_name_and_address_are_two(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "John", "Oak", "1960-05-06", postcode="DY11AA")
    senders.say("2026-01", "walsall/1", "John", "Oak", "1987-08-09", postcode="DY11AA")
    senders.link("2026-01")
    assert len(senders.persons()) == 2


def test_a_name_that_fits_two_people_of_one_register_links_nobody_and_is_reviewed(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "birmingham/1", "Mohammed", "Khan", "1990-06-07")
    senders.say("2026-01", "birmingham/2", "Mohammed", "Khan", "1990-06-07")
    senders.say("2026-01", "west_midlands_police/1", "Mohammed", "Khan", "1990-06-07")
    senders.link("2026-01")
    assert len(senders.persons()) == 3
    assert senders.review() == {
        ("birmingham/1", "west_midlands_police/1"): "several_people_fit",
        ("birmingham/2", "west_midlands_police/1"): "several_people_fit",
    }


def test_two_pnc_ids_of_one_name_are_several_people_too(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "west_midlands_police/1", "Jaspreet", "Singh", "1990-06-07", pnc_id="1")
    senders.say("2026-01", "west_midlands_police/2", "Jaspreet", "Singh", "1990-06-07", pnc_id="2")
    senders.say("2026-01", "dudley/1", "Jaspreet", "Singh", "1990-06-07")
    senders.link("2026-01")
    assert len(senders.persons()) == 3
    assert set(senders.review()) == {("dudley/1", "west_midlands_police/1"), ("dudley/1", "west_midlands_police/2")}


def test_twins_are_two_people_even_when_one_senders_identifiers_are_swapped(senders) -> None:  # type: ignore[no-untyped-def]
    for partner, of_aisha, of_amina in (("dudley", NHS, OTHER_NHS), ("walsall", OTHER_NHS, NHS)):
        senders.say("2026-01", f"{partner}/aisha", "Aisha", "Begum", "2015-02-03", nhs_number=of_aisha, uprn="77")
        senders.say("2026-01", f"{partner}/amina", "Amina", "Begum", "2015-02-03", nhs_number=of_amina, uprn="77")
    senders.say("2026-01", "west_midlands_police/1", "Aisha", "Begum", "2015-02-03")
    senders.link("2026-01")
    assert not any(
        {"dudley/aisha", "walsall/amina"} <= records or {"dudley/amina", "walsall/aisha"} <= records for records in senders.persons()
    )
    assert senders.review()["dudley/aisha", "walsall/amina"] == "different_given_name_and_birth"


def test_a_partners_national_insurance_number_links_neither_of_the_two(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/husband", "Dev", "Rao", "1980-02-03", nino="AA123456A")
    senders.say("2026-01", "dudley/wife", "Mira", "Rao", "1982-04-05", nino="AA123456A")
    senders.say("2026-01", "walsall/wife", "Mira", "Rao-Sen", "1982-04-05", nino="AA123456B")
    senders.say("2026-01", "solihull/other", "Karl", "Rao", "1999-09-09", nino="AA123456A")
    senders.link("2026-01")
    together = {records for records in senders.persons() if len(records) > 1}
    assert together == {frozenset({"dudley/wife", "walsall/wife"})}


def test_contradicting_identifiers_keep_namesakes_apart(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-02", nhs_number=OTHER_NHS)
    senders.link("2026-01")
    assert len(senders.persons()) == 2
    assert senders.review() == {("dudley/1", "walsall/1"): "two_nhs_numbers"}


def test_a_protected_person_is_never_linked_across_senders(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/old", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "walsall/new", "Ann", "Lee", "1990-03-02", nhs_number=NHS, is_protected=True)
    senders.link("2026-01")
    assert len(senders.persons()) == 2
    assert senders.review() == {("dudley/old", "walsall/new"): "protected_person"}


def test_nothing_of_a_person_is_said_when_the_database_refuses(senders) -> None:  # type: ignore[no-untyped-def]
    import pytest

    from wholefamily.errors import WholefamilyError

    senders.say("2026-01", "dudley/1", "Secretname", "Lee", "1990-03-02")
    senders.say("2026-01", "dudley/1", "Secretname", "Lee", "1990-03-02")
    with pytest.raises(WholefamilyError) as refused:
        senders.link("2026-01")
    assert "Secretname" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert senders.rows("select from identity.person") == []
