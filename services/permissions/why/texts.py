"""An explanation in words: for a parent, in Polish, Ukrainian or English."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from services.permissions.why.answer import Explanation, GivenReason, HeldGround, Inside, Insight, KnownEnd, Saying
from services.permissions.why.evidence import Evidence
from services.permissions.why.explanation import OWN, SOON
from services.permissions.why.reasons import ReasonCode
from services.permissions.why.tongues import Tongue, tongue


def speak(explanation: Explanation, language: str) -> Explanation:
    """The same explanation with every text filled in."""
    words, asked = tongue(language), explanation.at.date()
    return replace(
        explanation,
        answer=words.say(_answer(explanation)),
        grounds=[_ground(words, ground) for ground in explanation.grounds],
        notes=[_saying(words, "note", note, asked) for note in explanation.notes],
        reasons=[_reason(words, reason) for reason in explanation.reasons],
        until=_end(words, explanation.until, asked) if explanation.until else None,
        next_steps=[_step(words, step, asked) for step in explanation.next_steps],
        facts=[_fact(words, fact) for fact in explanation.facts],
    )


def to_json(explanation: Explanation, language: str) -> bytes:
    """The explanation with its texts, as JSON."""
    return msgspec.json.encode(speak(explanation, language))


def render(explanation: Explanation, language: str) -> str:
    """The explanation as a page of text."""
    return "\n".join(_page(tongue(language), speak(explanation, language))) + "\n"


def being_checked(language: str) -> str:
    """What everybody is told alike while we cannot be sure what the institutions said last."""
    return tongue(language).say("being_checked")


def _answer(explanation: Explanation) -> str:
    if _is_own(explanation):
        return "answer.own"
    return "answer.allowed" if explanation.allowed else "answer.refused"


def _is_own(explanation: Explanation) -> bool:
    return any(ground.code == OWN for ground in explanation.grounds)


def _ground(words: Tongue, ground: HeldGround) -> HeldGround:
    since = words.moment(ground.since) if ground.since else ""
    return replace(ground, text=words.say(f"ground.{ground.code}", since=since))


def _reason(words: Tongue, reason: GivenReason) -> GivenReason:
    return replace(reason, text=words.say(f"reason.{reason.code}", day=_day(words, reason.day)))


def _saying(words: Tongue, kind: str, saying: Saying, asked: date) -> Saying:
    left = words.days_left((saying.day - asked).days) if saying.day else ""
    return replace(saying, text=words.say(f"{kind}.{saying.code}", day=_day(words, saying.day), left=left))


def _step(words: Tongue, step: Saying, asked: date) -> Saying:
    """What to do next; the last day of waiting has a sentence of its own."""
    if step.code == ReasonCode.REGISTRATION_ON_ITS_WAY and step.day == asked:
        return replace(step, text=words.say(f"step.{step.code}.last_day", day=_day(words, step.day)))
    return _saying(words, "step", step, asked)


def _end(words: Tongue, end: KnownEnd, asked: date) -> KnownEnd:
    """The day; how far away it is, when it is near; and why."""
    away = end.at.date() - asked
    near = f" ({words.days_left(away.days)})" if timedelta() < away <= SOON else ""
    cause = words.say(f"cause.{end.cause}")
    return replace(end, text=words.say("until.known", day=words.moment(end.at) + near, cause=cause))


def _fact(words: Tongue, fact: Evidence) -> Evidence:
    line = words.say(f"fact.{fact.code}")
    if fact.ends is not None:
        line = words.say("fact.ends", line=line, day=words.day(fact.ends))
    return replace(fact, institution=words.say(f"institution.{fact.said_by}"), line=line)


def _day(words: Tongue, day: date | None) -> str:
    return words.day(day) if day else ""


def _page(words: Tongue, spoken: Explanation) -> Iterator[str]:
    yield spoken.answer
    why: list[HeldGround | Saying | GivenReason] = [*spoken.grounds, *spoken.notes, *spoken.reasons]
    yield from _part(words, "heading.why", [one.text for one in why])
    if spoken.allowed and not _is_own(spoken):
        yield from _part(words, "heading.until", [spoken.until.text if spoken.until else words.say("until.unknown")])
    yield from _part(words, "heading.steps", [step.text for step in spoken.next_steps])
    yield from _part(words, "heading.facts", [_fact_line(words, fact) for fact in spoken.facts])
    if isinstance(spoken.insight, Insight):
        yield from _part(words, "heading.inside", _inside(words, spoken.insight))
    yield ""
    key = "as_of.now" if spoken.at == spoken.as_of else "as_of"
    yield words.say(key, at=words.moment(spoken.at), known=words.moment(spoken.as_of))


def _part(words: Tongue, heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with its lines; nothing where there are none."""
    for number, line in enumerate(lines):
        if number == 0:
            yield from ("", words.say(heading))
        yield f"  - {line}"


def _fact_line(words: Tongue, fact: Evidence) -> str:
    line = f"{words.day(fact.day)} · {fact.institution} · {fact.line}"
    stated = "".join(f"\n      {name}: {value}" for name, value in (fact.statement or {}).items())
    return line if fact.event_id is None else f"{line}\n      event_id: {fact.event_id}{stated}"


def _inside(words: Tongue, insight: Insight) -> Iterator[str]:
    """What rules and tests call it: operators look it up in the glossary."""
    yield f"viewer: {insight.viewer}"
    yield f"subject: {insight.subject}"
    yield from (_inside_line(words, "ground", ground) for ground in insight.grounds)
    yield from (_inside_line(words, "mask", mask) for mask in insight.masks)


def _inside_line(words: Tongue, what: str, inside: Inside) -> str:
    begins, ends = (words.moment(at) if at else "…" for at in (inside.begins, inside.ends))
    named = {"event_id": inside.event_id, "ended_by": inside.ended_by, "designator": inside.designator}
    ids = "".join(f" {name}={value}" for name, value in named.items() if value is not None)
    return f"{what} {inside.code} [{begins} – {ends}){'' if inside.counts else ' -'}{ids}"
