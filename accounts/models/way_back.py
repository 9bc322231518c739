from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models.people import User
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words

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


class WayBackHelpQuerySet(models.QuerySet["WayBackHelp"]):
    def standing(self) -> Self:
        """Neither used nor ended; it may have run out."""
        return self.filter(used_at__isnull=True, ended_at__isnull=True)

    def open(self) -> Self:
        return self.standing().filter(expires_at__gt=now())


class WayBackHelp(models.Model):
    """A manager met a client who was locked out, made sure who they are, and handed over one code for an hour.

    The client reads who it was, when, and what was written.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="ways_back_helped")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    how_proved_sealed = SealedField()
    how_proved = Words()
    language = models.CharField(max_length=8)
    lookup = models.CharField(max_length=64)
    given_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # by another one, or by a sheet of their own
    objects = WayBackHelpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lookup"], name="one_helped_way_back_for_a_code"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, ended_at__isnull=True),
                name="one_standing_helped_way_back",
            ),
            models.CheckConstraint(condition=~Q(by=F("user")), name="nobody_helps_themselves_back_in"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("given_at")), name="helped_way_back_expires_after_it_was_given"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__gte=F("given_at"), used_at__lt=F("expires_at")),
                name="helped_way_back_used_in_time",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(ended_at__isnull=True), name="helped_way_back_used_or_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"helped way back {self.pk}"
