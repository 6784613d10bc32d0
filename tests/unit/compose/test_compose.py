"""docker-compose.yml is not run by any test: so each thing that it names is looked up where that thing is defined."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from wholefamily import partners
from wholefamily.disclosure.traces import unseen
from wholefamily.door import openpgp
from wholefamily.settings import REPOSITORY, Settings, login_secret

COMPOSE = REPOSITORY / "docker-compose.yml"
DOCUMENT: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = DOCUMENT["services"]
TOP = "/opt/wholefamily"

# Variables that neither our settings nor Airflow's configuration define, and who does.
OTHERS = {
    "PYTHONPATH": "Python",
    "GX_ANALYTICS_ENABLED": "Great Expectations",
    "DO_NOT_TRACK": "a convention that dbt and Airflow's providers follow",
    "SCARF_ANALYTICS": "the counting pixel of Airflow's dependencies",
    "DUMB_INIT_SETSID": "entry point of the Airflow image",
    "OPENLINEAGE_URL": "OpenLineage's client",
    "POSTGRES_PASSWORD_FILE": "entry point of the PostgreSQL image",
    "POSTGRES_INITDB_ARGS": "entry point of the PostgreSQL image",
}


def words_of(service: dict[str, Any]) -> str:
    """All that a service runs, its health check included, as one text."""
    parts: list[Any] = [service.get("command", ""), service.get("entrypoint", ""), service.get("healthcheck", {}).get("test", "")]
    parts += [value for name, value in service.get("environment", {}).items() if name.endswith("_CMD")]
    return "\n".join(" ".join(part) if isinstance(part, list) else str(part) for part in parts)


EVERYTHING_RUN = "\n".join(words_of(service) for service in SERVICES.values())
VARIABLES = {name: str(value) for service in SERVICES.values() for name, value in service.get("environment", {}).items()}
MOUNTS = sorted({tuple(volume.split(":")[:2]) for service in SERVICES.values() for volume in service.get("volumes", [])})


def test_it_follows_the_compose_specification() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_the_services_of_the_system_are_all_there() -> None:
    run_by = {name: words_of(service) for name, service in SERVICES.items()}
    for component in ("api-server", "scheduler", "dag-processor", "triggerer", "celery worker"):
        assert any(f"airflow {component}" in words for words in run_by.values()), component
    assert {"postgres", "sftp", "broker"} <= SERVICES.keys()


def test_every_airflow_command_exists() -> None:
    from airflow.cli.cli_parser import airflow_commands

    commands = {
        command.name: {sub.name for sub in command.subcommands} if hasattr(command, "subcommands") else set()
        for command in airflow_commands
    }
    used = re.findall(r"\bairflow ([a-z-]+)(?: ([a-z-]+))?", EVERYTHING_RUN)
    assert len(used) >= 8
    for name, sub in used:
        assert name in commands, name
        assert not commands[name] or sub in commands[name], f"{name} {sub}"


def test_the_executor_works_with_what_is_locked() -> None:
    # What Airflow's provider imports from Celery has moved before within the versions that it allows.
    from airflow.providers.celery.executors.celery_executor import CeleryExecutor

    assert VARIABLES["AIRFLOW__CORE__EXECUTOR"] == CeleryExecutor.__name__


def test_every_verb_of_our_command_exists() -> None:
    verbs = set(re.findall(r"python -m wholefamily (\w[\w-]*)", EVERYTHING_RUN))
    assert verbs
    for verb in verbs:
        done = subprocess.run(
            [sys.executable, "-m", "wholefamily", verb, "--help"],
            check=False,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(REPOSITORY / "plugins")},
        )
        assert done.returncode == 0, f"{verb}: {done.stderr}"


def test_every_environment_variable_exists() -> None:
    from airflow.configuration import conf

    ours = {name.upper() for name in Settings.model_fields}
    unknown = []
    for name in VARIABLES.keys() - ours - OTHERS.keys():
        match = re.fullmatch(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+?)(_CMD)?", name)
        section, key, command = match.groups() if match else ("", "", None)
        known = key.lower() in conf.configuration_description.get(section.lower(), {}).get("options", {})
        if not known or (command and (section.lower(), key.lower()) not in conf.sensitive_config_values):
            unknown.append(name)
    assert unknown == []


def test_every_other_variable_allowed_for_is_used() -> None:
    assert OTHERS.keys() <= VARIABLES.keys()


@pytest.mark.parametrize("source", [source for source, _ in MOUNTS if source.startswith("./") and not source.startswith("./.home/")])
def test_every_mounted_path_exists(source: str) -> None:
    assert (REPOSITORY / source).exists()


def test_what_is_built_exists() -> None:
    for service in SERVICES.values():
        if build := service.get("build"):
            assert (REPOSITORY / build["context"] / build.get("dockerfile", "Dockerfile")).is_file()


def test_docker_is_sent_nothing_that_is_not_copied_into_an_image() -> None:
    """So what attack 17 looks through, the repository, holds all that an image can: above all, no secret is sent from `.home`."""
    sent = [line for line in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    copied = re.findall(
        r"^(?:COPY|ADD)(?: --\S+)* (\S+)", (REPOSITORY / "deploy/airflow/Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert copied
    assert sent == ["*", *(f"!{path}" for path in copied)]
    contexts = {str(service["build"]["context"]) for service in SERVICES.values() if "build" in service}
    assert contexts == {".", "deploy/sftp"}, "a further image has a context of its own: look at what is in it"


def test_what_looks_through_airflows_database_can_open_it(secret_files: Path) -> None:
    assert unseen(Settings(secrets_dir=secret_files / "release")) == ""


def test_each_named_volume_is_declared() -> None:
    named = {source for source, _ in MOUNTS if not source.startswith("./")}
    assert named == DOCUMENT["volumes"].keys()


def test_the_library_finds_its_folders_where_they_are_mounted() -> None:
    mounted = {target: source for source, target in MOUNTS}
    sources = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "plugins" / "wholefamily").rglob("*.py")]
    folders = {name for text in sources for name in re.findall(r'REPOSITORY / "(\w[\w-]*)"', text)}
    assert {"migrations", "dbt_project"} <= folders
    for name in (folders | {"plugins", "dags"}) - {"docs"}:  # the dictionary is written there from the command line
        assert mounted.get(f"{TOP}/{name}") == f"./{name}", name


@pytest.mark.parametrize(
    "name", ["AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__CORE__PLUGINS_FOLDER", "SECRETS_DIR", "PYTHONPATH", "CUSTODIAN_DIR"]
)
def test_a_folder_named_in_the_environment_is_mounted(name: str) -> None:
    assert VARIABLES[name] in {target for _, target in MOUNTS}


def test_the_custodians_keys_are_where_releases_run_and_nowhere_else() -> None:
    mounting = [name for name, service in SERVICES.items() if "custodian" in " ".join(map(str, service.get("volumes", [])))]
    assert mounting == ["airflow-release-worker"]
    assert "--queues release" in words_of(SERVICES["airflow-release-worker"])
    others = [name for name, service in SERVICES.items() if "celery worker" in words_of(service) and name not in mounting]
    assert others
    assert not [name for name in others if "release" in words_of(SERVICES[name])]


def test_each_service_has_the_logins_of_what_it_runs_and_no_other(secret_files: Path) -> None:
    mounted = {
        name: source.removeprefix("./.home/compose/")
        for name, service in SERVICES.items()
        for source, target, *_ in (volume.split(":") for volume in service.get("volumes", []))
        if target == VARIABLES["SECRETS_DIR"]
    }
    assert mounted == {
        "migrate": "pipeline",
        "airflow-worker": "pipeline",
        "airflow-release-worker": "release",
        **dict.fromkeys(("airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"), "alerts"),
    }
    has = {folder: {path.name for path in (secret_files / folder).iterdir()} for folder in set(mounted.values())}
    warehouse = {folder: {name for name in names if name.startswith("warehouse_")} for folder, names in has.items()}
    assert warehouse == {
        "pipeline": {"warehouse_password", "warehouse_door_password", "warehouse_alerts_password"},
        "release": {"warehouse_release_password", "warehouse_alerts_password"},
        "alerts": {"warehouse_alerts_password"},
    }
    keys = {folder: {name for name in names if name.startswith("sftp_") and name != "sftp_host_key.pub"} for folder, names in has.items()}
    assert keys == {"pipeline": {"sftp_dudley", "sftp_west_midlands_police"}, "release": {"sftp_evaluator"}, "alerts": set()}


@pytest.mark.parametrize("name", ["HOME_DIR", "DATA_DOCS_DIR", "AIRFLOW__LOGGING__BASE_LOG_FOLDER"])
def test_a_folder_written_to_is_on_a_volume(name: str) -> None:
    volumes = [target for source, target in MOUNTS if source in DOCUMENT["volumes"]]
    volume = next(target for target in volumes if VARIABLES[name].startswith(f"{target}/"))
    # The image makes the folder for the user that writes to it; otherwise it would be root's.
    dockerfile = (REPOSITORY / "deploy/airflow/Dockerfile").read_text(encoding="utf-8")
    assert VARIABLES[name].removeprefix(f"{Path(volume).parent}/") in re.findall(r"(?<=[\s])[\w/]+", dockerfile)


def test_addresses_are_those_of_services() -> None:
    for name in ("WAREHOUSE_HOST", "SFTP_HOST"):
        assert VARIABLES[name] in SERVICES
    host, port = re.fullmatch(r"http://([\w-]+):(\d+)/execution/", VARIABLES["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]).groups()
    assert any(published.endswith(f":{port}") for published in SERVICES[host]["ports"])


def test_every_port_is_bound_to_loopback() -> None:
    ports = [str(port) for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 3
    assert [port for port in ports if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)] == []


def test_every_image_has_a_fixed_tag() -> None:
    images = [service["image"] for service in SERVICES.values()]
    for dockerfile in (REPOSITORY / "deploy").rglob("Dockerfile"):
        images += re.findall(r"^FROM (\S+)", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(images) == len(SERVICES) + 2
    assert [image for image in images if not re.search(r":\D*\d+\.\d+", image)] == []


def test_the_airflow_image_is_of_the_version_that_is_locked() -> None:
    locked = re.search(r"^apache-airflow==(\S+)", (REPOSITORY / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert locked
    assert f"apache/airflow:slim-{locked[1]}-python3." in (REPOSITORY / "deploy/airflow/Dockerfile").read_text(encoding="utf-8")


def test_no_secret_stands_in_it() -> None:
    secret = re.compile(r"PASSWORD|SECRET|TOKEN|FERNET|_KEY|URL|CONN|BACKEND")
    harmless = re.compile(r"\$\{[A-Z_]+:-\}|cat /run/secrets/\w+|/[\w./-]+|http://[\w.-]+:\d+(/execution/)?")
    assert [name for name, value in VARIABLES.items() if secret.search(name) and not harmless.fullmatch(value)] == []


def test_every_service_that_stays_is_watched() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"databases", "migrate", "ledger"}
    assert {SERVICES[name]["restart"] for name in ("databases", "migrate", "ledger")} == {"no"}


def test_a_service_has_the_secrets_that_it_reads_and_each_is_read() -> None:
    for name, service in SERVICES.items():
        read = set(re.findall(r"/run/secrets/([\w.]+)", words_of(service) + " ".join(map(str, service.get("environment", {}).values()))))
        if name == "databases":
            read |= set(re.findall(r"/run/secrets/(\w+)", (REPOSITORY / "deploy/postgres/databases.sql").read_text(encoding="utf-8")))
        if name == "sftp":
            read |= set(re.findall(r"/run/secrets/(\w+)", (REPOSITORY / "deploy/sftp/start.sh").read_text(encoding="utf-8")))
        assert read == set(service.get("secrets", [])), name
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == DOCUMENT["secrets"].keys()


@pytest.fixture(scope="module")
def secret_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that deploy/create_secrets.py writes, for three partners."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("create_secrets", REPOSITORY / "deploy" / "create_secrets.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    home = tmp_path_factory.mktemp("compose") / "home"
    known = partners.load(REPOSITORY / "dags" / "partners")
    three = {code: known[code] for code in ("dudley", "evaluator", "west_midlands_police")}
    module.create(home, three)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    module.create(home, three)
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before, "a second run changes nothing"
    return home


def test_the_secrets_are_what_the_script_writes(secret_files: Path) -> None:
    wanted = [secret["file"] for secret in DOCUMENT["secrets"].values()]
    wanted += [source for source, _ in MOUNTS if source.startswith("./.home/")]
    for path in wanted:
        assert (secret_files / Path(path).relative_to(".home/compose")).exists(), path


def test_the_secrets_are_readable_by_their_owner_only(secret_files: Path) -> None:
    assert [path.name for path in secret_files.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_what_airflow_takes_from_a_command_has_no_line_end(secret_files: Path) -> None:
    for name in re.findall(r"cat /run/secrets/(\w+)", " ".join(value for key, value in VARIABLES.items() if key.endswith("_CMD"))):
        assert not (secret_files / name).read_text(encoding="utf-8").endswith("\n"), name


def test_the_library_finds_its_secrets(secret_files: Path) -> None:
    settings = Settings(secrets_dir=secret_files / "pipeline", sftp_host=VARIABLES["SFTP_HOST"], sftp_port=22)
    for login, folder in (("owner", "pipeline"), ("door", "pipeline"), ("release", "release"), ("alerts", "alerts")):
        password = (secret_files / login_secret(login)).read_text(encoding="utf-8")
        assert f":{password}@" in Settings(secrets_dir=secret_files / folder).dsn(login)
    account = partners.load(REPOSITORY / "dags" / "partners")["dudley"].sftp.resolve(settings.sftp_variables())
    assert (account.host, account.port) == ("sftp", 22)
    assert account.host_key.startswith("ssh-ed25519 AAAA")
    assert settings.secret("sftp_dudley").startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    police = openpgp.keys(settings, partners.load(REPOSITORY / "dags" / "partners")["west_midlands_police"])
    assert police.private_key.read_text(encoding="utf-8").startswith("-----BEGIN PGP PRIVATE KEY BLOCK-----")
    assert police.certificate.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    assert not (secret_files / "pipeline" / "openpgp_west_midlands_police").exists(), "the partner's own key is none of the pipeline's"


def test_each_partner_has_an_account_of_the_sftp_server(secret_files: Path) -> None:
    lines = (secret_files / "sftp_accounts").read_text(encoding="utf-8").splitlines()
    assert [line.split()[:2] for line in lines] == [[code, "ssh-ed25519"] for code in ("dudley", "evaluator", "west_midlands_police")]
