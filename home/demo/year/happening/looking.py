"""Who read what: specialists before they meet someone, supervisors over their lists, and words opened with a reason."""

from functools import partial
from random import Random

from accounts.models import Actor
from audit import actions as audit
from checkins.models import CheckIn
from checkins.pages import PAGE as CHECK_INS
from clients.actions import look_at, open_words
from clients.models import Client
from goals.permissions.goals import PAGE as GOALS
from home.demo.year import told
from home.demo.year.happening import Happening, Happenings
from home.demo.year.people import Place
from peersupport.lib.ids import new_id
from sessions.models import ClientWord

LOOKED = 35  # days of looks: of the 90 that My privacy tells of


def of(place: Place, key: str, person: told.Person) -> Happenings:
    dice, days = Random(f"looks at {key}"), place.days  # noqa: S311 -- the same each time
    client = place.clients[key]
    ago, last = min(LOOKED, person.since - 3), dice.choice((2, 3, 4, 6))
    while ago > max(person.left, 1):
        by = place.walking_with(person, ago)
        at = days.moment(days.ago(ago, working=True), f"{dice.randrange(10, 17)}:{dice.choice(('02', '17', '44'))}")
        yield Happening(at, partial(_read, client, by))
        ago = max(ago - dice.choice((7, 9, 12, 15, 19)), last if ago > last else 0)
    supervisor = place.supervisor_of(person)
    looked = max(min(dice.choice((12, 19, 33, 47)), person.since - 2), person.left + 3)
    at = days.moment(days.ago(looked, working=True), "16:20")
    if supervisor.user.first_name.lower() not in {name for name, _ago in person.keeps_away}:
        yield Happening(at, partial(audit.record_read, "facts-client", by=supervisor, client_id=client.pk))
        for opening in person.openings:
            at = days.moment(days.ago(opening.ago, working=True), "11:05")
            yield Happening(at, partial(_open, client, opening.reason, supervisor))


def _read(client: Client, by: Actor) -> None:
    """Their page, their goals and what they answered, all that is new with it."""
    words = ClientWord.objects.filter(log__client=client, taken_back_row__isnull=True).unread_by(by)
    audit.record_read("client", by=by, client_id=client.pk)
    look_at(client, ["client", *(word.page for word in words.defer("text_sealed"))], by=by)
    if client.goals.exists():
        audit.record_read(GOALS, by=by, client_id=client.pk)
        look_at(client, [GOALS], by=by)
    answers = CheckIn.objects.facts().of(client).answered().unread_by(by)
    if answers:
        audit.record_read(CHECK_INS, by=by, client_id=client.pk)
        look_at(client, [CHECK_INS, *(row.page for row in answers)], by=by)


def _open(client: Client, reason: str, by: Actor) -> None:
    language = by.user.language
    open_words(client, reason, op_id=new_id(), language=language, by=by)
    audit.record_read("client", by=by, client_id=client.pk)
