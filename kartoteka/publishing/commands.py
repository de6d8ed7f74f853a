"""``kartoteka publish``: statements from files to Kafka, all checked before the first is sent."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kartoteka.publishing.check_command import check_samples
from kartoteka.publishing.fhir.elements import instant
from kartoteka.publishing.fhir_command import publish_bundles
from kartoteka.publishing.forms import Unreadable
from kartoteka.publishing.jsonlines_command import publish_lines
from kartoteka.publishing.outcome import Settings
from kartoteka.publishing.receipts_command import show_receipts, since_when
from kartoteka.publishing.statement import publisher_problem

DEFAULT_PUBLISHER = "example"


def _publisher(name: str) -> str:
    if (says := publisher_problem(name)) is not None:
        raise typer.BadParameter(says)
    return name


def _instant(text: str | None) -> str | None:
    if text is not None and instant(text) is None:
        raise typer.BadParameter("must be a day, or a time with an offset, such as 2026-03-01T09:30:00+01:00")
    return text


def _since(text: str | None) -> str | None:
    try:
        if text is not None:
            since_when(text, datetime.now(UTC))
    except Unreadable as error:
        raise typer.BadParameter(str(error)) from error
    return text


Partial = Annotated[bool, typer.Option("--partial", help="Send the lines that are in order, leave out the others.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything, send nothing; needs no Kafka.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, and nothing else.")]

Publisher = Annotated[
    str,
    typer.Option(
        callback=_publisher,
        metavar="NAME",
        help="Who speaks, where a line does not say so itself ('publisher': …). The embedded Kafka takes our word "
        "for it; a protected one knows its publishers.",
    ),
]


def publish_app(settings: Settings, journal: Callable[[], Path | None] = lambda: None) -> typer.Typer:
    """The command; ``settings`` says where Kafka is, and is asked only when something is to be sent.

    ``journal`` is the file in which bundles that were published are remembered, if any.
    """
    app = typer.Typer(name="publish", help="Publish statements from files.", no_args_is_help=True)

    @app.command()
    def jsonl(
        file: Annotated[str, typer.Argument(metavar="FILE", help="One event a line; - reads standard input.")],
        partial: Partial = False,
        dry_run: DryRun = False,
        publisher: Publisher = DEFAULT_PUBLISHER,
        today: Annotated[
            datetime | None,
            typer.Option(
                formats=["%Y-%m-%d"], help="The file is a template, such as our examples: relative to this day."
            ),
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Publish JSON lines: {"type": "PrescriptionIssued", "event_id": …, …}.

        Every line is checked before the first is sent, and every problem is listed. With a single
        problem nothing is sent, unless --partial; the exit code is then 2.
        """
        raise publish_lines(file, settings, publisher, partial, dry_run, today.date() if today else None, as_json)

    @app.command()
    def fhir(
        paths: Annotated[
            list[Path], typer.Argument(metavar="PATH…", help="Bundles (.json, .json.gz), or folders of them.")
        ],
        synthetic_identifiers: Annotated[
            bool,
            typer.Option(
                "--synthetic-identifiers",
                help="Give persons without PESEL, practitioners and providers without Polish numbers and "
                "prescriptions without key valid ones, always the same. For synthetic data only.",
            ),
        ] = False,
        stated_at: Annotated[
            str | None,
            typer.Option(
                metavar="TIME",
                callback=_instant,
                help="When the statements were made, where resource and bundle do not say: 2026-03-01T09:30:00+01:00.",
            ),
        ] = None,
        publisher: Publisher = DEFAULT_PUBLISHER,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Publish FHIR R4 bundles.

        Patient, Encounter, Immunization, MedicationRequest, DiagnosticReport, DocumentReference
        and Coverage are mapped; everything else is counted and named. All bundles are checked
        before the first statement is sent; the same bundle twice takes effect once.
        """
        stated = instant(stated_at)
        raise publish_bundles(paths, settings, publisher, synthetic_identifiers, stated, dry_run, as_json, journal())

    @app.command()
    def check(
        samples: Annotated[
            list[str], typer.Argument(metavar="FILE…", help="JSON lines, - for standard input; .json, .json.gz: FHIR.")
        ],
        publisher: Publisher = DEFAULT_PUBLISHER,
        synthetic_identifiers: Annotated[
            bool, typer.Option("--synthetic-identifiers", help="As for 'publish fhir'; for bundles only.")
        ] = False,
        stated_at: Annotated[
            str | None, typer.Option(metavar="TIME", callback=_instant, help="As for 'publish fhir'; for bundles only.")
        ] = None,
        today: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As for 'publish jsonl'; for templates only.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Check a sample of what you will send: would it be accepted, what does it show, what is odd?

        Everything is done but sending; needs no Kafka. The exit code is 2 when something would be refused.
        """
        day = today.date() if today else None
        raise check_samples(samples, publisher, synthetic_identifiers, instant(stated_at), day, as_json)

    @app.command()
    def receipts(
        publisher: Annotated[str, typer.Option(callback=_publisher, metavar="NAME", help="Whose statements.")],
        since: Annotated[
            str | None,
            typer.Option(
                metavar="TIME", callback=_since, help="Only later ones: 15m, 2h, 3d ago, or 2026-03-01T09:30:00+01:00."
            ),
        ] = None,
        follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes, until Ctrl-C.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    ) -> None:
        """Show what became of a publisher's statements: appended, repeated, quarantined or discarded."""
        moment = None if since is None else since_when(since, datetime.now(UTC))
        raise show_receipts(settings, publisher, moment, follow, as_json)

    return app
