"""A year of some forty people and those who walk with them, told in words and relative to today.

What was said stands in clients/*.toml, one file for each person; staff.toml holds who works here. Everything comes to
be by the actions a person would use, with the clock standing at the moment it happened, and so with its audit events;
only times that nobody wrote much about come through the one door in `between`. The same day makes the same rows.
"""

from django.db import connection, transaction

from accounts.models import Program
from home.demo.cast import Cast
from home.demo.year import between, people, unfolding
from home.demo.year.days import Days
from home.demo.year.told import Person, everyone, staff
from peersupport.lib.ids import repeatable


@transaction.atomic
def seed(cast: Cast, people_told: list[Person] | None = None) -> bool:
    """Adds the year to a database that holds the cast; False, and nothing changes, if it is there already."""
    working = staff()
    if Program.objects.filter(name=working.program.name).exists():
        return False
    days = Days.until_today(cast.program.time_zone)
    with repeatable(days.today.isoformat()):
        place = people.gather(cast, working, people_told or everyone(), days)
        between.fill(place)
        unfolding.unfold(place)
    if connection.vendor == "postgresql":  # without statistics of so many new rows it plans pages that take minutes
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return True
