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
from peersupport.lib.sealed import SealedField, Words, words_of


class ReachOutQuerySet(models.QuerySet["ReachOut"]):
    def visible_to(self, actor: Actor | None) -> Self:
        """Reach-outs whose facts exist for this hat."""
        if actor is None or actor.wears(Role.Kind.MANAGER):
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor))

    def facts(self) -> Self:
        """Without any column that holds words; touching one raises."""
        return self.with_people().defer(*words_of(ReachOut))

    def with_words(self) -> Self:
        return self.with_people()

    def with_people(self) -> Self:
        return self.select_related("client__user", "client__program", "seen_by", "answered_by")

    def waiting(self) -> Self:
        """Neither answered nor taken back."""
        return self.filter(answered_at__isnull=True, taken_back_at__isnull=True)


class ReachOut(models.Model):
    """The client asks for support now. Open, then seen, then answered: each by someone's deliberate act.

    Each one stands for itself: a second one while the first is open is a row of its own, so nothing sent is lost and
    each has its own promise and its own "seen". The author is always the client.
    """

    class Kind(models.TextChoices):
        SAY_HI = "say-hi", _("Say hi")
        TALK = "talk", _("I could use a talk")
        HARD_DAY = "hard-day", _("It’s a hard day")

    class Wants(models.TextChoices):
        CALL = "call", _("Call me")
        TEXT = "text", _("Text me")
        WRITE = "write", _("Write here")
        ANY = "any", pgettext_lazy("how to be answered", "Any of these")

    class How(models.TextChoices):
        CALLED = "called", pgettext_lazy("how it was answered", "called")
        TEXTED = "texted", pgettext_lazy("how it was answered", "texted")
        WROTE = "wrote", pgettext_lazy("how it was answered", "wrote here")
        MET = "met", pgettext_lazy("how it was answered", "met in person")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="reach_outs")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=Kind)
    wants = models.CharField(max_length=8, choices=Wants, blank=True)  # "": not said
    words_sealed = SealedField()
    words = Words()
    language = models.CharField(max_length=8)  # of the words
    opened_at = models.DateTimeField(default=now)
    promised_by = models.DateTimeField(null=True)  # NULL: nothing could be promised
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_how = models.CharField(max_length=8, choices=How, blank=True)
    answer_sealed = SealedField()  # what the specialist wrote back here
    answer = Words()
    answer_language = models.CharField(max_length=8, blank=True)
    taken_back_at = models.DateTimeField(null=True)  # "Never mind, I’m fine"
    objects = ReachOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "op_id"], name="a_form_makes_one_reach_out"),
            models.CheckConstraint(
                condition=Q(promised_by__isnull=True) | Q(promised_by__gt=F("opened_at")),
                name="promised_for_later",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False, seen_at__gte=F("opened_at")),
                name="seen_by_someone_after_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answered_how="", answer_language="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, seen_at__isnull=False)
                    & Q(answered_at__gte=F("seen_at"))
                    & ~Q(answered_how="")
                ),
                name="answered_somehow_after_it_was_seen",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True)
                | Q(answered_at__isnull=True, taken_back_at__isnull=False, taken_back_at__gte=F("opened_at")),
                name="taken_back_or_answered_never_both",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-opened_at"], name="reach_outs_of_a_client"),
            models.Index(
                fields=["client", "promised_by"],
                condition=Q(answered_at__isnull=True, taken_back_at__isnull=True),
                name="reach_outs_that_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def waits(self) -> bool:
        return self.answered_at is None and self.taken_back_at is None

    @property
    def late(self) -> bool:
        """Still waiting although the promised time has passed."""
        return self.waits and self.promised_by is not None and self.promised_by <= now()

    @property
    def page(self) -> str:
        """The name of its own page in Visit and in the audit."""
        return f"reach-out:{self.pk.hex}"
