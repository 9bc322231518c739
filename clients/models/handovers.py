from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Actor
from clients.models.clients import Assignment, Client
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id


class HandoverQuerySet(models.QuerySet["Handover"]):
    def standing(self) -> Self:
        return self.filter(called_off_at__isnull=True)

    def to_come(self) -> Self:
        return self.standing().filter(takes_effect_at__gt=now())

    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(client__in=Client.objects.visible_to(actor))


class Handover(models.Model):
    """Someone else walks with a client from a day on. The client is told who, when and why before that day.

    What follows are the two assignments: one ends when the other begins, by the clock alone. What belongs to the client
    (reach-outs, goals, ideas, check-ins) is seen by whoever walks with them, so it moves with that. docs/decisions/0051
    """

    class Why(models.TextChoices):
        """As the client reads it."""

        LEAVING = "leaving", _("They are leaving this program.")
        AWAY = "away", _("They will be away for a long time.")
        ASKED = "asked", _("You asked for someone else.")
        FITS = "fits", _("Someone whose language, place or story is closer to yours.")
        TIME = "time", _("So that there is enough time for everyone.")
        OTHER = "other", pgettext_lazy("why someone else walks with you", "Ask either of them; they will tell you.")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="handovers")
    leaving = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    coming = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    told_in_person = models.BooleanField(default=False)
    planned_at = models.DateTimeField(default=now)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    takes_effect_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # the client said so
    called_off_at = models.DateTimeField(null=True)
    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["leaving"], condition=Q(called_off_at__isnull=True), name="handed_on_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(takes_effect_at__gt=F("planned_at")) | Q(told_in_person=True),
                name="the_client_is_told_before",
            ),
        ]

    def __str__(self) -> str:
        return f"handover {self.takes_effect_at:%Y-%m-%d}"

    @property
    def is_to_come(self) -> bool:
        return self.called_off_at is None and self.takes_effect_at > now()
