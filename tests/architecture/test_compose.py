"""docker-compose.yml against the code that it starts: there is no engine here, so whatever can be read is compared."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict
from typer.main import get_command

from infra.database import ROLES
from infra.topics import COPIES, IN_SYNC
from services.kernel.settings import Settings
from services.operations.house import ADDRESSES, HEALTH_HOST, HEALTH_PORT, House
from services.operations.main import app
from services.operations.processes import PROCESSES

COMPOSE: Final[dict[str, Any]] = yaml.safe_load(Path("docker-compose.yml").read_text())
SERVICES: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
REGISTRY: Final = SERVICES["registry"]
OURS: Final = {name: one for name, one in SERVICES.items() if "build" in one and one is not REGISTRY}
WORKERS: Final = {name: one for name, one in OURS.items() if "healthcheck" in one}
BROKERS: Final = {name: one for name, one in SERVICES.items() if one["image"].startswith("apache/kafka:")}
DATABASES: Final = {name: one for name, one in SERVICES.items() if one["image"].startswith("postgres:")}
SETTINGS: Final = {*ADDRESSES, HEALTH_HOST, HEALTH_PORT}
DOCKERFILE: Final = Path("Dockerfile").read_text()
# As many copies as there are brokers, instead of the one that the embedded broker can have.
COPIED: Final = {
    "default.replication.factor": COPIES, "offsets.topic.replication.factor": COPIES,
    "transaction.state.log.replication.factor": COPIES, "transaction.state.log.min.isr": IN_SYNC,
    "min.insync.replicas": IN_SYNC,
}  # fmt: skip
# What differs because it is another place, not another behaviour.
PLACES: Final = {
    "node.id", "process.roles", "controller.quorum.voters", "listeners", "advertised.listeners", "log.dirs",
    "inter.broker.listener.name", "controller.listener.names", "listener.security.protocol.map",
}  # fmt: skip


def broker_settings(environment: dict[str, str]) -> dict[str, str]:
    """As the image makes them of its environment."""
    return {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in environment.items()
        if name.startswith("KAFKA_")
    }


def properties() -> dict[str, str]:
    lines = Path("infra/kafka.properties").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def volumes(name: str) -> dict[str, str]:
    """Place of each volume of a service, by its source."""
    parts = [volume.split(":") for volume in SERVICES[name].get("volumes", [])]
    return {part[0]: part[1] for part in parts}


def container(process: Any) -> str:
    """Name of the container that runs a process."""
    (name,) = (name for name, one in WORKERS.items() if one["command"] == ["work", process.title])
    return name


def database(service: str, variable: str) -> dict[str, Any]:
    """Whom a URL names, its placeholders filled in."""
    url = re.sub(r"\$\{\w+:\?[^}]*\}", "secret", SERVICES[service]["environment"][variable])
    return dict(conninfo_to_dict(url))


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_official_and_its_version_is_named(name: str) -> None:
    image = SERVICES[name]["image"]
    official = re.fullmatch(r"(apache/kafka|postgres|prom/prometheus):v?\d+\.\d+(\.\d+)?", image)
    assert official or (image == "kartoteka:local" and SERVICES[name]["build"] == ".")


def test_our_own_image_is_made_from_the_lock_and_runs_as_nobody_special() -> None:
    assert re.search(r"^FROM python:3\.11-slim(-\w+)?$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.count("uv sync --frozen --no-dev") == 2
    assert DOCKERFILE.index("useradd --uid 10001") < DOCKERFILE.index("USER kartoteka")
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert all(Path(one).exists() for line in copied for one in line.split())


def test_there_is_a_container_for_every_process() -> None:
    assert sorted(one["command"] for one in WORKERS.values()) == sorted(["work", p.title] for p in PROCESSES)


@pytest.mark.parametrize("name", OURS)
def test_a_command_is_one_that_kartoteka_knows(name: str) -> None:
    known: Any = get_command(app)
    given = OURS[name].get("command", ["status"])
    options = {option for parameter in known.commands[given[0]].params for option in parameter.opts}
    assert {one for one in given if one.startswith("--")} <= options


def test_the_registry_runs_as_it_says_answers_there_and_knows_nothing() -> None:
    assert REGISTRY["entrypoint"][:2] == ["python", "-m"]
    assert find_spec(REGISTRY["entrypoint"][2]) is not None
    options = dict(zip(REGISTRY["command"][::2], REGISTRY["command"][1::2], strict=True))
    assert set(options) == {"--host", "--port"}
    assert f"http://127.0.0.1:{options['--port']}/readyz" in REGISTRY["healthcheck"]["test"][-1]
    assert not REGISTRY.keys() & {"environment", "volumes", "ports"}


@pytest.mark.parametrize("name", OURS)
def test_a_variable_is_one_that_the_code_reads(name: str) -> None:
    assert set(OURS[name]["environment"]) <= SETTINGS
    assert set(ADDRESSES) <= set(OURS[name]["environment"])


def test_the_variables_that_are_compared_are_those_that_settings_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**dict.fromkeys(ADDRESSES, "there"), HEALTH_HOST: "0.0.0.0", HEALTH_PORT: "8080"}.items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    assert (settings.health_host, settings.health_port) == ("0.0.0.0", 8080)
    assert (settings.database_url, settings.keys_database_url) == ("there", "there")


@pytest.mark.parametrize("name", [name for name, one in OURS.items() if one.get("command", [""])[0] == "work"])
def test_a_process_is_asked_whether_it_is_ready_where_it_answers(name: str) -> None:
    one = OURS[name]
    port = one["environment"][HEALTH_PORT]
    assert f"http://127.0.0.1:{port}/readyz" in one["healthcheck"]["test"][-1]
    compile(one["healthcheck"]["test"][-1], name, "exec")
    assert one["restart"] == "unless-stopped"
    assert one["depends_on"] == {"setup": {"condition": "service_completed_successfully"}}


def test_prometheus_asks_every_process_where_it_answers() -> None:
    scraped = yaml.safe_load(Path("infra/compose/prometheus.yml").read_text())["scrape_configs"][0]
    targets = scraped["static_configs"][0]["targets"]
    assert targets == [f"{name}:{one['environment'][HEALTH_PORT]}" for name, one in WORKERS.items()]
    mounted = volumes("prometheus")
    assert all(Path(source).exists() for source in mounted if source.startswith("./"))


@pytest.mark.parametrize("name", [*BROKERS, *DATABASES])
def test_a_server_has_a_health_check_comes_back_and_keeps_its_data(name: str) -> None:
    one = SERVICES[name]
    assert one["healthcheck"]["test"]
    assert one["restart"] == "unless-stopped"
    # Where these images keep their data: PostgreSQL's does so one folder higher since version 18.
    place = "/var/lib/kafka/data" if name in BROKERS else "/var/lib/postgresql"
    assert list(volumes(name).values()) == [place]
    assert name in SERVICES["setup"]["depends_on"]


def test_setup_runs_once() -> None:
    assert SERVICES["setup"]["restart"] == "no"


def test_there_are_as_many_brokers_as_copies_and_one_may_be_lost() -> None:
    assert len(BROKERS) == COPIES
    assert IN_SYNC == COPIES - 1


@pytest.mark.parametrize("name", BROKERS)
def test_a_broker_behaves_as_the_embedded_one_but_for_copies(name: str) -> None:
    settings, embedded = broker_settings(BROKERS[name]["environment"]), properties()
    assert {key: int(settings[key]) for key in COPIED} == COPIED
    for key in settings.keys() - COPIED.keys() - PLACES:
        assert settings[key] == embedded[key], key
    assert {"auto.create.topics.enable", "log.retention.hours"} <= settings.keys()


def test_brokers_know_each_other_and_clients_know_them() -> None:
    settings = {name: broker_settings(one["environment"]) for name, one in BROKERS.items()}
    voters = ",".join(f"{one['node.id']}@{name}:9093" for name, one in settings.items())
    clients = ",".join(f"{name}:9092" for name in BROKERS)
    assert {one["controller.quorum.voters"] for one in settings.values()} == {voters}
    assert [one["advertised.listeners"] for one in settings.values()] == [
        f"PLAINTEXT://{name}:9092" for name in BROKERS
    ]
    assert {one["environment"]["KAFKA_BOOTSTRAP_SERVERS"] for one in OURS.values()} == {clients}
    assert len({volume for name in BROKERS for volume in volumes(name)}) == len(BROKERS)


@pytest.mark.parametrize("name", OURS)
def test_a_url_leads_to_a_database_that_is_made(name: str) -> None:
    for variable in ("DATABASE_URL", "KEYS_DATABASE_URL"):
        named = database(name, variable)
        assert SERVICES[named["host"]]["environment"]["POSTGRES_DB"] == named["dbname"]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.title)
def test_a_process_finds_its_own_password_and_nobody_elses(process: Any) -> None:
    """setup puts it where the role's name stands; the process has that volume, and no administrator's URL."""
    handed = {place: source for source, place in volumes("setup").items()}[f"/handout/{process.role}"]
    mine = volumes(container(process))
    assert mine[handed] == f"/data/{House(Path('x')).secrets.name}"
    assert [source for source in mine if source.startswith("handout-") or source == "secrets"] == [handed]
    for variable in ("DATABASE_URL", "KEYS_DATABASE_URL"):
        assert "user" not in database(container(process), variable)
    assert process.role in ROLES
    assert f"/handout/{process.role}" in DOCKERFILE


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.title)
def test_only_who_holds_keys_mounts_them_and_reaches_their_database(process: Any) -> None:
    assert ("keys" in volumes(container(process))) == process.holds_keys
    assert ("keys" in SERVICES[container(process)]["networks"]) == process.holds_keys
    assert SERVICES["keys"]["networks"] == ["keys"]


def test_no_password_stands_in_the_file() -> None:
    text = Path("docker-compose.yml").read_text()
    named = set(re.findall(r"\$\{(\w+):\?", text))
    examples = Path("infra/compose/env.example").read_text()
    assert named == set(re.findall(r"^(\w+)=$", examples, re.MULTILINE))
    assert not re.search(r"PASSWORD: (?!\$\{)", text)
    assert not re.search(r"://\w+:(?!\$\{)[^@/\s]+@", text)


def test_every_volume_and_network_is_declared_and_used() -> None:
    used = {source for name in SERVICES for source in volumes(name) if not source.startswith("./")}
    assert used == set(COMPOSE["volumes"])
    assert {network for one in SERVICES.values() for network in one["networks"]} == set(COMPOSE["networks"])


def test_nothing_but_prometheus_is_open_to_this_machine() -> None:
    assert {name: one["ports"] for name, one in SERVICES.items() if "ports" in one} == {
        "prometheus": ["127.0.0.1:9090:9090"]
    }
