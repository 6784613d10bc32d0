"""dbt's own pages, and what dbt says of its project, from a throw-away warehouse that holds nothing: no value can get into them."""

import json
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from wholefamily import build, warehouse
from wholefamily.errors import WholefamilyError
from wholefamily.settings import LOGINS, Settings, login_secret


class Documents(NamedTuple):
    """dbt's manifest, with compiled SQL; its catalog of what is in the database; and both as one HTML page."""

    manifest: dict[str, Any]
    catalog: dict[str, Any]
    page: Path


def generate(settings: Settings, target: Path) -> Documents:
    """Have dbt compile and describe its project against this warehouse, in the folder ``target``. Nothing is built or changed.

    Raises WholefamilyError when dbt cannot.
    """
    from dbt.cli.main import dbtRunner

    build.record_partners(settings)
    place = ["--project-dir", str(build.PROJECT), "--profiles-dir", str(build.PROJECT), "--target-path", str(target)]
    place += ["--log-path", str(target / "logs"), "--log-level", "none", "--log-level-file", "none"]
    with build.dbt_environment(settings):
        outcome = dbtRunner().invoke(["docs", "generate", "--static", *place, "--vars", json.dumps({"periods": []})])
    if not outcome.success:
        raise WholefamilyError(f"dbt: the project cannot be documented: {outcome.exception or 'a model cannot be compiled'}")
    manifest, catalog = (json.loads((target / name).read_text(encoding="utf-8")) for name in ("manifest.json", "catalog.json"))
    return Documents(manifest, catalog, target / "static_index.html")


@contextmanager
def throw_away(settings: Settings) -> Iterator[Settings]:
    """Settings of an empty warehouse on a PostgreSQL server of its own; both are gone at the end. Partners are those of ``settings``."""
    from wholefamily.demo import postgres

    home = Path(tempfile.mkdtemp(prefix="wholefamily-"))
    password = secrets.token_hex(16)
    (home / "secrets").mkdir(mode=0o700)
    for login in LOGINS:
        (home / "secrets" / login_secret(login)).write_text(password, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    empty = Settings(home_dir=home, secrets_dir=None, warehouse_host="127.0.0.1", warehouse_port=port, partners_dir=settings.partners_dir)
    try:
        postgres.start(home / "data", port, home / "secrets" / login_secret("owner"), durable=False)
        admin = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        postgres.create_warehouse(admin, empty)
        warehouse.migrate(empty)
        yield empty
    finally:
        postgres.stop(home / "data")
        shutil.rmtree(home, ignore_errors=True)


__all__ = ["Documents", "generate", "throw_away"]
