"""What a client agreed to: when and how they want to be asked how they are."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Actor, Role
from clients.models import Client
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id

EVERY_DAY = 0b1111111


class CheckInAgreementQuerySet(models.QuerySet["CheckInAgreement"]):
    def visible_to(self, actor: Actor | None) -> Self:
        if actor is None or actor.wears(Role.Kind.MANAGER):
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor))

    def proposed(self) -> Self:
        return self.filter(lifecycle=CheckInAgreement.Lifecycle.PROPOSED)

    def agreed(self) -> Self:
        """In force or paused."""
        return self.filter(lifecycle=CheckInAgreement.Lifecycle.ACTIVE)

    def standing(self) -> Self:
        """Agreed, or waiting for an answer."""
        return self.filter(lifecycle__in=[CheckInAgreement.Lifecycle.PROPOSED, CheckInAgreement.Lifecycle.ACTIVE])

    def in_force(self) -> Self:
        return self.agreed().filter(paused_at__isnull=True)

    def to_plan(self, horizon: datetime) -> Self:
        """In force, and not planned up to `horizon` yet."""
        return self.in_force().filter(Q(planned_until__isnull=True) | Q(planned_until__lt=horizon))


class CheckInAgreement(models.Model):
    """Off until the client agrees. Who changes what stands in docs/decisions/0013.

    `version` moves with every change, `terms_version` only with what is agreed on. Times are of the client's own clock.
    """

    class Lifecycle(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACTIVE = "active", _("agreed")
        NO_THANKS = "no-thanks", _("not wanted")
        TAKEN_BACK = "taken-back", _("taken back")
        ENDED = "ended", _("ended")

    class Channel(models.TextChoices):
        APP = "app", pgettext_lazy("where a check-in comes", "here, in the app")
        EMAIL = "email", pgettext_lazy("where a check-in comes", "by e-mail")

    class Wording(models.TextChoices):
        """What stands on a lock screen; the sentences are in checkins/rules/wordings.py."""

        REMINDER = "reminder"
        HELLO = "hello"
        PLACE = "place"

    class AgreedHow(models.TextChoices):
        OWN_SIGN_IN = "own-sign-in", _("by their own sign-in")
        READ_BACK = "read-back", _("spoken, and read back to them")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="check_in_agreements")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    lifecycle = models.CharField(max_length=12, choices=Lifecycle, default=Lifecycle.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    terms_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    days = models.PositiveSmallIntegerField()  # one bit for each weekday, Monday the lowest
    local_time = models.TimeField()
    channel = models.CharField(max_length=8, choices=Channel)
    quiet_from = models.TimeField(null=True)  # both or neither; may pass midnight
    quiet_until = models.TimeField(null=True)
    wording = models.CharField(max_length=12, choices=Wording)
    first_name = models.BooleanField(default=False)  # ticked by the client: the specialist's may stand in the wording

    agreed_version = models.PositiveIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_how = models.CharField(max_length=12, choices=AgreedHow, blank=True)
    told_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)  # check-ins up to here are rows already
    objects = CheckInAgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposed_by", "op_id"], name="a_form_makes_one_agreement"),
            models.UniqueConstraint(fields=["client"], condition=Q(lifecycle="active"), name="one_agreement_at_a_time"),
            models.UniqueConstraint(fields=["client"], condition=Q(lifecycle="proposed"), name="one_idea_at_a_time"),
            models.CheckConstraint(
                condition=~Q(lifecycle="active")
                | (
                    Q(agreed_version__isnull=False, agreed_at__isnull=False, agreed_version=F("terms_version"))
                    & ~Q(agreed_how="")
                ),
                name="active_only_as_the_client_agreed",
            ),
            models.CheckConstraint(
                condition=Q(agreed_how="read-back", told_to__isnull=False)
                | (~Q(agreed_how="read-back") & Q(told_to__isnull=True)),
                name="read_back_by_someone",
            ),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=EVERY_DAY), name="at_least_one_weekday"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="quiet_hours_have_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(lifecycle="active"), name="only_what_is_agreed_pauses"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, lifecycle__in=["proposed", "active"])
                | (Q(ended_at__isnull=False) & ~Q(lifecycle__in=["proposed", "active"])),
                name="over_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["planned_until"],
                condition=Q(lifecycle="active", paused_at__isnull=True),
                name="agreements_to_plan",
            )
        ]

    def __str__(self) -> str:
        return self.lifecycle

    @property
    def weekdays(self) -> list[int]:
        """Monday is 0."""
        return weekdays_of(self.days)

    @property
    def agreed(self) -> bool:
        return self.lifecycle == self.Lifecycle.ACTIVE

    @property
    def proposed(self) -> bool:
        return self.lifecycle == self.Lifecycle.PROPOSED

    @property
    def in_force(self) -> bool:
        return self.agreed and self.paused_at is None


def weekdays_of(days: int) -> list[int]:
    return [day for day in range(7) if days >> day & 1]


def days_of(weekdays: list[int]) -> int:
    return sum(1 << day for day in set(weekdays))
