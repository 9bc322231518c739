"""What went right, and the words that came back."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from accounts.models import Actor
from audit import actions as audit
from clients.actions import look_at
from goals.actions.victories import Told, cheer, write_victory
from goals.models import Goal, Victory
from goals.permissions.victories import PAGE
from home.demo.year import told
from home.demo.year.happening import Happening, Happenings
from home.demo.year.people import Place
from peersupport.lib.ids import new_id

STILL_NEW = 6  # days: what is younger waits for the other one's look


def of(place: Place, key: str, person: told.Person) -> Happenings:
    for victory in person.victories:
        staff = place.walking_with(person, victory.ago)
        found: list[Victory] = []
        at = place.days.moment(place.days.ago(victory.ago, working=not person.sign_in), "17:35")
        yield Happening(at, partial(_write, place, key, victory, staff, found))
        if victory.share == "just-me" or victory.ago <= STILL_NEW:
            continue
        back = max(place.days.moment(place.days.ago(victory.ago - 1, working=True), "09:40"), at + timedelta(hours=2))
        yield Happening(back, partial(_read, victory, staff, found))
        if victory.cheer:
            yield Happening(back + timedelta(hours=10), partial(_read_back, place, key, found))


def _write(place: Place, key: str, victory: told.Victory, staff: Actor, found: list[Victory]) -> None:
    person, client = place.told[key], place.clients[key]
    by = place.actors[key] if person.sign_in else staff  # who has no sign-in tells it in person
    goal = _goal(client.pk, person, victory.of_goal) if victory.of_goal else None
    said = Told(victory.text, victory.share, None, goal, client.user.language)
    found.append(write_victory(client, said, op_id=new_id(), by=by))


def _read(victory: told.Victory, staff: Actor, found: list[Victory]) -> None:
    """On their page, as their specialist reads it; and a word back."""
    (made,) = found
    audit.record_read(PAGE, by=staff, client_id=made.client_id)
    look_at(made.client, [PAGE, made.page], by=staff)
    if victory.cheer:
        cheer(made, victory.cheer, op_id=new_id(), language=staff.user.language, by=staff)


def _read_back(place: Place, key: str, found: list[Victory]) -> None:
    (made,) = found
    look_at(made.client, [row.page for row in made.cheers.all()], by=place.actors[key])


def _goal(client: UUID, person: told.Person, number: int) -> Goal:
    """The goal with this number, the oldest first, in the words it has by then."""
    said = sorted(person.goals, key=lambda one: -one.ago)[number - 1]
    words = {said.words, *said.reworded[1:]}
    return next(goal for goal in Goal.objects.filter(client=client) if goal.in_my_words in words)
