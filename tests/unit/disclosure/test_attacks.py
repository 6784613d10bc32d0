"""Each attack fails on a clean release, and succeeds on one that leaks in its way: or it would prove nothing."""

import base64
import csv
import hashlib
import hmac
import io
import json
import random
import uuid

import polars as pl
import pyarrow.parquet as pq
import pytest
from tests.unit.disclosure.leaky import MEASURE, Files, N, as_csv, folder, holding, key, known, release, tried

from wholefamily.disclosure import attacks, canaries
from wholefamily.disclosure.attacks import KnownPerson, Scene
from wholefamily.disclosure.attacks.columns import may_stand
from wholefamily.disclosure.attacks.dictionary import dictionary
from wholefamily.disclosure.attacks.granularity import granularity
from wholefamily.disclosure.attacks.groups import composition, homogeneity, special_uniques, uniqueness
from wholefamily.disclosure.attacks.identifiers import identifiers
from wholefamily.disclosure.attacks.intruder import motivated_intruder
from wholefamily.disclosure.attacks.keys import key_material
from wholefamily.disclosure.attacks.recipients import shared_keys, trajectories
from wholefamily.errors import WholefamilyError
from wholefamily.products.releases import attack_lines
from wholefamily.settings import REPOSITORY

PERSON_ID = "0f8fad5b-d9cb-469f-a165-000000000003"


def test_a_clean_release_withstands_every_attack() -> None:
    outcomes = attacks.run("evaluation", Scene(folder(release()), known()))
    assert {outcome.attack: outcome.figure for outcome in outcomes} == {
        "1 identifiers": 0,
        "2 dictionary": 0,
        "3 shared keys and order": 0,
        "4 trajectories across recipients": 0,
        "9 uniqueness": 24,
        "10 homogeneity": 0.6667,
        "12 special uniques": 0,
        "13 household composition": 24,
        "14 motivated intruder": 0.0417,
        "16 text, dates, geography": 0,
        "17 key material": 0,
    }
    assert len(attacks.withstood(outcomes)) == 11


def test_an_empty_release_withstands_every_attack() -> None:
    empty: Files = {"individuals": [], "families": [], "progress": []}
    assert attacks.withstood(attacks.run("evaluation", Scene(folder(empty), known())))


def test_what_succeeded_is_named_with_where_and_nothing_leaves() -> None:
    files = release()
    files["families"][0]["size_band"] = "6+"
    with pytest.raises(
        WholefamilyError, match=r"attack 9 uniqueness succeeded: families\.csv: 1 combinations of authority.*Nothing leaves"
    ):
        attacks.withstood(attacks.run("evaluation", Scene(folder(files), known())))


def test_without_the_warehouse_what_needs_it_is_not_run_and_that_is_no_pass() -> None:
    outcomes = attacks.run("evaluation", Scene(folder(release()), None))
    assert {outcome.attack.split()[0] for outcome in outcomes if outcome.result == "not run"} == {"1", "2", "3", "4", "14", "17"}
    assert {outcome.result for outcome in outcomes} == {"not run", "withstood"}
    with pytest.raises(WholefamilyError, match="attack 14 motivated intruder not run: needs the warehouse"):
        attacks.withstood(outcomes)


# -- 1 identifiers


