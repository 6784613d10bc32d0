"""Who may see what of the warehouse (docs/warehouse.md, "Roles"): the roles of the authorities, and people's logins."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import psycopg
from psycopg import sql

from wholefamily import partners
from wholefamily.errors import WholefamilyError
from wholefamily.settings import LOGINS, Settings
from wholefamily.warehouse import Connection, connect

_OF_AN_AUTHORITY = ("analyst", "caseworker")
_LEAST_PASSWORD = 12
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Limits(NamedTuple):
    """What a login begins each session with. Not a lock: against a query that was meant otherwise, or a session left open."""

    statement: str = "5min"
    idle_in_transaction: str = "5min"
    is_read_only: bool = True


_LIMITS = {
    "engineer": Limits(statement="30min"),
    "linker": Limits(is_read_only=False),  # keeps decisions
    "governance": Limits(),
    "analyst": Limits(),
    "evaluation_preparer": Limits(),
    "public_reader": Limits(statement="1min"),
}


def make(connection: Connection, authorities: Iterable[str]) -> None:
    """Make ``analyst_<authority>`` and ``caseworker_<authority>`` where they are missing; a further authority is a further partner file."""
    for authority in authorities:
        for kind in _OF_AN_AUTHORITY:
            role, common = (sql.Identifier(name) for name in (f"{kind}_{authority}", f"authority_{kind}"))
            if connection.execute(_IS_MEMBER, [f"authority_{kind}", f"{kind}_{authority}"]).fetchone():
                continue
            try:
                with connection.transaction():
                    connection.execute(sql.SQL("create role {} nologin").format(role))
            except psycopg.errors.DuplicateObject:
                pass  # another warehouse of this server has made it
            connection.execute(sql.SQL("grant {} to {}").format(common, role))


def give_login(settings: Settings, name: str, role: str, password: str) -> None:
    """Let ``name`` sign in to PostgreSQL with what ``role`` may do; of somebody who can already, replace role and password.

    The password is hashed here and reaches the server as SCRAM's verifier. Raises WholefamilyError for a role that people do not have, a
    name that is a role or one of the pipeline's own logins, or a password of fewer than 12 characters.
    """
    known = {code for code, partner in partners.load(settings.partners_dir).items() if partner.kind == "authority"}
    roles = {**_LIMITS, **{f"{kind}_{code}": Limits() for kind in _OF_AN_AUTHORITY for code in known}}
    if role not in roles:
        raise WholefamilyError(f"{role} is no role that people have: give one of {', '.join(sorted(roles))}")
    if not _NAME.fullmatch(name) or name in {*map(settings.login_name, LOGINS), *roles} or name.startswith("pg_"):
        raise WholefamilyError(f"{name!r} cannot be somebody's login: take small letters, digits and underscores, and no role's name")
    if len(password) < _LEAST_PASSWORD:
        raise WholefamilyError(f"a password has at least {_LEAST_PASSWORD} characters")
    with connect(settings, application="wholefamily-login") as connection:
        make(connection, known)
        _sign_in(connection, name, role, password, roles[role])


def _sign_in(connection: Connection, name: str, role: str, password: str, limits: Limits) -> None:
    login = sql.Identifier(name)
    found = connection.execute(
        "select rolcanlogin and not rolcreaterole and not rolsuper from pg_roles where rolname = %s", [name]
    ).fetchone()
    if found is None:
        connection.execute(sql.SQL("create role {}").format(login))
    elif found != (True,):
        raise WholefamilyError(f"{name} is not somebody's login: choose another name")
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("alter role {} login password {}").format(login, sql.Literal(verifier)))
    for (former,) in connection.execute(_ROLES_OF, [name]).fetchall():
        connection.execute(sql.SQL("revoke {} from {}").format(sql.Identifier(former), login))
    connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), login))
    for setting, value in (
        ("statement_timeout", limits.statement),
        ("idle_in_transaction_session_timeout", limits.idle_in_transaction),
        ("default_transaction_read_only", "on" if limits.is_read_only else "off"),
    ):
        connection.execute(sql.SQL("alter role {} set {} = {}").format(login, sql.Identifier(setting), sql.Literal(value)))


def must_be_a_person(connection: Connection, name: str, role: str | None = None) -> None:
    """Raises WholefamilyError unless ``name`` is somebody's own login (``give_login``), with ``role`` where one is asked for."""
    held = {str(held) for (held,) in connection.execute(_ROLES_OF_A_PERSON, [name])}
    if not any(one in _LIMITS or one.startswith(tuple(f"{kind}_" for kind in _OF_AN_AUTHORITY)) for one in held):
        raise WholefamilyError(
            f"{name!r} is nobody's login of the warehouse: give the name that they sign in with "
            "(`python -m wholefamily login <name> <role>` makes one)"
        )
    if role is not None and role not in held:
        raise WholefamilyError(f"{name} may not approve this: somebody with the role {role} may")


_IS_MEMBER = """
    select from pg_auth_members as membership
    where membership.roleid = to_regrole(%s) and membership.member = to_regrole(%s)
"""

_ROLES_OF = """
    select role.rolname
    from pg_auth_members as membership
    inner join pg_roles as role on role.oid = membership.roleid
    where membership.member = to_regrole(%s)
"""

# Neither a superuser is a person nor the pipeline, which makes roles, or enters in the ledger.
_ROLES_OF_A_PERSON = """
    select role.rolname
    from pg_roles as login
    inner join pg_auth_members as membership on membership.member = login.oid
    inner join pg_roles as role on role.oid = membership.roleid
    where login.rolname = %s and login.rolcanlogin and not login.rolcreaterole and not login.rolsuper
        and not exists (
            select from pg_proc as entering
            where entering.pronamespace = 'exchange'::regnamespace and entering.proname = 'enter_disclosure'
                and has_function_privilege(login.oid, entering.oid, 'execute')
        )
"""
