"""``kartoteka ledger restart-topic``: the servers alone, the services stopped, and the topic written anew."""

import asyncio
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from infra.topics import DECISIONS, create_topics, delete_topics
from services.kernel.command_line import AsJson, BadInput, no_number, print_json
from services.kernel.database import NO_LIMITS, Link
from services.operations import supervisor
from services.operations.house import Addresses, House
from services.permissions.commands import begin_anew
from services.records.commands import LEDGER_TOPICS, Findings, examine, forget_topic

Reason = Annotated[
    str,
    typer.Option("--reason", metavar="TEXT", callback=no_number, help="Why; kept for ever in records.topic_restart."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def restart_topic(house: House, reason: str, *, yes: bool, as_json: AsJson) -> None:
    """Refuse unless it is needed, ask, forget what was read and sent, and make the topics anew."""
    if not reason.strip():
        raise BadInput("the topic is written anew for a reason only; give --reason TEXT")
    if as_json and not yes:
        raise BadInput("with --json nobody is asked; give --yes as well")
    if supervisor.running(house) is not None:
        raise BadInput("the services are running; 'kartoteka down' stops them")
    with _alone(house) as addresses:
        _restart(addresses, reason, yes=yes, as_json=as_json)


@contextmanager
def _alone(house: House) -> Iterator[Addresses]:
    """The servers without the services; whoever refuses leaves them as it found them."""
    ran = house.servers_run()
    addresses = house.open()
    try:
        yield addresses
    except BaseException:
        if not ran:
            house.close()
        raise


def _restart(addresses: Addresses, reason: str, *, yes: bool, as_json: bool) -> None:
    link = Link(addresses.database, "kartoteka ledger restart-topic")
    link.get().execute(NO_LIMITS)
    findings = asyncio.run(examine(addresses.kafka, link))
    if not yes:
        _ask(findings)
    forget_topic(link.get(), findings, f"operator:{getpass.getuser()}", reason, begin_anew)
    # The decisions on access stand in the same database, and their relay sends again what its topic lacks.
    asyncio.run(delete_topics(addresses.kafka, [*LEDGER_TOPICS, DECISIONS]))
    asyncio.run(create_topics(addresses.kafka))
    if as_json:
        print_json(asdict(findings))
    else:
        typer.echo(
            f"the ledger's {findings.ledger_position} events are the truth again; 'kartoteka up' writes the topic from "
            "them and takes in anew what publishers said since"
        )


def _ask(findings: Findings) -> None:
    typer.echo(f"{findings.found}\n\nThe ledger ends at position {findings.ledger_position}.")
    typer.echo("The topic and what it proves will be gone; the read model and all accesses are filled anew.")
    if findings.gone:
        typer.echo("LOST: publishers' records that the ledger needs again are deleted; a newer backup may have them:")
        typer.echo("\n".join(findings.gone))
    typer.confirm("Are copies of all three servers' folders kept, and shall the topic be written anew?", abort=True)