@pytest.mark.parametrize(
    "value",
    [
        "1999-12-31",
        "31/12/1999",
        "B70 7EL",
        "B707EL",
        "100012345678",
        "943 476 5919",
        "9434765919",
        "A123456789012",
        "AB123456C",
        "12/345678X",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_1_the_shape_of_an_identifier_in_any_file(value: str) -> None:
    files = release()
    files["families"][0]["size_band"] = value
    outcome = tried(identifiers, files)
    assert outcome.result == "succeeded"
    assert "families.csv" in outcome.found
    assert value not in outcome.found
    others = {"notes_json": json.dumps({"note": value}).encode(), "about_json": f'{{"{value}": 1}}'.encode()}
    outcome = tried(identifiers, release(), others=others)
    assert "notes.json" in outcome.found
    assert "about.json" in outcome.found


@pytest.mark.parametrize(("file", "column"), [("individuals", "role"), ("individuals", "person_key"), ("families", "met_work")])
def test_1_a_word_that_names_somebody(file: str, column: str) -> None:
    files = release()
    files[file][0][column] = "zebedee"
    outcome = tried(identifiers, files, are_identifying=lambda words: words.count("zebedee"))
    assert outcome.result == "succeeded"
    assert "zebedee" not in outcome.found


def test_1_the_words_of_a_column_name_nobody() -> None:
    """WHITE, BLACK and others are surnames too: what may stand in its column is not looked for, keys are."""
    looked_for: list[str] = []
    tried(identifiers, release(), are_identifying=lambda words: looked_for.extend(words) or 0)
    assert len(looked_for) == 2 * N
    assert all(len(word) == 32 for word in looked_for)


def test_1_somebodys_identifier_in_a_log() -> None:
    log = b"2026-10-20 06:00 INFO row 12 of A123456789012 was taken"
    outcome = tried(identifiers, release(), traces=lambda: [("logs: task.log", log)])
    assert (outcome.result, outcome.found) == ("succeeded", "1 identifiers of known people stand in logs: task.log")
    assert tried(identifiers, release(), traces=lambda: [("logs: task.log", b"A123456789013 1234567890")]).result == "withstood"


CANARY = KnownPerson(("0f8fad5b-d9cb-469f-a165-0000000000ff", "C-1", "9990000018", "canaryquillann19900105"))


@pytest.mark.parametrize("value", [canaries.NAME, canaries.NAME.upper(), "9990000018", "CANARYQUILLANN19900105"])
@pytest.mark.parametrize("place", ["logs: x.log", "Data Docs: x.html", "HOME_DIR: dbt/marts/manifest.json", "public.xcom"])
def test_1_a_canary_in_what_was_written_on_the_way(value: str, place: str) -> None:
    """Byte by byte: also in the middle of a word, where nobody else's identifier is looked for."""
    written = f"/x{value}y.csv".encode()
    outcome = tried(identifiers, release(), canaries=[CANARY], traces=lambda: [(place, written)])
    assert (outcome.result, outcome.found) == ("succeeded", f"a canary stands in {place}")
    assert tried(identifiers, release(), canaries=[CANARY], traces=lambda: [(place, b"/canary.csv C-1")]).result == "withstood"


@pytest.mark.parametrize("file", ["notes_json", "manifest_json", "families_txt"])
def test_1_a_canary_in_a_file_is_found_without_the_warehouse(file: str) -> None:
    files = {file: json.dumps({"sha256": f"of {canaries.NAME}"}).encode()}
    outcome = identifiers(Scene(folder(release(), **files), None))
    assert (outcome.result, outcome.found) == ("succeeded", f"a canary stands in {file.replace('_json', '.json')}")


def test_what_cannot_be_looked_through_is_said_and_told_to_the_approver() -> None:
    outcomes = attacks.run("evaluation", Scene(folder(release()), known(unseen="Airflow's database, with its XComs")))
    told = {str(each["attack"]): each.get("not_looked_through") for each in attacks.withstood(outcomes)}
    assert {attack: unseen for attack, unseen in told.items() if unseen} == dict.fromkeys(
        ("1 identifiers", "17 key material"), "Airflow's database, with its XComs"
    )
    lines = [*attack_lines(attacks.withstood(outcomes))]
    assert "| 9 uniqueness | withstood | 24 |" in lines
    assert lines[-1] == "**not looked through**: Airflow's database, with its XComs"
    assert not [
        line for line in attack_lines(attacks.withstood(attacks.run("evaluation", Scene(folder(release()), known())))) if "**" in line
    ]


# -- 2 dictionary


@pytest.mark.parametrize(
    "pseudonym",
    [
        hashlib.sha256(b"9434765919").hexdigest()[:32],
        hashlib.md5(b"A123456789012", usedforsecurity=False).hexdigest(),
        hashlib.sha256(b"salt" + PERSON_ID.encode()).hexdigest()[:32],
        hashlib.sha1(PERSON_ID.encode() + b"None", usedforsecurity=False).hexdigest()[:32],  # f"{content}{os.getenv('SALT')}"
        hmac.digest(b"", uuid.UUID(PERSON_ID).bytes, "sha256").hex()[:32],
        hmac.digest(b"evaluator", b"P-3", "sha256").hex()[:32],
        uuid.uuid5(uuid.NAMESPACE_OID, "P-3").hex,
        uuid.UUID(PERSON_ID).hex,
        hashlib.sha256(b"4711").hexdigest()[:32],
    ],
)
def test_2_keys_that_are_hashed_without_a_secret(pseudonym: str) -> None:
    files = release()
    files["individuals"][3]["person_key"] = pseudonym
    manifest = json.dumps({"recipient": "evaluator", "release": "2026-Q3"}).encode()
    outcome = tried(dictionary, files, others={"manifest_json": manifest})
    assert (outcome.result, outcome.figure) == ("succeeded", 1)


# -- 3 shared keys and order


def test_3_a_key_that_another_release_has_too() -> None:
    assert tried(shared_keys, release(), folder(release(), name="2026-Q2")).result == "succeeded"
    same = {key(n): key(n) for n in (*range(N), *range(100, 100 + N))}
    assert "are the same in another" in tried(shared_keys, release(), same_in={"another": same}).found


def test_3_rows_in_the_order_of_another_release() -> None:
    shuffled = random.Random(1).sample(range(1000, 2000), N)  # noqa: S311
    for order, result in ((range(1000, 1000 + N), "succeeded"), (range(2000, 2000 - N, -1), "succeeded"), (shuffled, "withstood")):
        there = {key(first + n): key(other) for first in (0, 100) for n, other in enumerate(order)}
        assert tried(shared_keys, release(), same_in={"another": there}).result == result


@pytest.mark.parametrize("file", ["individuals", "families", "progress"])
def test_3_rows_that_do_not_ascend_by_key(file: str) -> None:
    files = release()
    files[file][0], files[file][1] = files[file][1], files[file][0]
    assert f"the rows of {file}.csv do not ascend" in tried(shared_keys, files).found


def test_3_a_person_told_twice() -> None:
    files = release()
    files["individuals"].insert(0, dict(files["individuals"][0]))
    assert tried(shared_keys, files).result == "succeeded"


# -- 4 trajectories


def test_4_a_family_that_another_recipient_has_of_the_period() -> None:
    outcome = tried(trajectories, release(), n_elsewhere=3)
    assert (outcome.result, outcome.figure) == ("succeeded", 3)


def test_4_families_found_by_their_histories_under_other_keys() -> None:
    def to(recipient: str, first_key: int) -> tuple[Files, bytes]:
        files = release()
        histories = [(n % 10, n // 10) for n in range(N)]
        files["progress"] = [
            {**MEASURE, "family_key": key(first_key + n), "baseline": str(b), "current": str(c)} for n, (b, c) in enumerate(histories)
        ]
        return files, json.dumps({"recipient": recipient, "period": "2026-09"}).encode()

    ours, our_manifest = to("evaluator", 0)
    theirs, their_manifest = to("university", 500)
    outcome = tried(trajectories, ours, folder(theirs, manifest_json=their_manifest), others={"manifest_json": our_manifest})
    assert (outcome.result, outcome.figure) == ("succeeded", N)
    same_recipient = folder(theirs, manifest_json=our_manifest)
    assert tried(trajectories, ours, same_recipient, others={"manifest_json": our_manifest}).result == "withstood"


# -- 9 uniqueness


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("families", "n_children_band", "4+"),
        ("families", "closed_quarter", "2026-Q2"),
        ("individuals", "sex", "1"),
        ("individuals", "age_band", "0-17"),
    ],
)
def test_9_a_record_unlike_all_others(file: str, column: str, value: str) -> None:
    files = release()
    files[file][5][column] = value
    outcome = tried(uniqueness, files)
    assert (outcome.result, outcome.figure) == ("succeeded", 1)
    assert f"{file}.csv: 1 combinations" in outcome.found


def test_9_a_group_of_nine_and_not_one_of_ten() -> None:
    files = release()
    del files["individuals"][: N - 10]
    assert tried(uniqueness, files).result == "withstood"
    del files["individuals"][:1]
    assert tried(uniqueness, files).result == "succeeded"


def test_9_a_history_unlike_all_others() -> None:
    files = release()
    del files["progress"][0]
    assert "with the quarters of their progress" in tried(uniqueness, files).found


def test_9_progress_of_a_family_that_was_left_out() -> None:
    files = release()
    files["progress"].append({"family_key": key(99), **MEASURE})
    assert "1 families that are not in families.csv" in tried(uniqueness, files).found


# -- 10 homogeneity


@pytest.mark.parametrize("values", ["Y" * 24, "N" * 24, "Y" * 22 + "NN", "Y" * 23 + "*", "YN" * 11 + "Y "])
def test_10_a_flag_that_tells_too_much_of_a_group(values: str) -> None:
    files = release()
    for row, value in zip(files["families"], values, strict=True):
        row["met_work"] = value.strip()
    assert "met_work tells too much of 1 groups" in tried(homogeneity, files).found


# -- 12 special uniques


def test_12_one_who_stands_alone_by_two_variables() -> None:
    files = release()
    for number, row in enumerate(files["individuals"]):
        row["sex"], row["age_band"] = ("1" if number % 2 else "2"), ("0-17" if number % 4 < 2 else "18+")
    assert tried(special_uniques, files).result == "withstood"
    for row in files["individuals"]:
        if (row["sex"], row["age_band"]) == ("1", "0-17") and row is not files["individuals"][1]:
            row["sex"] = "2"
    outcome = tried(special_uniques, files)
    assert outcome.result == "succeeded"
    assert "some by age_band, sex" in outcome.found


def test_12_one_who_stands_alone_with_what_is_told_of_the_family() -> None:
    files = release()
    for row in files["individuals"][:12]:
        row["sex"] = "1"
    files["families"][0]["size_band"] = "4-5"
    files["families"][13]["size_band"] = "4-5"
    assert "individuals.csv beside families.csv" in tried(special_uniques, files).found


# -- 13 household composition


def test_13_a_family_known_by_its_members() -> None:
    files = release()
    for row in files["individuals"][: N - 9]:
        row["family_key"] = ""
    assert "1 compositions of households are shared by fewer than 10" in tried(composition, files).found


def test_13_one_known_by_leading_to_no_family_where_all_others_do() -> None:
    files = release()
    files["individuals"][0]["family_key"] = ""
    outcome = tried(composition, files)
    assert "individuals.csv with their family: 1 groups of fewer than 10" in outcome.found
    assert "families.csv with the members that lead to each: 1 groups of fewer than 10" in outcome.found


def test_13_a_family_of_which_only_the_members_are_told() -> None:
    files = release()
    for row in files["individuals"]:
        row["family_key"] = "f" + row["family_key"][1:]
    assert "24 values of family_key that are not in families.csv" in tried(composition, files).found


def test_13_one_key_for_a_person_and_a_family() -> None:
    files = release()
    for number, row in enumerate(files["individuals"]):
        row["person_key"] = key(number)
    assert "derived apart" in tried(composition, files).found


# -- 14 motivated intruder


def test_14_a_family_told_exactly_that_is_like_no_other() -> None:
    files = release()
    files["families"][0]["attached_quarter"] = "2025-Q4"
    outcome = tried(motivated_intruder, files, holding=holding(attached_quarter="2025-Q4"))
    assert outcome.result == "succeeded"
    assert "1 of 24 families are found with p >= 0.9" in outcome.found


def test_14_a_person_who_leads_to_no_family_because_his_own_is_rare() -> None:
    """All others lead to a small family; he lives in a large one: whoever knows that knows which row is his."""
    files = release()
    files["individuals"][0]["family_key"] = ""
    outcome = tried(motivated_intruder, files, holding=holding(size_band="6+"))
    assert "1 of 24 persons are found with p >= 0.9" in outcome.found


def test_14_a_quarter_of_attachment_given_away_by_the_first_progress() -> None:
    files = release()
    files["progress"] = [{**MEASURE, "family_key": key(n), "quarter": "2026-Q1" if n else "2026-Q2"} for n in range(N)]
    outcome = tried(motivated_intruder, files, holding=holding(attached_quarter="2026-Q2"))
    assert "1 of 24 families are found with p >= 0.9" in outcome.found


def test_14_groups_of_five_are_found_too_often_and_of_ten_are_not() -> None:
    for size, result in ((5, "succeeded"), (12, "withstood")):
        files = release()
        for n, row in enumerate(files["families"]):
            row["attached_quarter"] = f"{2010 + n // size}"
        known_families = holding().families.with_columns(
            attached_quarter=pl.Series([f"{2010 + n // size}-Q1" for n in range(N)]), n_children_band=pl.lit("0-1")
        )
        held = attacks.Holding(holding().persons, known_families)
        assert tried(motivated_intruder, files, holding=held).result == result


# -- 16 text, dates, geography


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("families", "attached_quarter", "2026-02"),
        ("families", "framework", "tf_2013"),
        ("families", "size_band", "7"),
        ("families", "authority", "E01000001"),
        ("families", "authority", "E08000025+E05000001"),
        ("individuals", "age_band", "37"),
        ("individuals", "ethnic_group", "WIRT"),
        ("individuals", "family_key", "F-1"),
        ("progress", "baseline", "11"),
        ("progress", "quarter", "2026-H1"),
        ("progress", "result", "moved away after the fire"),
    ],
)
def test_16_a_value_finer_than_allowed(file: str, column: str, value: str) -> None:
    files = release()
    for row in files[file]:
        row[column] = value
    outcome = tried(granularity, files)
    assert outcome.result == "succeeded"
    assert file in outcome.found
    assert value not in outcome.found


