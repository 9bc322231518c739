"""What each contact log counts as: the facts of it that are counted, and what follows from other rows."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Actor
from clients.models import Client
from sessions.models.logs import ContactLog


class TallyQuerySet(models.QuerySet["Tally"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(log__in=ContactLog.objects.visible_to(actor))

    def on_days(self, first: date, last: date | None) -> Self:
        rows = self.filter(day__gte=first)
        return rows.filter(day__lte=last) if last else rows


class Tally(models.Model):
    """One for each log, so that a report need not ask again whether it was corrected or entered in error.

    A copy, never the record: the actions that change a log work it out anew in the same transaction, and
    `check_tallies` compares all of them with the logs (docs/decisions/0033). A log that is not in its newest form, or
    entered in error, has a tally that counts as nothing.
    """

    log = models.OneToOneField(ContactLog, on_delete=models.PROTECT, primary_key=True, related_name="tally")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()  # of the contact, in the program's time zone
    two_way = models.BooleanField()  # signed or not
    contact = models.BooleanField()
    attempt = models.BooleanField()
    unfinished = models.BooleanField()
    not_met = models.BooleanField()
    planned = models.BooleanField()
    who_reached_out = models.CharField(max_length=16, choices=ContactLog.WhoReachedOut)
    mode = models.CharField(max_length=12, choices=ContactLog.Mode)
    minutes = models.PositiveSmallIntegerField()
    # The first day on which it is late; unsigned, it becomes so by itself. NULL: never.
    late_from = models.DateField(null=True)
    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(contact=True, attempt=False, unfinished=False)
                    | Q(contact=False, attempt=True, unfinished=False)
                    | Q(contact=False, attempt=False)
                ),
                name="counted_once",
            ),
            models.CheckConstraint(condition=Q(contact=False) | Q(two_way=True), name="a_contact_is_two_way"),
        ]
        indexes = [models.Index(fields=["client", "day"], name="tallies_of_a_client")]

    def __str__(self) -> str:
        return f"counted on {self.day}"
