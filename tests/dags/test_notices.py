"""Mail through Airflow's SMTP notifier to a real server, and metrics through Airflow's StatsD client to a real listener."""

import importlib
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.conftest import free_port

from wholefamily import alerts
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

DAGS = Path(__file__).parents[2] / "dags"


class Inbox:
    """What a mail server has received: (from, to, subject, text) of each mail, and the user who sent it."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], str, str]] = []
        self.users: list[str] = []

    async def handle_DATA(self, *said: Any) -> str:  # noqa: N802 (aiosmtpd calls it by this name)
        envelope: Envelope = said[-1]
        message: Any = message_from_bytes(bytes(envelope.content or b""))
        [part] = message.get_payload()
        text = part.get_payload(decode=True).decode()
        self.mails.append((str(envelope.mail_from), list(envelope.rcpt_tos), str(message["Subject"]), text))
        return "250 OK"

    def log_in(self, *said: Any) -> AuthResult:
        login: LoginPassword = said[-1]
        self.users.append(login.login.decode())
        return AuthResult(success=login.password == b"secret", handled=False)


@pytest.fixture
def notices(monkeypatch: pytest.MonkeyPatch, warehouse: Settings) -> Any:
    """The module of the DAGs, on a warehouse of the test's own."""
    host, port = warehouse.warehouse_address
    for name, value in {
        "HOME_DIR": warehouse.home_dir,
        "WAREHOUSE_HOST": host,
        "WAREHOUSE_PORT": port,
        "WAREHOUSE_DB": warehouse.warehouse_db,
        "ALERT_MAIL_TO": "engineers@example.org, manager@example.org",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.syspath_prepend(str(DAGS))
    return importlib.import_module("notices")


def point_at(monkeypatch: pytest.MonkeyPatch, port: int, **extra: Any) -> None:
    connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": {"disable_ssl": True, "disable_tls": True}}
    connection["extra"] |= {"from_email": "family@example.org", "timeout": 5, "retry_limit": 0, **extra.pop("extra", {})}  # type: ignore[operator]
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection | extra))


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """A mail server without TLS or log-in."""
    found = Inbox()
    server = Controller(found, hostname="127.0.0.1", port=free_port())
    server.start()
    point_at(monkeypatch, server.port)
    yield found
    server.stop()


def fail(settings: Settings, run: str = "run-1") -> None:
    alerts.raise_alert(settings, "ingest_dudley", run, "collect", "2026-10", WholefamilyError("the server is down"))


def test_what_is_raised_is_mailed_to_all_once(notices: Any, warehouse: Settings, inbox: Inbox) -> None:
    fail(warehouse)
    notices.mail_alerts()
    notices.mail_alerts()
    [(sender, receivers, subject, text)] = inbox.mails
    assert (sender, receivers) == ("family@example.org", ["engineers@example.org", "manager@example.org"])
    assert subject == "Whole family alerts: 1 raised"
    assert "collect of ingest_dudley failed for 2026-10: the server is down" in text
    assert "What to do: read the task" in text


