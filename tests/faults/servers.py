"""A PostgreSQL server that keeps what it has committed, as the stack's does, and may be stopped at once."""

import secrets
import sys
from pathlib import Path

from tests.conftest import PostgresServer, free_port

from wholefamily import warehouse as schemas
from wholefamily.demo import postgres

_STOP = "import sys; from wholefamily.demo import postgres; postgres._run('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', sys.argv[1])"


class DurableServer(PostgresServer):
    """The server, and an empty warehouse in it from which others are copied."""

    template = "empty"

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.data = home / "data"
        self.password = secrets.token_hex(16)
        self._password_file = home / "password"
        self._password_file.write_text(self.password)
        self.start()
        settings = self.settings(self.template, home / "template")
        postgres.create_warehouse(self.admin_dsn, settings)
        schemas.migrate(settings)

    def start(self) -> None:
        postgres.start(self.data, self.port, self._password_file)

    @property
    def stop_at_once(self) -> tuple[str, ...]:
        """The command that stops it, for ``Fault.command``."""
        return sys.executable, "-c", _STOP, str(self.data)
