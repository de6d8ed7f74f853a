"""A family in real databases: persons with numbers and keys, facts that were learnt, and a desk that takes commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg import Connection

from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.patient_keys import PatientKeys, master_keys
from services.permissions.asking.desk import ROLE, Desk, Place
from services.permissions.asking.forms import AnyForm, DesignateForm
from services.permissions.asking.idempotency import Answer
from services.permissions.asking.wiring import desk_of, place_of
from services.permissions.deciding import Decider
from services.permissions.recorder import DecisionRecorder
from tests.conftest import Databases
from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, STRANGER, Story

PESELS: Final = {
    MOTHER: "80050511111", FATHER: "80050522222", GRANDMOTHER: "80050533333", STRANGER: "80050544444",
    CHILD: "15261555555",
}  # fmt: skip
SURNAMES: Final = {
    MOTHER: "Kowalska", FATHER: "Nowakowski", GRANDMOTHER: "Wiśniewska", STRANGER: "Obcowski", CHILD: "Nowakowska",
}  # fmt: skip
NOBODYS_PESEL: Final = "80050599999"
MINOR, MINORS_PESEL = UUID(int=0xAF), "12210177777"


@dataclass(frozen=True)
class Household:
    """Databases in which a mother insures a child, with father, grandmother and a stranger."""

    databases: Databases
    index: IndexKey
    desk: Desk

    @contextmanager
    def place(self) -> Iterator[Place]:
        with place_of(self.databases.settings(ROLE), "test") as place:
            yield place

    def give(self, form: AnyForm, key: str | None = None) -> Answer:
        """Carry a command out, on connections of its own."""
        with self.place() as place:
            return self.desk.carry_out(place, form, key)

    def learn(self, story: Story) -> None:
        """Take these facts in, as from the ledger."""
        recorder = DecisionRecorder(self.databases.admin_url)
        with self.databases.admin() as admin, admin.transaction():
            Decider(1, recorder).learn(admin, story.facts)

    def rows(self, query: str, *given: Any) -> list[Any]:
        with self.databases.admin() as admin:
            return admin.execute(query.encode(), given).fetchall()

    def sees(self, viewer: UUID, subject: UUID = CHILD) -> Any:
        """What the door says now."""
        return self.rows("SELECT access.may_see(%s, %s)", viewer, subject)[0][0]

    def events(self) -> list[tuple[UUID, str]]:
        """Everything in the stream behind what the household began with: whose, and which type."""
        return self.rows("SELECT originator_id, topic FROM permissions.event ORDER BY notification_id OFFSET 1")

    def everything(self) -> str:
        """All that permissions keeps, as text."""
        tables = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'permissions'")
        kept = [self.rows(f"SELECT t::text FROM permissions.{table} t") for (table,) in tables]
        states = self.rows("SELECT encode(state, 'escape') FROM permissions.event")
        return repr([*kept, states])


def household(databases: Databases) -> Household:
    """The family moves in."""
    settings = databases.settings(ROLE)
    assert settings.keys_folder is not None
    index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
    home = Household(databases, index, desk_of(settings))
    persons = {**PESELS, MINOR: MINORS_PESEL}
    with databases.admin() as admin:
        for person, pesel in persons.items():
            row = (index.number_digest(pesel.encode()), person, index.account_id(person))
            admin.execute("INSERT INTO records.person (digest, patient_id, account_id) VALUES (%s, %s, %s)", row)
    make_keys(databases, persons)
    home.learn(_story(index))
    return home


def make_keys(databases: Databases, persons: Any) -> None:
    with databases.connect_keys() as keys:
        PatientKeys(master_keys(databases.folder / "keys")).make(keys, persons)


def designation(**changes: Any) -> DesignateForm:
    """The mother adds the grandmother."""
    asked = {"by": PESELS[MOTHER], "subject": PESELS[CHILD], "viewer": PESELS[GRANDMOTHER]}
    said = {**asked, "surname": SURNAMES[GRANDMOTHER], "declares_guardian": True}
    return DesignateForm(**{**said, **changes})


def new_key() -> str:
    return str(uuid4())


def end_of_backend(connection: Connection[Any], databases: Databases) -> None:
    """The server ends this connection, as if the process had died."""
    with databases.admin() as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))


def _story(index: IndexKey) -> Story:
    story = Story()
    for adult in (MOTHER, FATHER, GRANDMOTHER, STRANGER):
        story.born(adult, "1980-05-05")
    story.born(CHILD, "2015-06-15", mother=MOTHER, father=FATHER)
    story.born(MINOR, "2012-01-01")
    story.works(MOTHER, "2020-01-01")
    story.registers(MOTHER, CHILD, "2020-01-01")
    for person, surname in {**SURNAMES, MINOR: SURNAMES[GRANDMOTHER]}.items():
        story.named(person, index.surname_check(person, surname))
    return story
