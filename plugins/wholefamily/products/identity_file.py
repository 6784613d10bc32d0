"""The identity file for the trusted third party: who the people of an evaluation release are, and nothing else of them.

Off unless switched on (exchange.md section 7): its recipient is a partner of kind ``third_party`` that gets nothing else, an agreement in force
names the product, and two people who are not the one who started the run have approved it. It has a key of its own, and never leaves in clear.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from wholefamily.disclosure import anchor, approval, custodian, ledger
from wholefamily.disclosure.custodian import Use
from wholefamily.disclosure.pseudonym import Pseudonyms
from wholefamily.door import sftp
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Agreement, Partner
from wholefamily.periods import as_at
from wholefamily.products.evaluation import people, store
from wholefamily.products.formats import to_csv
from wholefamily.products.push import enter, send
from wholefamily.products.sealing import forget, sealed
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

PRODUCT = store.IDENTITY_FILE
COLUMNS = ("link_key", "given_name", "middle_names", "family_name", "date_of_birth", "postcode")
N_APPROVALS = 2


def summary(settings: Settings, partner: Partner, release: str) -> str:
    """What each approver reads, in Markdown. Raises WholefamilyError where the product may not be sent at all."""
    agreement = _in_force(partner, release)
    with store.warehouse(settings) as connection:
        n = len(_persons(connection, release))
    return (
        f"### Identity file of the evaluation release {release}, for {partner.name}\n\n"
        f"* **names, dates of birth and postcodes of {n} persons**, encrypted to the recipient: {', '.join(COLUMNS)}\n"
        f"* agreement {agreement.code}, gateway {agreement.gateways[0]}\n"
        f"* {N_APPROVALS} people must approve it, neither of whom has started this run\n"
    )


def push(settings: Settings, partner: Partner, release: str, dag_run_id: str) -> None:
    """Send the file to ``inbound/identity_file/<release>/`` of the third party, and enter every row in the ledger.

    The same file again is a no-op. Raises WholefamilyError unless the product is on, two different people have approved it in this run, and
    the evaluation release has left.
    """
    agreement = _in_force(partner, release)
    last = store.last_period(release)
    with store.warehouse(settings) as connection:
        approved_by, approved_at = _approvers(connection, release, dag_run_id)
        if ledger.entries(connection, PRODUCT, release):
            anchor.write(settings)
            return
        persons = _persons(connection, release)
        linked = _linked(settings, partner, release, persons, dag_run_id)
        content = to_csv(COLUMNS, ({"link_key": key, **persons[id_]} for key, id_ in linked))
        sent = sealed(connection, settings, partner, PRODUCT, release, {"identity.csv": content})["identity.csv"]
        # Sealed again it would be other bytes than a push that breaks off may have left there.
        connection.commit()
        what = ledger.Disclosure(PRODUCT, release, partner.code, agreement.gateways[0], agreement.code, approved_by)
        file = ledger.File(sent.name, sent.content, len(linked), COLUMNS, tuple(("person", id_) for _, id_ in linked))
        its_manifest = enter(connection, what, last, approved_at, [file], {sent.name: sent.sha256_plain})
        with sftp.connect(settings, partner) as account:
            send(account, f"inbound/{PRODUCT}/{release}", [file], its_manifest)
        forget(connection, partner, PRODUCT, release)
    anchor.write(settings)


def _approvers(connection: Connection, release: str, dag_run_id: str) -> tuple[str, datetime]:
    """Who approved it, and when the last of them did. Raises WholefamilyError unless they are two different people."""
    approvals = [approval.approver(connection, PRODUCT, release, of_approval(dag_run_id, n)) for n in range(1, N_APPROVALS + 1)]
    if len({name.casefold() for name, _ in approvals}) < N_APPROVALS:
        raise WholefamilyError(f"{PRODUCT} {release}: one person has approved it twice; {N_APPROVALS} different people must")
    return " and ".join(name for name, _ in approvals), max(at for _, at in approvals)


def of_approval(dag_run_id: str, number: int) -> str:
    """What the table of approvals calls the first or second approval of a run."""
    return f"{dag_run_id}, approval {number} of {N_APPROVALS}"


def _in_force(partner: Partner, release: str) -> Agreement:
    last = store.last_period(release)
    agreement = next((a for a in partner.agreements if PRODUCT in a.products and a.in_force(as_at(last))), None)
    if partner.kind != "third_party" or partner.products != (PRODUCT,):
        raise WholefamilyError(f"{partner.code}: {PRODUCT} goes to a partner of kind third_party, which gets nothing else")
    if agreement is None:
        raise WholefamilyError(f"{partner.code}: no agreement that names {PRODUCT} is in force on the last day of {last}: it stays off")
    if partner.certificate is None:
        raise WholefamilyError(f"{partner.code}: {PRODUCT} never leaves in clear: its partner file needs a certificate")
    return agreement


# Those whose rows the evaluator has; who may no longer be told of is left out here as well.
_PERSONS = """
select distinct item.subject_id, person.given_name, person.middle_names, person.family_name, person.date_of_birth, person.postcode
from exchange.disclosure_item as item
inner join exchange.disclosure using (disclosure_id)
inner join identity.person on person.person_id = item.subject_id
where product = 'evaluation' and release = %s and item.subject_kind = 'person' and not person.is_protected
"""


def _persons(connection: Connection, release: str) -> dict[UUID, dict[str, str]]:
    if store.left_sha256(connection, release) is None:
        raise WholefamilyError(f"{PRODUCT} {release}: the evaluation release has not left, or was destroyed: there is nobody to name")
    gone = people.left_out(connection)
    return {
        cast(UUID, person_id): {column: str(value or "") for column, value in zip(COLUMNS[1:], values, strict=True)}
        for person_id, *values in connection.execute(_PERSONS, [release])
        if person_id not in gone
    }


def _linked(settings: Settings, partner: Partner, release: str, persons: dict[UUID, dict[str, str]], by: str) -> list[tuple[str, UUID]]:
    """Each person's link key, ascending, under a key of the product's own: it is not the evaluator's ``person_key``."""
    has_key = custodian.has_key(settings, PRODUCT, release)
    master = (custodian.open_key if has_key else custodian.make)(settings, PRODUCT, release, Use(by, "link keys of the identity file"))
    pseudonyms = Pseudonyms(master, partner.code, release, "link")
    return sorted((pseudonyms.of(id_), id_) for id_ in persons)
