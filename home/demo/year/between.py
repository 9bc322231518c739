"""Times that nobody wrote much about: the usual hour of the week, a call that rang out, a text at night.

Most of a year is these, more than a thousand rows, and writing each by the actions would make whoever starts the demo
wait. So this is the one door past them, for `ContactLog` and its two events: rows exactly as `start_log` and `sign_log`
leave them (a test compares), in a few statements. Triggers and constraints hold as ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.models import Actor
from audit.models import Event
from clients.models import Client
from home.demo.year.days import DAY, WEEKDAYS, Days
from home.demo.year.people import Place
from home.demo.year.told import Person, Time
from peersupport.lib.clock import standing_at
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import fingerprint, seal
from sessions.actions import tally_missing
from sessions.models import ContactLog

Log = ContactLog
USUAL = ("connected", "connected", "connected", "connected", "connected", "connected", "connected", "connected")
OUTCOMES = (*USUAL, "did-not-connect", "did-not-connect", "cancelled-by-client", "cancelled-by-specialist")
ABOUT = ("one-to-one", "one-to-one", "goals", "wellness", "navigation", "engagement")
# Hours at which people write or call by themselves, the likelier ones more often.
BY_THEMSELVES = ("08", "09", "10", "12", "12", "14", "15", "16", "17", "18", "19", "20", "20", "21", "21", "22", "23")
_BATCH = 500


@dataclass(frozen=True)
class Small:
    """One of them, as it was."""

    day: date
    time: Time


def fill(place: Place) -> None:
    logs: list[ContactLog] = []
    audited: list[Event] = []
    for key, person in place.told.items():
        dice = Random(key)  # noqa: S311 -- a person's weeks are the same each time
        for small in _of(person, place.days, dice):
            ago = (place.days.today - small.day).days
            by = place.walking_with(person, ago)
            log = as_signed(place.clients[key], small, by, place.days, dice)
            logs.append(log)
            audited += events(log, by)
    ContactLog.objects.bulk_create(logs, batch_size=_BATCH)
    tally_missing()
    Event.objects.bulk_create(audited, batch_size=_BATCH)


def as_signed(client: Client, small: Small, by: Actor, days: Days, dice: Random) -> ContactLog:
    """Written down within the hour, signed then or in the next two days, in the hours someone works."""
    time = small.time
    begins = days.moment(small.day, time.at)
    midnight = days.moment(small.day, "23:59")
    ends = min(begins + timedelta(minutes=time.minutes), midnight) if time.minutes else None
    written = min((ends or begins) + timedelta(minutes=dice.choice((4, 7, 12, 25, 55))), midnight)
    signed = min(written + dice.choice((0, 0, 0, 20, 44)) * timedelta(hours=1), days.moment(days.ago(1), "23:30"))
    signed = max(signed, written)
    with standing_at(written):
        pk, op_id = new_id(), new_id()
    return ContactLog(
        pk=pk,
        client=client,
        author=by.user,
        op_id=op_id,
        op_fingerprint=fingerprint(str(client.pk), str(pk)),
        version=2,
        created_at=written,
        changed_at=signed,
        happened_on=small.day,
        occurred_at=begins,
        started_at=begins,
        ended_at=ends,
        time_zone=by.user.time_zone,
        minutes_direct=time.minutes,
        minutes_travel=dice.choice((0, 10, 15, 20)) if time.mode == "in-person" else 0,
        minutes_documentation=dice.choice((0, 5)),
        mode=time.mode,
        planned=time.who == Log.WhoReachedOut.NOBODY,
        who_reached_out=time.who,
        outcome=time.outcome,
        place=time.place,
        service=time.about,
        language=by.user.language,
        signed_at=signed,
        **_signature(by),
        **seal(ContactLog, pk, what_we_did=time.did, what_mattered="", how_it_went="", next_steps=""),
    )


def _signature(by: Actor) -> dict[str, str]:
    name = f"{by.user.first_name} {by.user.last_name}"
    return {"signed_name": name, "signed_role": by.hat, "signed_credential": by.role.credential}


def events(log: ContactLog, by: Actor) -> Iterator[Event]:
    """As `audit.record` writes them."""
    for verb, at in (("contact.logged", log.created_at), ("contact.signed", log.signed_at or log.created_at)):
        with standing_at(at):
            yield Event(
                verb=verb,
                at=at,
                actor_id=by.person_id,
                hat=by.hat,
                client_id=log.client_id,
                subject_type="contactlog",
                subject_id=log.pk,
            )


def _of(person: Person, days: Days, dice: Random) -> Iterator[Small]:
    """A week has the usual time, most weeks, and sometimes a call or text; not on days that are told about."""
    taken = {days.latest(time.on) if time.on else days.ago(time.ago, working=True) for time in person.times}
    small = list(person.small)
    found = [*_usual(person, days, dice), *_by_themselves(person, days, dice)]
    for day, time in sorted(found, key=lambda one: (one[0], one[1].at)):
        if day in taken or _not_here(person, (days.today - day).days):
            continue
        taken.add(day)
        worth_a_line = time.who == "nobody" and time.outcome == "connected" and dice.random() < 0.4
        said = small.pop(0) if small and worth_a_line else ""
        yield Small(day, Time(**{**vars(time), "did": said}))


def _not_here(person: Person, ago: int) -> bool:
    """Away that day; or gone, with a few days before in which everything was signed."""
    away = any((back or until) <= ago <= since for _kind, since, until, back in person.breaks)
    return away or (ago <= person.left + 3 and bool(person.closed))


def _usual(person: Person, days: Days, dice: Random) -> Iterator[tuple[date, Time]]:
    if not person.rhythm:
        return
    weekday, at, mode, place, minutes = person.rhythm.split()
    day = days.ago(person.since - 4)
    day += (WEEKDAYS.index(weekday) - day.weekday()) % 7 * DAY
    while day < days.today:
        resting = (day.month, day.day) >= (12, 22) or (day.month == 7 and 1 <= day.day <= 7)
        if dice.random() < person.share_kept * (0.4 if resting else 1):
            outcome = dice.choice(OUTCOMES)
            length = int(minutes) + dice.choice((-10, -5, 0, 0, 5, 15)) if outcome == "connected" else 0
            how = f"{mode} planned {length} {at} {'' if place == '-' else place}"
            yield day, Time(how=how, about=dice.choice(ABOUT), outcome=outcome)
        day += 7 * DAY


def _by_themselves(person: Person, days: Days, dice: Random) -> Iterator[tuple[date, Time]]:
    """More of them in the dark months; someone who never rings may still be rung."""
    day = days.ago(person.since - 6)
    while day < days.today - DAY:
        day += dice.randrange(9, 24 if days.in_winter(day) else 34) * DAY
        at = f"{dice.choice(BY_THEMSELVES)}:{dice.choice(('05', '10', '25', '40', '50'))}"
        who = "client" if dice.random() < 0.62 else "specialist"
        mode = dice.choice(("phone", "phone", "text", "text", "text", "video", "voicemail", "email"))
        if who == "specialist":
            at = f"{10 + dice.randrange(7)}:{at[3:]}"
            day += (7 - day.weekday()) * DAY if day.weekday() >= 5 else 0 * DAY
        if day >= days.today:
            return
        yield day, _call(mode, who, at, dice)


def _call(mode: str, who: str, at: str, dice: Random) -> Time:
    if mode == "voicemail":
        return Time(how=f"voicemail {who} 0 {at}", about="check-in", outcome="left-message")
    if mode == "phone" and who == "specialist" and dice.random() < 0.35:
        return Time(how=f"phone {who} 0 {at}", about="check-in", outcome="did-not-connect")
    return Time(how=f"{mode} {who} {dice.choice((5, 10, 10, 15, 20, 30))} {at}", about="check-in")
