"""By when a contact is written down and signed: three business days, one calendar day after a crisis; day 0 is the
day of the contact. Holidays of a program are not known here, and the page that explains the figures says so.
"""

CRISIS_DAYS, USUAL_DAYS = 1, 3
# Calendar days from a contact to the end of the third business day after it, by its weekday (Monday is 1).
DAYS_BY_WEEKDAY = {1: 3, 2: 3, 3: 5, 4: 5, 5: 5, 6: 4, 7: 3}