def test_16_a_column_that_the_interface_does_not_name() -> None:
    files = release()
    for row in files["families"]:
        row["lead_practitioner"] = "*"
    assert "families.csv has 1 columns" in tried(granularity, files).found


def test_16_a_parquet_file_that_says_who_made_it_or_holds_other_rows() -> None:
    rows = release()["individuals"]
    table = pl.read_csv(io.BytesIO(as_csv(rows, list(rows[0]))), infer_schema=False, empty_string_is_null=False)

    def written(frame: pl.DataFrame, metadata: dict[bytes, bytes] | None = None) -> bytes:
        file = io.BytesIO()
        pq.write_table(frame.to_arrow().replace_schema_metadata(metadata), file)
        return file.getvalue()

    assert tried(granularity, release(), others={"individuals_parquet": written(table)}).result == "withstood"
    named = tried(granularity, release(), others={"individuals_parquet": written(table, {b"creator": b"jane at host-7"})})
    assert "individuals.parquet says more of itself" in named.found
    fewer = tried(granularity, release(), others={"individuals_parquet": written(table.head(23))})
    assert "does not hold the rows" in fewer.found


def test_16_every_measure_and_criterion_of_the_rules_may_be_told() -> None:
    seeds = REPOSITORY / "dbt_project" / "seeds" / "rules"
    measures = {row["measure_code"] for row in csv.DictReader((seeds / "progress_measure.csv").open(encoding="utf-8"))}
    assert measures >= {"education", "asb"}
    assert [measure for measure in measures if not may_stand("measure", measure)] == []
    assert not may_stand("measure", "moved")


