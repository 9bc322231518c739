from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models.people import User
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id

ON_A_SHEET = 5


class WayBackCodeQuerySet(models.QuerySet["WayBackCode"]):
    def current(self) -> Self:
        """On the sheet that counts, used or not."""
        return self.filter(ended_at__isnull=True)

    def open(self) -> Self:
        return self.current().filter(used_at__isnull=True)


class WayBackCode(models.Model):
    """One of the codes a client put away on paper, for the day the password is forgotten. docs/decisions/0044

    Nobody can read it here: what is stored is a keyed digest. A sheet ends as a whole, by another one or by being
    thrown away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="way_back_codes")
    lookup = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField()  # its place on the sheet
    made_at = models.DateTimeField(default=now)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # of the whole sheet
    objects = WayBackCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lookup"], name="one_way_back_for_a_code"),
            models.UniqueConstraint(
                fields=["user", "number"], condition=Q(ended_at__isnull=True), name="one_sheet_of_ways_back"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=ON_A_SHEET), name="way_back_stands_on_a_sheet"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__gte=F("made_at")), name="way_back_used_after_it_was_made"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
                name="way_back_ended_after_it_was_made",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(ended_at__isnull=True) | Q(used_at__lte=F("ended_at")),
                name="way_back_used_before_its_sheet_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"way back {self.pk}"
