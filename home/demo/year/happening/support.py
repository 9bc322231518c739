"""Between appointments: reaching out at any hour, check-ins that were agreed, and the clockwork that brings them."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from checkins import actions as checkins
from checkins.models import CheckIn, CheckInAgreement
from checkins.rules.terms import Terms
from clients.models import Client
from conversations import actions as conversations
from conversations.models import ReachOut
from home.demo.year import told
from home.demo.year.days import DAY, WEEKDAYS, clock
from home.demo.year.happening import Happening, Happenings
from home.demo.year.people import Place
from notifications.actions.sending import deliver_in_app
from notifications.models import Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id

TICKED = 62  # days ago that check-ins begin at the earliest
A_MINUTE = timedelta(minutes=1)


def of(place: Place, key: str, person: told.Person) -> Happenings:
    for one in person.reach_outs:
        day = place.days.latest(one.on) if one.on else place.days.ago(one.ago)
        if (place.days.today - day).days < person.since - 1:
            yield from _reach_out(place, key, one, place.days.moment(day, one.at))
    for agreed in person.check_ins:
        yield from _agree(place, key, agreed)


def ticks(place: Place) -> Happenings:
    """The clockwork: planning reaches two days ahead; what is due is looked for whenever a check-in may be."""
    times = sorted({one.at for person in place.told.values() for one in person.check_ins})
    for ago in range(TICKED + 2, 0, -1):  # what was agreed on the Friday before may come that evening
        day = place.days.ago(ago)
        if ago % 2:
            yield Happening(place.days.moment(day, "05:00"), lambda: checkins.plan_due(now()))
        for at in times:
            yield Happening(place.days.moment(day, at) + 2 * A_MINUTE, _bring)


def _bring() -> None:
    """The engine itself, only without looking for mail and for what dead workers left: there is none."""
    if Delivery.objects.filter(state=Delivery.State.PENDING, try_at__lte=now()).exists():
        deliver_in_app()


# --- reaching out -----------------------------------------------------------------------------------------------------
def _reach_out(place: Place, key: str, one: told.ReachOut, opened: datetime) -> Happenings:
    client, actor, person = place.clients[key], place.actors[key], place.told[key]
    by = place.walking_with(person, (place.days.today - opened.date()).days)
    rows: list[ReachOut] = []

    def open_it() -> None:
        language = actor.user.language
        rows.append(
            conversations.open_reach_out(
                client, one.kind, one.words, wants=one.wants, op_id=new_id(), language=language, by=actor
            )
        )

    def answer() -> None:
        conversations.answer(rows[0], one.how, one.answer, language=by.user.language, by=by)

    yield Happening(opened, open_it)
    if one.seen:
        yield Happening(opened + one.seen * A_MINUTE, lambda: conversations.mark_seen(rows[0], by=by))
    if one.answered:
        yield Happening(opened + one.answered * A_MINUTE, answer)
    if one.fine:
        yield Happening(opened + one.fine * A_MINUTE, lambda: conversations.take_back(rows[0], by=actor))


# --- check-ins --------------------------------------------------------------------------------------------------------
def _agree(place: Place, key: str, one: told.CheckIns) -> Happenings:
    days, client, actor = place.days, place.clients[key], place.actors[key]
    ago = min(one.ago, TICKED)
    by = place.walking_with(place.told[key], ago) if one.idea else actor
    weekdays = tuple(WEEKDAYS.index(day) for day in one.days.split())
    terms = Terms(weekdays, clock(one.at), "app", one.wording, quiet_from=clock("22:00"), quiet_until=clock("07:30"))
    at = days.moment(days.ago(ago, working=True), "13:10")
    yield Happening(at, lambda: checkins.propose(client, terms, op_id=new_id(), by=by))
    if one.idea and one.wanted:
        yield Happening(at + timedelta(hours=7), partial(_answer_idea, place, key, one.wanted))
    if one.wanted == "yes":
        yield from _answers(place, key, one, ago)
    if one.paused:
        yield Happening(days.moment(days.ago(one.paused), "17:30"), partial(_pause, place, key))


def _answer_idea(place: Place, key: str, wanted: str) -> None:
    idea = CheckInAgreement.objects.proposed().select_related("client__user").get(client=place.clients[key])
    if wanted == "yes":
        checkins.agree(idea, version=idea.version, by=place.actors[key])
    else:
        checkins.say_no(idea, by=place.actors[key])


def _pause(place: Place, key: str) -> None:
    agreed = CheckInAgreement.objects.agreed().select_related("client__user").get(client=place.clients[key])
    checkins.pause(agreed, by=place.actors[key])


def _answers(place: Place, key: str, one: told.CheckIns, since: int) -> Happenings:
    """Some of them, on the days they come; some days stay quiet."""
    dice = Random(f"{key} {one.at}")  # noqa: S311 -- the same quiet days each time
    lines = list(one.lines)
    for ago in range(since - 1, one.paused, -1):
        day = place.days.ago(ago)
        if WEEKDAYS[day.weekday()] not in one.days.split() or dice.random() >= one.answers:
            continue
        said = dice.choice((one.mood, one.mood, one.mood, "good", "so-so", "so-so", "not-today"))
        line = lines.pop(0) if lines and dice.random() < 0.35 else ""
        late = place.days.moment(day, "23:50")
        at = min(place.days.moment(day, one.at) + dice.choice((3, 9, 26, 70, 190, 400)) * A_MINUTE, late)
        yield Happening(at, partial(_say, place, key, place.clients[key], said, line))


def _say(place: Place, key: str, client: Client, said: str, line: str) -> None:
    """To the one that came last, if it still waits; a talk on that day may have kept it quiet."""
    rows = CheckIn.objects.begun().of(client).filter(answered_at__isnull=True, planned_for__gt=now() - DAY)
    row = rows.select_related("agreement__client__user").order_by("planned_for").last()
    if row is not None:
        checkins.answer(row, said, line, language=client.user.language, by=place.actors[key])
