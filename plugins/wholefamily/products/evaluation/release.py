"""A release before it leaves: build it, attack it, and say what it is to whoever must approve it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from psycopg.types.json import Jsonb

from wholefamily import partners
from wholefamily.disclosure import attacks, custodian, ledger
from wholefamily.disclosure.attacks import Outcome, ReleaseFolder, Scene
from wholefamily.disclosure.custodian import Use
from wholefamily.disclosure.pseudonym import Kind
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products.evaluation import cohort, known, store
from wholefamily.products.evaluation.assemble import Release, assemble
from wholefamily.products.evaluation.known import Keys
from wholefamily.products.evaluation.store import PRODUCT, last_period, warehouse
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

_N_KEYS = 5
"""One key in a hundred gives an order by chance: all of five do once in ten thousand million releases."""


def build(settings: Settings, release: str, by: str = "by hand") -> None:
    """Put the release (``2026-Q3``) into the schema ``evaluation``: all quarters up to it, protected.

    A release that has left stays as it is. A new one gets a key of its own from the custodian; ``by`` is the run that asks for it. Raises
    WholefamilyError when the quarter's last month is not built, when there is not exactly one recipient, when the release was
    destroyed, or when the custodian's key of a release that was built before is missing or short.
    """
    last = last_period(release)
    everyone = partners.load(settings.partners_dir)
    recipient = _recipient(everyone)
    authorities = {code: partner for code, partner in everyone.items() if partner.kind == "authority"}
    gss_of = {code: str(partner.gss) for code, partner in authorities.items()}
    with warehouse(settings) as connection:
        if store.certificate(connection, release) is not None:
            raise WholefamilyError(f"evaluation {release} was destroyed: a release is never made again under its name")
        if ledger.entries(connection, PRODUCT, release):
            return
        if connection.execute("select from ops.build where period = %s and fingerprint is not null", [last]).fetchone() is None:
            raise WholefamilyError(f"evaluation {release} needs the month {last}, which is not built: run build_warehouse for it first")
        families = cohort.read(connection, last, authorities)
        measures = cohort.progress(connection, families, last)
        use = Use(by, "pseudonyms of a release that is built")

        def assembled(master: bytes) -> Release:
            keys = Keys(master, recipient.code, release)
            return assemble(families, measures, gss_of, keys.of["family"], keys.of["person"])

        if store.is_built(connection, release) or custodian.has_key(settings, PRODUCT, release):
            built = assembled(custodian.open_key(settings, PRODUCT, release, use))
        else:
            built = _under_a_new_key(settings, recipient.code, release, families, assembled, use)
        store.save(connection, release, recipient.code, built)


def _under_a_new_key(
    settings: Settings, recipient: str, release: str, families: cohort.Cohort, assembled: Callable[[bytes], Release], use: Use
) -> Release:
    """The release under the first of a few keys that gives rows no order of another release, not even by chance (attack 3).

    Where it is no chance no key helps, and the gate will say so.
    """
    ids: dict[Kind, list[UUID]] = {"person": list(families.persons), "family": list(families.families)}
    for left in reversed(range(_N_KEYS)):
        master = custodian.make(settings, PRODUCT, release, use)
        built = assembled(master)
        if not left or not known.are_in_order(settings, recipient, release, built, ids, Keys(master, recipient, release), use):
            break
        custodian.destroy(settings, PRODUCT, release, Use(use.by, "rows would stand in an order like that of another release"))
    return built


def gate(settings: Settings, release: str, by: str = "by hand") -> None:
    """Attack the files of the release as they would leave, and note that they withstood; no file is written.

    Raises WholefamilyError that names each attack that succeeded, and where.
    """
    with warehouse(settings) as connection:
        # Committed before the attacks: a release that fails must not stay passed.
        control = store.control(connection, release)
        connection.execute("update evaluation.release set gated_sha256 = null where release = %s", [release])
        connection.commit()
        folder = ReleaseFolder(release, store.files(connection, release))
        told = attacks.withstood(_attack(connection, settings, release, folder, Use(by, "attacks on a release before it leaves")))
        connection.execute("update evaluation.release set control = %s where release = %s", [Jsonb({**control, "attacks": told}), release])
        passed = store.content_sha256(store.files(connection, release))
        connection.execute("update evaluation.release set gated_sha256 = %s where release = %s", [passed, release])


def attack(settings: Settings, folder: ReleaseFolder, neighbours: tuple[ReleaseFolder, ...]) -> list[Outcome]:
    """Attack a folder as it was sent, with the warehouse's help where it has the release and the custodian its key."""
    release = str(folder.manifest.get("release", folder.name))
    try:
        with warehouse(settings) as connection:
            return _attack(connection, settings, release, folder, Use("make attack", "attacks on a release that has left"), neighbours)
    except WholefamilyError:
        return attacks.run(PRODUCT, Scene(folder, None, neighbours))


def _attack(
    connection: Connection, settings: Settings, release: str, folder: ReleaseFolder, use: Use, neighbours: tuple[ReleaseFolder, ...] = ()
) -> list[Outcome]:
    recipient = store.recipient(connection, release)
    return attacks.run(PRODUCT, Scene(folder, known.known(connection, settings, release, recipient, folder, use), neighbours))


def _recipient(everyone: Mapping[str, Partner]) -> Partner:
    recipients = [partner for partner in everyone.values() if PRODUCT in partner.products]
    if len(recipients) != 1:
        raise WholefamilyError(
            f"{len(recipients)} partner files list the product {PRODUCT}: exactly one recipient may have a release of a quarter"
        )
    return recipients[0]
