"""People are away for a while and come back; some go, and their record stays theirs."""

from functools import partial

from clients.models import Closing, Pause
from home import actions
from home.demo.year import told
from home.demo.year.days import DAY
from home.demo.year.happening import Happening, Happenings
from home.demo.year.people import Place


def of(place: Place, key: str, person: told.Person) -> Happenings:
    days, client = place.days, place.clients[key]
    for kind, since, until, back in person.breaks:
        by = place.walking_with(person, since)
        span = (days.today - since * DAY, days.today - until * DAY)
        noted = partial(actions.note_pause, client, Pause.Kind(kind), *span, by=by)
        yield Happening(days.moment(days.ago(since), "09:40"), noted)
        if back:
            yield Happening(days.moment(days.ago(back), "10:10"), partial(actions.end_pause, client, by=by))
    if person.closed:
        reason, by = Closing.Reason(person.closed[1]), place.manager_of(person)
        closes = partial(actions.close_client, client, reason, by=by)
        yield Happening(days.moment(days.ago(person.left, working=True), "16:40"), closes)
