"""``kartoteka simulate``: a population that publishes."""

import asyncio
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from kartoteka.publishing.kafka import KafkaNotConfigured, KafkaSettings
from kartoteka.publishing.producer import BrokerUnreachable, PublishingFailed
from kartoteka.simulation.crew import Summary, run, shares
from kartoteka.simulation.disorder import REPEATED
from kartoteka.simulation.population import Population
from kartoteka.simulation.sending import Share

FAILED: Final = 1
BAD_INPUT: Final = 2
NOT_RUNNING: Final = 3
SHOWN_TYPES: Final = 4

Patients = Annotated[int, typer.Option(min=1, help="How many people live in the simulation.")]
Years = Annotated[int, typer.Option(min=1, max=50, help="How many years are told.")]
Seed = Annotated[int, typer.Option(help="Another seed is another population.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day before which it ends; today.")]
Rate = Annotated[float | None, typer.Option(min=0.1, help="Events a second; as fast as it goes.")]
Disorder = Annotated[bool, typer.Option("--disorder", help="Repeat 30 %, delay and shuffle.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def simulate_command(settings: Callable[[], KafkaSettings]) -> Callable[..., None]:
    """The command for the main app: ``app.command("simulate")(simulate_command(settings))``."""

    def simulate(
        patients: Patients,
        years: Years = 1,
        seed: Seed = 1,
        until: Until = None,
        rate: Rate = None,
        disorder: Disorder = False,
        as_json: AsJson = False,
    ) -> None:
        """Publish the facts of a simulated population: families, employers, clinics, ZUS and the register.

        The same arguments publish the same bytes; give --until to repeat a run on another day.
        """
        last = until.date() if until else date.today()
        try:
            work = shares(Population(patients, years, seed, last), settings(), disorder, rate)
            summary = asyncio.run(_run(work))
        except (BrokerUnreachable, KafkaNotConfigured) as error:
            _leave(str(error), NOT_RUNNING)
        except PublishingFailed as error:
            _leave(str(error), FAILED)
        except ValueError as error:
            _leave(str(error), BAD_INPUT)
        else:
            typer.echo(json.dumps(summary.as_json() | {"until": str(last)}) if as_json else _sentence(summary, last))

    return simulate


async def _run(work: list[Share]) -> Summary:
    """Sends, with a progress bar when somebody looks; the number of events is known roughly only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as progress:
        about = int(work[0].population.expected * (1 + REPEATED * work[0].disordered))
        task = progress.add_task("events", total=about)
        summary = await run(work, lambda sent: progress.update(task, completed=sent, total=max(about, sent)))
        progress.update(task, completed=summary.sent, total=summary.sent)
        return summary


def _sentence(summary: Summary, until: date) -> str:
    repeated = summary.sent - summary.events.total()
    again = f", {repeated:,} of them repeats" if repeated else ""
    kinds = ", ".join(f"{name} {count:,}" for name, count in summary.events.most_common(SHOWN_TYPES))
    others = len(summary.events) - SHOWN_TYPES
    kinds += f" and {others} other types (--json counts all)" if others > 0 else ""
    speed = summary.sent / max(summary.seconds, 1e-9)
    return f"Sent {summary.sent:,} events{again}, until {until}, in {summary.seconds:.1f} s ({speed:,.0f}/s): {kinds}"


def _leave(message: str, code: int) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)
