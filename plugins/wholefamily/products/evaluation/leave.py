"""A release leaves: only what the gate passed, only when a person approved it, and with every row in the ledger."""

from collections.abc import Mapping, Sequence
from typing import Literal

from wholefamily import lineage
from wholefamily.disclosure import anchor, approval, custodian, ledger
from wholefamily.disclosure.custodian import Use
from wholefamily.disclosure.pseudonym import Pseudonyms
from wholefamily.door import sftp
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.periods import as_at
from wholefamily.products.evaluation import people, store, subjects
from wholefamily.products.evaluation.columns import FILES
from wholefamily.products.evaluation.store import PRODUCT, last_period, warehouse
from wholefamily.products.push import enter, send
from wholefamily.products.sealing import SUFFIX, Sealed, forget, sealed
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection


def push(settings: Settings, partner: Partner, release: str, dag_run_id: str) -> None:
    """Send the release that the run's approver approved to ``inbound/evaluation/<release>/``, and enter every row in the ledger.

    Encrypted and signed where the partner's file has a certificate. The same release again is a no-op. Raises WholefamilyError when it
    is not approved, has changed since the gate, tells of somebody of whom nothing may be told any more, rests on no agreement in force, is
    another recipient's, or has left with another content: what has left does not change.
    """
    last = last_period(release)
    with warehouse(settings) as connection:
        approval.approver(connection, PRODUCT, release, dag_run_id)
        # Committed before anything leaves: sealed again it would be other bytes.
        sent = sealed(connection, settings, partner, PRODUCT, release, _gated(connection, release, partner))
    with warehouse(settings) as connection:
        approved_by, approved_at = approval.approver(connection, PRODUCT, release, dag_run_id)
        contents = _gated(connection, release, partner)
        if _has_left(connection, release, contents):
            anchor.write(settings)
            return
        what = ledger.Disclosure(PRODUCT, release, partner.code, *_basis(partner, last), approved_by)
        master = custodian.open_key(settings, PRODUCT, release, Use(dag_run_id, "whom the rows are about, for the ledger"))
        files = [_file(connection, master, what, name, sent[name]) for name in sorted(contents)]
        _must_still_be_told(connection, release, files)
        its_manifest = enter(connection, what, last, approved_at, files, {file.name: file.sha256_plain for file in sent.values()})
        # Entered first, committed last: nothing leaves that could not be entered.
        with sftp.connect(settings, partner) as account:
            receipt = send(account, f"inbound/{PRODUCT}/{release}", files, its_manifest)
        store.has_left(connection, release, store.content_sha256(contents), receipt)
        forget(connection, partner, PRODUCT, release)
    anchor.write(settings)
    _tell_lineage(settings, partner, release, files)


_READS = {
    "individuals.csv": ("dim_family", "bridge_family_member", "bridge_household_member", "fct_household_eligibility"),
    "families.csv": (
        "dim_family",
        "bridge_family_member",
        "fct_household_eligibility",
        "fct_household_criterion",
        "fct_criterion_evidence",
    ),
    "progress.csv": ("dim_family", "fct_family_progress", "fct_result_claim"),
}
"""The marts that each file of a release tells of."""


def _tell_lineage(settings: Settings, partner: Partner, release: str, files: Sequence[ledger.File]) -> None:
    steps = [
        lineage.Step(
            f"release_evaluation.{file.name.removesuffix(SUFFIX).removesuffix('.csv')}",
            [lineage.table(settings, "marts", mart) for mart in _READS[file.name.removesuffix(SUFFIX)]],
            [lineage.remote(partner.code, f"inbound/{PRODUCT}/{release}/{file.name}", file.n_rows)],
        )
        for file in files
        if file.name.removesuffix(SUFFIX) in _READS
    ]
    lineage.emit(settings, steps)


def _basis(partner: Partner, last: str) -> tuple[str, str]:
    for agreement in partner.agreements:
        if agreement.in_force(as_at(last)):
            return agreement.gateways[0], agreement.code
    raise WholefamilyError(f"{partner.code}: no agreement is in force on the last day of {last}: nothing leaves without a legal basis")


def _gated(connection: Connection, release: str, partner: Partner) -> dict[str, bytes]:
    store.control(connection, release)
    row = connection.execute("select recipient, gated_sha256 from evaluation.release where release = %s for update", [release]).fetchone()
    recipient, passed = row or (None, None)
    if recipient != partner.code:
        raise WholefamilyError(f"evaluation {release} was built for another recipient than {partner.code}: nobody else may have it")
    contents = store.files(connection, release)
    if passed != store.content_sha256(contents):
        raise WholefamilyError(f"evaluation {release} has not passed the disclosure gate as it stands: run release_evaluation again")
    return contents


def _has_left(connection: Connection, release: str, contents: Mapping[str, bytes]) -> bool:
    if not ledger.entries(connection, PRODUCT, release):
        return False
    if store.left_sha256(connection, release) != store.content_sha256(contents):
        raise WholefamilyError(
            f"evaluation {release} has left with another content, and does not change: corrections go into the next release"
        )
    return True


def _must_still_be_told(connection: Connection, release: str, files: Sequence[ledger.File]) -> None:
    """An approval may take days, in which somebody withdraws or is restricted."""
    gone = people.left_out(connection)
    if n := len({id_ for file in files for kind, id_ in file.subjects if kind == "person" and id_ in gone}):
        raise WholefamilyError(
            f"evaluation {release} tells of {n} persons of whom nothing may be told any more, since it was built: "
            "run release_evaluation again from its first task"
        )


def _file(connection: Connection, master: bytes, what: ledger.Disclosure, name: str, sent: Sealed) -> ledger.File:
    file, _, kind_of_file = name.partition(".")
    if file not in FILES:
        return ledger.File(sent.name, sent.content, n_rows=len(store.dictionary()) if kind_of_file == "csv" else 0)
    rows = store.rows(connection, what.release, file)
    if kind_of_file != "csv":
        # The rows of the CSV file again: each person is told once, and is in the ledger once.
        return ledger.File(sent.name, sent.content, len(rows), tuple(FILES[file]))
    kind: Literal["person", "family"] = "person" if file == "individuals" else "family"
    keys = [row[f"{kind}_key"] for row in rows]
    subject_of = subjects.of(connection, Pseudonyms(master, what.recipient, what.release, kind), kind, set(keys))
    if missing := len(set(keys) - subject_of.keys()):
        raise WholefamilyError(f"evaluation {what.release}: {missing} rows of {name} are about nobody in the registry: build it again")
    return ledger.File(sent.name, sent.content, len(rows), tuple(FILES[file]), tuple(subject_of[key] for key in keys))