def test_nobody_is_mailed_unless_somebody_is_named(
    notices: Any, warehouse: Settings, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALERT_MAIL_TO")
    fail(warehouse)
    notices.mail_alerts()
    assert inbox.mails == []


def test_a_mail_server_that_is_down_fails_nothing_and_is_asked_again(
    notices: Any, warehouse: Settings, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fail(warehouse)
    with monkeypatch.context() as down:
        point_at(down, free_port())
        notices.mail_alerts()
    assert "alerts could not be mailed: ConnectionRefusedError" in caplog.text
    notices.mail_alerts()
    assert len(inbox.mails) == 1


def test_without_a_connection_nothing_fails(notices: Any, warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_SMTP_DEFAULT", raising=False)
    fail(warehouse)
    notices.mail_alerts()
    with connect(warehouse) as connection:
        assert connection.execute("select mailed_at from ops.alert").fetchall() == [(None,)]


def certificate(path: Path) -> ssl.SSLContext:
    """A TLS server's context for 127.0.0.1; its certificate, which signs itself, is in ``path``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    began = datetime.now(UTC) - timedelta(hours=1)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, began, began + timedelta(days=1)).add_extension(address, critical=False)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def test_mail_goes_encrypted_and_with_a_log_in_where_the_connection_says_so(
    notices: Any, warehouse: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    context = certificate(tmp_path / "both.pem")
    inbox = Inbox()
    server = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=inbox.log_in,
        auth_required=True,
    )
    server.start()
    try:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
        point_at(monkeypatch, server.port, login="family", password="secret", extra={"disable_tls": False})
        fail(warehouse)
        notices.mail_alerts()
    finally:
        server.stop()
    assert inbox.users == ["family"]
    assert len(inbox.mails) == 1


def test_a_task_that_fails_for_good_is_an_alert_and_a_mail(notices: Any, warehouse: Settings, inbox: Inbox) -> None:
    class Run:
        dag_id, run_id, partition_key, conf = "ingest_dudley", "drop__2026-10_r2_1", None, {"period": "2026-10"}

    class Task:
        task_id = "judge"

    notices.notify_failure({"dag_run": Run, "ti": Task, "exception": ValueError("Jane Doe")})
    [(_, _, _, text)] = inbox.mails
    assert "judge of ingest_dudley failed for 2026-10: ValueError" in text
    assert "Jane" not in text


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A StatsD server's ear, and Airflow's own client set up to speak to it as the task runner does it."""
    from airflow.sdk.observability import stats
    from airflow.sdk.observability.metrics import stats_utils

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(10)
        for name, value in {"ON": "True", "HOST": "127.0.0.1", "PORT": ear.getsockname()[1], "PREFIX": "family"}.items():
            monkeypatch.setenv(f"AIRFLOW__METRICS__STATSD_{name}", str(value))
        stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=True)
        yield ear
    for name in ("ON", "HOST", "PORT", "PREFIX"):
        monkeypatch.delenv(f"AIRFLOW__METRICS__STATSD_{name}")
    stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=True)


def drop(settings: Settings) -> int:
    """A decided drop of two files, seen at nine and decided 90 seconds later."""
    with connect(settings) as connection:
        connection.execute("insert into quality.delivery (partner_code, period, revision) values ('dudley', '2026-10', 1)")
        connection.execute(
            "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_received, rows_loaded, "
            "rows_quarantined, rows_not_for_disclosure) values (1, 'dudley', '2026-10', 1, 'people', 'receiving', 100, 95, 3, 2), "
            "(1, 'dudley', '2026-10', 1, 'consent', 'receiving', 7, 0, 0, 0)"
        )
        connection.execute(
            "update quality.delivery_file set status = case feed when 'people' then 'accepted' else 'refused' end where delivery_id = 1"
        )
        connection.execute("update quality.delivery set status = 'partly_accepted'")
        connection.execute(
            "insert into quality.arrival (delivery_id, partner_code, period, revision, sequence, listing_sha256, seen_at) "
            "values (1, 'dudley', '2026-10', 1, 1, 'x', '2026-11-02T09:00:00Z')"
        )
        connection.execute("update quality.arrival set status = 'partly_accepted', decided_at = '2026-11-02T09:01:30Z'")
    return 1


def test_a_drops_fate_rows_and_duration_are_metrics(notices: Any, warehouse: Settings, listener: socket.socket) -> None:
    notices.observe(drop(warehouse))
    expected = [
        "family.door.drops.dudley.partly_accepted:1|c",
        "family.door.drop_duration.dudley:90000.000000|ms",
        "family.door.files.dudley.consent.refused:1|c",
        "family.door.rows_received.dudley.consent:7|c",
        "family.door.files.dudley.people.accepted:1|c",
        "family.door.rows_received.dudley.people:100|c",
        "family.door.rows_loaded.dudley.people:95|c",
        "family.door.rows_quarantined.dudley.people:3|c",
        "family.door.rows_withheld.dudley.people:2|c",
    ]
    assert [listener.recv(1000).decode() for _ in expected] == expected


def test_metrics_that_cannot_be_read_stop_nothing(notices: Any, warehouse: Settings, caplog: pytest.LogCaptureFixture) -> None:
    (warehouse.home_dir / "secrets" / "warehouse_door_password").write_text("wrong")
    notices.observe(1)
    assert "metrics of arrival 1 were not sent: WholefamilyError" in caplog.text
