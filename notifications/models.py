"""Where people can be reached, and what is on its way to them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def standing(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def verified(self) -> Self:
        return self.standing().filter(verified_at__isnull=False)


class ContactPoint(models.Model):
    """One address or number of one person, and how to use it safely. Deliveries go nowhere else.

    `good_from` and `good_until` are wall times of the owner; from the first up to, not including, the second, over
    midnight where the second is smaller; both NULL: any hour. `lookup` finds the row by what `value` says, see
    `notifications.rules.lookups`. A changed address is a new row: what was verified and sent stays with the old one.
    """

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=Kind)
    value_sealed = SealedField()
    value = Words()
    lookup = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True)
    may_email = models.BooleanField(default=False)
    may_call = models.BooleanField(default=False)
    may_text = models.BooleanField(default=False)
    may_voicemail = models.BooleanField(default=False)
    only_i_reach_out = models.BooleanField(default=False)  # do not contact me, I contact you
    good_from = models.TimeField(null=True)
    good_until = models.TimeField(null=True)
    name_to_say_sealed = SealedField()
    name_to_say = Words()
    who_else_sees_sealed = SealedField()
    who_else_sees = Words()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    objects = ContactPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "lookup"], condition=Q(ended_at__isnull=True), name="one_standing_point_of_a_value"
            ),
            models.CheckConstraint(
                condition=Q(good_from__isnull=True, good_until__isnull=True)
                | (Q(good_from__isnull=False, good_until__isnull=False) & ~Q(good_from=F("good_until"))),
                name="good_hours_both_and_different_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(kind="email", may_call=False, may_text=False, may_voicemail=False)
                | Q(kind="phone", may_email=False),
                name="point_allows_only_what_it_can",
            ),
        ]
        indexes = [models.Index(fields=["lookup"], name="points_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AddressCode(models.Model):
    """The code that proves an address is read by its owner. Sealed here; the delivery knows only this row's id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="codes")
    code_sealed = SealedField()
    code = Words()
    tries = models.PositiveSmallIntegerField(default=0)  # wrong ones
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # used, or replaced by a newer one

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact_point"], condition=Q(ended_at__isnull=True), name="one_open_code_for_a_point"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="code_expires_after_it_was_made"),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class Delivery(models.Model):
    """One message on one channel to one person. The rows are the queue; docs/decisions/0017 explains the states.

    Kind and subject, never a body: what is sent is made at the last moment. `attempt` counts claims and is the fence
    between two workers that both believe a row is theirs; `tries` counts how often sending began or could not even be
    prepared, six at most; `times_lost` how often a worker died with its claim, `times_unsure` how often nobody knows
    whether it left. `try_at` is when the engine looks at the row next; `planned_zone` the recipient's time zone when
    it was planned.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        CLAIMED = "claimed"
        SENDING = "sending"
        ACCEPTED = "accepted"
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        AMBIGUOUS = "ambiguous"
        CANCELLED = "cancelled"
        EXPIRED = "expired"
        SUPPRESSED = "suppressed"
        FAILED = "failed"

    UNSENT = (State.PENDING, State.CLAIMED)
    LEASED = (State.CLAIMED, State.SENDING)
    TERMINAL = (
        *(State.DELIVERED, State.BOUNCED, State.AMBIGUOUS, State.CANCELLED),
        *(State.EXPIRED, State.SUPPRESSED, State.FAILED),
    )
    WENT_WRONG = (State.FAILED, State.BOUNCED, State.AMBIGUOUS)  # someone has to know

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    # No indexes of their own: nothing asks by them, and every state move would have to keep them.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="deliveries", null=True, db_index=False
    )
    channel = models.CharField(max_length=12)
    key = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    reason = models.CharField(max_length=40, blank=True)  # a code of ours, never a provider's text
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    try_at = models.DateTimeField()
    planned_zone = models.CharField(max_length=64)
    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    times_lost = models.PositiveSmallIntegerField(default=0)
    times_unsure = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    began_at = models.DateTimeField(null=True)  # when it last entered `sending`
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_delivery_for_a_key"),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "sending"], lease_until__isnull=False)
                | (~Q(state__in=["claimed", "sending"]) & Q(lease_until__isnull=True)),
                name="leased_while_claimed_or_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "claimed", "sending", "accepted"], ended_at__isnull=True)
                | Q(
                    state__in=[
                        *("delivered", "bounced", "ambiguous", "cancelled"),
                        *("expired", "suppressed", "failed"),
                    ],
                    ended_at__isnull=False,
                ),
                name="ended_in_a_last_state_only",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "delivered", "bounced"], accepted_at__isnull=False)
                | (~Q(state__in=["accepted", "delivered", "bounced"]) & Q(accepted_at__isnull=True)),
                name="accepted_before_it_arrives_or_bounces",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suppressed", "cancelled", "failed", "bounced"]) | ~Q(reason=""),
                name="what_did_not_arrive_says_why",
            ),
            models.CheckConstraint(
                condition=Q(channel="in-app", contact_point__isnull=True)
                | (~Q(channel="in-app") & Q(contact_point__isnull=False)),
                name="goes_to_a_point_unless_in_app",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("due_at")), name="delivery_expires_after_it_is_due"),
            models.CheckConstraint(condition=Q(tries__lte=F("attempt")), name="no_try_without_a_claim"),
        ]
        indexes = [
            # What is not due costs nothing: the engine reads only the beginning of this one.
            models.Index(fields=["channel", "try_at"], condition=Q(state="pending"), name="deliveries_waiting"),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="deliveries_leased"),
            models.Index(fields=["subject_id"], name="deliveries_of_a_subject"),
            models.Index(
                fields=["recipient", "ended_at"],
                condition=Q(state__in=["failed", "bounced", "ambiguous", "expired"]),
                name="deliveries_not_arrived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"
