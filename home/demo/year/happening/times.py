"""Times together that someone wrote about, and what the client said about them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from accounts.models import Actor
from home.demo.year.days import DAY, clock
from home.demo.year.happening import Happening, Happenings
from home.demo.year.people import Place
from home.demo.year.told import Person, Time
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.actions import Contact
from sessions.models import ClientWord, ContactLog

Kind = ClientWord.Kind


def of(place: Place, key: str, person: Person) -> Happenings:
    for time in person.times:
        day = place.days.latest(time.on) if time.on else place.days.ago(time.ago, working=_in_hours(time))
        if (place.days.today - day).days < person.since - 1:
            yield from _Telling(place, key, time, day).happenings()


def _in_hours(time: Time) -> bool:
    return "08:00" <= time.at < "19:30"


class _Telling:
    """One time together, from the moment it is written down to what is said about it days later."""

    def __init__(self, place: Place, key: str, time: Time, day: date) -> None:
        self.place, self.time, self.day = place, time, day
        self.client, self.actor = place.clients[key], place.actors[key]
        self.by: Actor = place.walking_with(place.told[key], (place.days.today - day).days)
        self.begins = place.days.moment(day, time.at)
        self.log: UUID | None = None

    def happenings(self) -> Happenings:
        written = self._not_later(self.begins + timedelta(minutes=self.time.minutes + 12))
        yield Happening(written, self._write)
        if self.time.said or self.time.agreed:
            yield Happening(self._not_later(written + timedelta(hours=5, minutes=20)), self._say)
        if self.time.differently:
            yield Happening(self._not_later(written + timedelta(hours=26)), self._see_it_differently)
        if self.time.took_back:
            yield Happening(self._not_later(written + 6 * DAY), self._take_back)
        if self.time.corrected:
            yield Happening(self._not_later(written + 2 * DAY), self._correct)
        if self.time.mistake:
            yield Happening(self._not_later(written + timedelta(hours=20)), self._enter_in_error)

    def _not_later(self, moment: datetime) -> datetime:
        return min(moment, self.place.days.moment(self.place.days.ago(1), "23:45"))

    def _contact(self) -> Contact:
        time = self.time
        ends = (self.begins + timedelta(minutes=time.minutes)).time() if time.minutes else None
        return Contact(
            happened_on=self.day,
            mode=time.mode,
            who_reached_out=time.who,
            minutes_direct=time.minutes,
            started=clock(time.at),
            ended=ends if ends and ends > clock(time.at) else None,
            time_zone=self.by.user.time_zone,
            outcome=time.outcome,
            place=time.place,
            service=time.about,
            written=time.written,
            interpreter=time.interpreter,
            what_mattered=time.mattered,
            what_we_did=time.did,
            how_it_went=time.went,
            next_steps=time.next,
            language=self.by.user.language,
        )

    def _write(self) -> None:
        log = actions.start_log(self.client, self._contact(), op_id=new_id(), by=self.by)
        self.log = log.pk
        if not self.time.unfinished:
            actions.sign_log(log, version=log.version, by=self.by)

    def _own(self) -> ContactLog:
        assert self.log is not None
        return ContactLog.objects.with_marks().select_related("client__user").get(pk=self.log)

    def _say(self) -> None:
        kind = Kind.SAW_IT_SO if self.time.agreed else Kind.IN_MY_WORDS
        self._add(kind, self.time.said)

    def _see_it_differently(self) -> None:
        self._add(Kind.SAW_IT_DIFFERENTLY, self.time.differently)

    def _add(self, kind: Kind, text: str) -> None:
        language = self.actor.user.language
        actions.add_words(self._own(), kind, text, op_id=new_id(), language=language, by=self.actor)

    def _take_back(self) -> None:
        word = ClientWord.objects.filter(log=self.log).select_related("log").latest("at")
        actions.take_back(word, by=self.actor)

    def _correct(self) -> None:
        contact = replace(self._contact(), next_steps=self.time.corrected)
        newer = actions.correct_log(self._own(), contact, op_id=new_id(), by=self.by)
        actions.sign_log(newer, version=newer.version, by=self.by)

    def _enter_in_error(self) -> None:
        someone_else = self.time.about_someone_else
        actions.enter_in_error(self._own(), self.time.mistake, about_someone_else=someone_else, by=self.by)
