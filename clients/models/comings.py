"""People come, stay away for a while, go, and come back."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Actor, Role
from clients.models.clients import Client
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id


class ClosingQuerySet(models.QuerySet["Closing"]):
    def standing(self) -> Self:
        return self.filter(reopened_at__isnull=True)

    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(client__in=Client.objects.visible_to(actor))


class Closing(models.Model):
    """The support of a client ended, and why; if they came back, when and why."""

    class Reason(models.TextChoices):
        REACHED = "reached", _("they have what they came for")
        CHOSE = "chose", _("they chose to end it")
        MOVED = "moved", _("they moved away")
        LOST_TOUCH = "lost-touch", _("we lost touch")
        ELSEWHERE = "elsewhere", _("they are supported elsewhere now")
        AWAY_LONG = "away-long", _("a long time in the hospital or in jail")
        DIED = "died", _("they died")
        RULES = "rules", _("the program’s rules do not allow more")
        OTHER = "other", pgettext_lazy("a reason", "something else")

    class Return(models.TextChoices):
        CAME_BACK = "came-back", _("they came back")
        FOUND_AGAIN = "found-again", _("we found each other again")
        MISTAKE = "mistake", _("it was closed by mistake")
        OTHER = "other", pgettext_lazy("a reason", "something else")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="closings")
    reason = models.CharField(max_length=16, choices=Reason)
    closed_at = models.DateTimeField(default=now)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField(max_length=16, choices=Return, blank=True)
    objects = ClosingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(reopened_at__isnull=True), name="closed_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True, return_reason="")
                | (Q(reopened_at__gte=F("closed_at"), reopened_by__isnull=False) & ~Q(return_reason="")),
                name="reopened_says_when_why_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.closed_at:%Y-%m-%d}"


class PauseQuerySet(models.QuerySet["Pause"]):
    def standing(self) -> Self:
        """Not ended by anyone; its days may be over, or still to come."""
        return self.filter(ended_at__isnull=True)

    def on(self, day: date) -> Self:
        """Those that hold on this day of the client's own calendar."""
        return self.standing().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def visible_to(self, actor: Actor | None) -> Self:
        """Where someone is, is a fact about them: managers do not see it."""
        if actor is None or actor.wears(Role.Kind.MANAGER):
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor))


class Pause(models.Model):
    """The client is away from first to last day (none: nobody knows yet). Check-ins and the quiet mark wait.

    Days are those of the client's own calendar. A change is a new row: the one before is ended.
    """

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("in the hospital")
        JAIL = "jail", _("in jail")
        TRAVEL = "travel", _("traveling")
        OTHER = "other", pgettext_lazy("a pause", "away for another reason")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=8, choices=Kind)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # the last day away
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)  # they are back, or something else was noted
    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(ended_at__isnull=True), name="one_standing_pause"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="pause_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}"

    def holds_on(self, day: date) -> bool:
        return self.ended_at is None and self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
