"""What a manifest must say, and what it may not."""

import json
from typing import Any

import pytest

from wholefamily.door.manifest import Manifest, read, refusals
from wholefamily.partners import Agreement, Partner, Sftp

PARTNER = Partner(
    code="sandwell",
    name="Sandwell",
    kind="authority",
    gss="E08000028",
    framework="tf_2012",
    due_day=5,
    sftp=Sftp(host="sftp.example", username="sandwell", host_key="ssh-ed25519 AAAA"),
    feeds=("people",),
    agreements=(
        Agreement(code="OLD", gateways=("CDA1998-S115",), feeds=("people",), valid_from="2012-04-01", valid_to="2026-10-30"),
        Agreement(code="ISA", gateways=("CDA1998-S115",), feeds=("people",), valid_from="2026-10-31"),
    ),
)

GOOD: dict[str, Any] = {
    "schema_version": 1,
    "sender": "sandwell",
    "period": "2026-10",
    "revision": 1,
    "produced_at": "2026-11-02T03:10:00Z",
    "marking": "OFFICIAL-SENSITIVE",
    "agreement": "ISA",
    "gateway": "CDA1998-S115",
    "files": [{"feed": "people", "path": "people.csv", "rows": 2, "sha256": "0" * 64}],
}


def _file(**changes: object) -> dict[str, object]:
    return {**GOOD["files"][0], **changes}


def _rules(**changes: object) -> list[str]:
    manifest, unreadable = read(json.dumps({**GOOD, **changes}).encode())
    if manifest is None:
        return [refusal.rule for refusal in unreadable]
    return [refusal.rule for refusal in refusals(manifest, PARTNER, "2026-10", 1)]


def test_a_good_manifest_is_not_refused() -> None:
    assert _rules() == []
    assert _rules(comment="more than we need") == []


def _daily_rules(**changes: object) -> list[str]:
    daily = {name: value for name, value in GOOD.items() if name not in {"period", "revision"}}
    manifest, unreadable = read(json.dumps({**daily, "date": "2026-11-02", **changes}).encode(), daily=True)
    if manifest is None:
        return [refusal.rule for refusal in unreadable]
    return [refusal.rule for refusal in refusals(manifest, PARTNER, "2026-11-02", 1)]


def test_a_daily_manifest_has_a_date_in_place_of_the_period_and_no_revision() -> None:
    assert _daily_rules() == []
    assert _daily_rules(date="2026-11-03") == ["wrong_period"]
    assert _daily_rules(revision=2) == ["manifest_unreadable"]
    assert read(json.dumps(GOOD).encode(), daily=True)[1][0].text == "date: Field required"
    assert _rules(period=None, date="2026-10-31") == ["manifest_unreadable"]


def test_a_daily_drop_needs_an_agreement_in_force_on_its_day() -> None:
    assert _daily_rules(agreement="OLD") == ["agreement_not_in_force"]


@pytest.mark.parametrize("marking", ["OFFICIAL", "OFFICIAL-SENSITIVE", "PROTECT", "RESTRICTED"])
def test_markings_up_to_restricted_are_taken(marking: str) -> None:
    assert _rules(marking=marking) == []


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("wrong_sender", {"sender": "dudley"}),
        ("wrong_period", {"period": "2026-09"}),
        ("wrong_period", {"revision": 2}),
        ("unknown_schema_version", {"schema_version": 2}),
        ("unknown_schema_version", {"schema_version": "1"}),
        ("unknown_schema_version", {"schema_version": True}),
        ("marking_too_high", {"marking": "SECRET"}),
        ("marking_too_high", {"marking": "CONFIDENTIAL"}),
        ("agreement_not_in_force", {"agreement": "none"}),
        ("agreement_not_in_force", {"agreement": "OLD"}),
        ("gateway_not_in_force", {"gateway": "DEA2017-S35"}),
        ("unknown_dialect", {"dialect": "semicolon"}),
        ("unknown_feed", {"files": [_file(feed="pets")]}),
        ("feed_named_twice", {"files": [_file(), _file(path="more.csv")]}),
        ("path_leaves_folder", {"files": [_file(path="../r2/people.csv")]}),
        ("path_leaves_folder", {"files": [_file(path="/etc/people.csv")]}),
        ("path_leaves_folder", {"files": [_file(path="..")]}),
        ("path_leaves_folder", {"files": [_file(path="a\\people.csv")]}),
        ("path_leaves_folder", {"files": [_file(path="people.csv\n")]}),
        ("manifest_unreadable", {"files": []}),
        ("manifest_unreadable", {"files": [_file(rows=-1)]}),
        ("manifest_unreadable", {"files": [_file(rows="2")]}),
        ("manifest_unreadable", {"files": [_file(sha256="abc")]}),
        ("manifest_unreadable", {"produced_at": "yesterday"}),
    ],
)
def test_each_refusal_has_its_rule(rule: str, changes: dict[str, object]) -> None:
    assert _rules(**changes) == [rule]


def test_all_reasons_are_told_at_once() -> None:
    assert _rules(sender="dudley", marking="SECRET", files=[_file(feed="pets", path="/pets.csv")]) == [
        "wrong_sender",
        "marking_too_high",
        "unknown_feed",
        "path_leaves_folder",
    ]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"{" + b" " * (1 << 20), b"[" * 100_000])
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    manifest, found = read(content)
    assert manifest is None
    assert [refusal.rule for refusal in found] == ["manifest_unreadable"]


def test_reasons_never_repeat_what_the_sender_wrote() -> None:
    canary = "Zebedee Quillfeather"
    wrong = dict.fromkeys(("sender", "period", "marking", "agreement", "gateway", "dialect"), canary)
    manifest, _ = read(json.dumps({**GOOD, **wrong, "files": [_file(feed=canary, path=f"/{canary}")]}).encode())
    assert isinstance(manifest, Manifest)
    told = [*refusals(manifest, PARTNER, "2026-10", 1), *read(json.dumps({**GOOD, "produced_at": canary, "rows": canary}).encode())[1]]
    assert len(told) == 8
    assert canary not in str(told)