# -- 17 key material

SECRET = hashlib.sha256(b"a custodian's key").hexdigest().encode()


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        bytes.fromhex(SECRET.decode()),
        base64.b64encode(SECRET),
        SECRET.hex().encode(),
        base64.b64encode(bytes.fromhex(SECRET.decode())),
    ],
)
def test_17_a_key_in_a_log_or_in_the_release(written: bytes) -> None:
    in_a_log = tried(key_material, release(), key_material=[SECRET], traces=lambda: [("logs: x.log", b"key=" + written + b"\n")])
    assert (in_a_log.result, in_a_log.found) == ("succeeded", "a secret stands in logs: x.log")
    assert tried(key_material, release(), others={"note_json": b'"' + written + b'"'}, key_material=[SECRET]).result == "succeeded"
    in_the_code = tried(key_material, release(), key_material=[SECRET], repository=lambda: [("the repository: x.py", written)])
    assert in_the_code.found == "a secret stands in the repository: x.py"
    in_a_dump = tried(key_material, release(), key_material=[SECRET], dumped=lambda: [("ops.alert", b"1\t" + written + b"\n")])
    assert in_a_dump.found == "a secret stands in ops.alert"
    assert tried(key_material, release(), key_material=[SECRET], traces=lambda: [("logs: x.log", b"nothing")]).result == "withstood"


def test_17_a_key_of_several_lines_however_its_lines_are_joined() -> None:
    key_of_lines = b"-----BEGIN A KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END A KEY-----"
    for joint in (b"\n", rb"\n", rb"\\n"):
        written = key_of_lines.replace(b"\n", joint)
        assert tried(key_material, release(), key_material=[key_of_lines], traces=lambda w=written: [("x", w)]).result == "succeeded", joint


def test_17_a_private_key_in_the_release_needs_no_warehouse_to_be_seen() -> None:
    pem = b"-----BEGIN PRIVATE " + b"KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n"
    assert key_material(Scene(folder(release(), key_json=pem), None)).result == "succeeded"
