"""Who may look at what waits for a decision, and decide: members of the role ``linker``, under the login they have to PostgreSQL."""

from typing import NamedTuple

from wholefamily.errors import WholefamilyError
from wholefamily.warehouse import Connection

ROLE = "linker"
"""Who may decide who is who (warehouse.md, "Roles")."""


class Login(NamedTuple):
    """Who has signed in to PostgreSQL. ``is_personal``: it is not the warehouse's own login, behind which may be anybody."""

    name: str
    is_personal: bool


def signed_in(connection: Connection) -> Login:
    """The login of this connection. Raises WholefamilyError when it is a person's who is no linker."""
    name, is_owner, is_linker = connection.execute(_SIGNED_IN).fetchall()[0]
    if not is_owner and not is_linker:
        raise WholefamilyError(f"{name} is no {ROLE}: have the warehouse's owner run `grant {ROLE} to {name}`")
    return Login(str(name), not is_owner)


def name_of(connection: Connection, given: str | None) -> str:
    """Who decides: whoever has signed in with a login of their own, else the name that is given.

    Raises WholefamilyError when it is a person's login who is no linker, when another name is given than the login's, and when
    the warehouse's own login gives none.
    """
    login = signed_in(connection)
    given = (given or "").strip()
    if login.is_personal:
        if given not in {"", login.name}:
            raise WholefamilyError(f"you have signed in as {login.name}, who decides: leave --decided-by out")
        return login.name
    if not given:
        raise WholefamilyError(f"the login {login.name} does not say who decides: give --decided-by, or sign in with your own")
    return given


# By the catalogue: whoever is no linker may not even name the table.
_SIGNED_IN = f"""
    select session_user::text, pg_get_userbyid(relation.relowner) = session_user, pg_has_role(session_user, '{ROLE}', 'usage')
    from pg_class as relation inner join pg_namespace as schema on schema.oid = relation.relnamespace
    where schema.nspname = 'identity' and relation.relname = 'link_decision'
"""  # noqa: S608 - the role is ours
