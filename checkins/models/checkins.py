"""One occurrence of a check-in agreement, and what the client answered."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Role
from checkins.models.agreements import CheckInAgreement
from clients.models import Client, Visit
from conversations.models import ReachOut
from notifications.models import Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words, words_of

ANSWER_PAGE = "check-in:"


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, actor: Actor | None) -> Self:
        if actor is None or actor.wears(Role.Kind.MANAGER):
            return self.none()
        return self.filter(agreement__client__in=Client.objects.visible_to(actor))

    def facts(self) -> Self:
        """Without what was answered, and without what its link is made of; touching one raises."""
        return self.defer(*words_of(CheckIn))

    def of(self, client: Client) -> Self:
        return self.filter(agreement__client=client)

    def planned(self) -> Self:
        """Everything that was not called off again."""
        return self.filter(withdrawn_at__isnull=True)

    def begun(self) -> Self:
        return self.planned().filter(planned_for__lte=now())

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def marking_quiet(self, deliveries: "models.QuerySet[Delivery]") -> Self:
        """Adds `kept_quiet`: one of these deliveries was of this check-in."""
        return self.annotate(kept_quiet=Exists(deliveries.filter(subject_id=OuterRef("pk"))))

    def unread_by(self, actor: Actor) -> Self:
        """Not shown to this person since it was last changed. They may look while the client turns to another one."""
        shown = Visit.objects.of_row(ANSWER_PAGE, OuterRef("pk")).filter(client=OuterRef("agreement__client"))
        return self.filter(~Exists(shown.filter(user=actor.user, looked_at__gte=OuterRef("answer_changed_at"))))


class CheckIn(models.Model):
    """`local_date` and `local_time` are the key on the client's own clock; `planned_for` is the instant it stands for.

    An answer is words, like everything else a person says about themselves.
    """

    class Answer(models.TextChoices):
        GOOD = "good", _("Good")
        SO_SO = "so-so", _("So-so")
        CALL = "call", _("I’d like a call")
        NOT_TODAY = "not-today", _("Not today")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agreement = models.ForeignKey(CheckInAgreement, on_delete=models.PROTECT, related_name="check_ins")
    local_date = models.DateField()
    local_time = models.TimeField()
    time_zone = models.CharField(max_length=64)
    planned_for = models.DateTimeField()
    terms_version = models.PositiveIntegerField()  # of the agreement it was planned by
    planning = models.PositiveIntegerField(default=1)  # moves when it is planned anew after it was called off
    withdrawn_at = models.DateTimeField(null=True)  # called off before it went out
    nonce_sealed = SealedField()  # what its link is made of, see checkins/rules/tokens.py
    nonce = Words()
    token_lookup = models.CharField(max_length=64)  # keyed digest of the link's token

    answer_sealed = SealedField()
    answer = Words()
    line_sealed = SealedField()
    line = Words()
    language = models.CharField(max_length=8, blank=True)  # of the line
    answered_at = models.DateTimeField(null=True)
    answer_changed_at = models.DateTimeField(null=True)
    reach_out = models.OneToOneField(ReachOut, on_delete=models.PROTECT, null=True, related_name="check_in")
    objects = CheckInQuerySet.as_manager()

    kept_quiet: bool  # set by marking_quiet()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "local_date", "local_time"], name="one_check_in_for_each_local_day"
            ),
            models.UniqueConstraint(fields=["token_lookup"], name="a_link_leads_to_one_check_in"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer_changed_at__isnull=True)
                | Q(answered_at__isnull=False, answer_changed_at__gte=F("answered_at")),
                name="answer_changed_after_it_was_given",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(answered_at__isnull=True), name="answered_was_not_called_off"
            ),
        ]
        indexes = [models.Index(fields=["agreement", "-planned_for"], name="check_ins_of_an_agreement")]

    def __str__(self) -> str:
        return f"check-in {self.local_date} {self.local_time:%H:%M}"

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def asked_for_a_call(self) -> bool:
        """At any time: turning to another answer leaves the reach-out standing."""
        return self.reach_out_id is not None

    @property
    def page(self) -> str:
        """The name under which a Visit says that this answer was shown."""
        return f"{ANSWER_PAGE}{self.pk.hex}"
