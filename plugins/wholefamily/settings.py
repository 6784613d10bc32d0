"""Settings, read once from the environment into a frozen model; a missing secret stops the start.

``HOME_DIR`` and ``PORT_BASE`` are enough for the embedded stack: everything else has a default under them. A deployment
such as ``docker-compose.yml`` sets the others. Secrets are files in ``SECRETS_DIR``, one a secret, and have no default.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from wholefamily.errors import WholefamilyError

REPOSITORY = Path(__file__).resolve().parents[2]

Login = Literal["owner", "door", "release", "alerts"]
"""Whom a step signs in to the warehouse as; what each may do: docs/warehouse.md, "The pipeline's logins"."""
LOGINS: tuple[Login, ...] = get_args(Login)


def login_secret(login: Login) -> str:
    """The name of the secret that is the login's password."""
    return "warehouse_password" if login == "owner" else f"warehouse_{login}_password"


class Settings(BaseSettings):
    """Where things are. Every field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    home_dir: Path = REPOSITORY / ".home"
    port_base: int = Field(15400, ge=1024, le=65000)
    partners_dir: Path = REPOSITORY / "dags" / "partners"

    warehouse_host: str = "127.0.0.1"
    warehouse_port: int | None = None
    warehouse_db: str = "warehouse"
    warehouse_user: str = "wholefamily"

    sftp_host: str = "127.0.0.1"
    sftp_port: int | None = None
    sftp_host_key: str | None = None

    secrets_dir: Path | None = None
    custodian_dir: Path | None = None
    data_docs_dir: Path | None = None
    ledger_dir: Path | None = None

    alert_mail_to: str = ""
    """Who gets alerts by mail, parted by commas; nobody gets any while it is empty."""
    linkage_engine: Literal["duckdb", "spark"] = "duckdb"
    """What scores pairs of records: DuckDB in memory, or Spark, for more people than that holds (docs/linkage.md)."""
    watch_paused: bool = False
    """Whether the DAGs that watch the partners wait to be switched on by hand, as beside ``make demo``."""

    @field_validator("home_dir", "partners_dir", "secrets_dir", "custodian_dir", "data_docs_dir", "ledger_dir")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        # The stack's processes do not all start where this one did.
        return path and path.expanduser().absolute()

    @cached_property
    def secrets(self) -> Path:
        """The folder of the secrets."""
        return self.secrets_dir or self.home_dir / "secrets"

    @property
    def custodian(self) -> Path:
        """The folder of the custodian of the releases' keys, apart from the secrets: only what builds, sends or destroys a release opens it."""
        return self.custodian_dir or self.home_dir / "custodian"

    def secret(self, name: str) -> str:
        """The secret ``name``. Raises WholefamilyError when its file is missing or empty: a secret has no default."""
        path = self.secrets / name
        try:
            text = path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            text = ""
        if not text:
            raise WholefamilyError(f"secret {name!r} is missing: expected in the file {path}; `make demo` creates it for the demo")
        return text

    def secret_path(self, name: str) -> Path:
        """The file that holds the secret ``name``, for libraries that want a file."""
        self.secret(name)
        return self.secrets / name

    def sftp_variables(self) -> dict[str, str]:
        """What partner files may refer to: the address and pinned host key of the deployment's own SFTP server."""
        return {
            "SFTP_HOST": self.sftp_host,
            "SFTP_PORT": str(self.sftp_port or self.port_base + 3),
            "SFTP_HOST_KEY": self.sftp_host_key or self.secret("sftp_host_key.pub"),
        }

    @property
    def data_docs(self) -> Path:
        """Where Great Expectations' Data Docs and validation results are written."""
        return self.data_docs_dir or self.home_dir / "data_docs"

    @property
    def ledger(self) -> Path:
        """Where the head of the disclosure ledger is anchored, outside the database; a deployment puts it where nobody can write over it."""
        return self.ledger_dir or self.home_dir / "ledger"

    @property
    def warehouse_address(self) -> tuple[str, int]:
        """Host and port of the warehouse's PostgreSQL."""
        return self.warehouse_host, self.warehouse_port or self.port_base

    def login_name(self, login: Login) -> str:
        """What PostgreSQL calls a login. Only the owner's may be another: migrations grant to the others by name."""
        return self.warehouse_user if login == "owner" else f"wholefamily_{login}"

    def dsn(self, login: Login = "owner") -> str:
        """The warehouse's libpq URI, with the login's password (readings.md 46)."""
        host, port = self.warehouse_address
        return f"postgresql://{self.login_name(login)}:{self.secret(login_secret(login))}@{host}:{port}/{self.warehouse_db}"

    def sqlalchemy_url(self, login: Login) -> str:
        """The same address for SQLAlchemy and Great Expectations, with its driver."""
        return self.dsn(login).replace("postgresql://", "postgresql+psycopg://", 1)


def load() -> Settings:
    """Settings from the environment. Raises WholefamilyError that names every wrong variable at once."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise WholefamilyError(f"wrong settings: {wrong}") from None
