"""By when a contact is written down and signed: three business days, one calendar day after a crisis; day 0 is the
day of the contact. Holidays of a program are not known here, and the page that explains the figures says so.
"""

from datetime import date, timedelta

from sessions.models import ContactLog

CRISIS_DAYS = 1
# Calendar days from a contact to the end of the third business day after it, by its weekday (Monday is 1).
DAYS_BY_WEEKDAY = {1: 3, 2: 3, 3: 5, 4: 5, 5: 5, 6: 4, 7: 3}


def days_allowed(happened_on: date, service: str) -> int:
    return CRISIS_DAYS if service == ContactLog.Service.CRISIS else DAYS_BY_WEEKDAY[happened_on.isoweekday()]


def due_on(happened_on: date, service: str) -> date:
    """The last day on which signing is in time."""
    return happened_on + timedelta(days=days_allowed(happened_on, service))
