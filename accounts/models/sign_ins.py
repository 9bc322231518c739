from django.db import models
from django.db.models import F, Q

from accounts.models.people import User
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words

TRIES = 5  # wrong codes that end a row


class SignInCode(models.Model):
    """Someone asked to sign in with a code by e-mail.

    Made alike for known and unknown addresses, so that nobody learns from it who is here; whose it is and where it goes
    is found out by the tick. Opens only the browser that asked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    typed_sealed = SealedField()  # the address as it was typed
    typed = Words()
    code_sealed = SealedField()
    code = Words()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_codes", null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong ones
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)  # when the tick looked at it
    ended_at = models.DateTimeField(null=True)  # used

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="sign_in_code_expires_after_it_was_made"
            ),
            models.CheckConstraint(condition=Q(tries__lte=TRIES), name="sign_in_code_is_tried_a_few_times"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(planned_at__isnull=False),
                name="sign_in_code_is_someones_once_planned",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(user__isnull=False), name="sign_in_code_of_nobody_opens_nothing"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="sign_in_codes_by_age")]

    def __str__(self) -> str:
        return f"sign-in code {self.pk}"


class SecondFactorReset(models.Model):
    """A manager met someone who had lost their second factor, made sure who they are, and took it off.

    `by` is NULL for what was done at the server itself. The person is told at their next sign-in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="second_factor_resets")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    how_proved_sealed = SealedField()
    how_proved = Words()
    language = models.CharField(max_length=8)
    at = models.DateTimeField(default=now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=True) | ~Q(by=F("user")), name="nobody_resets_their_own_factor"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(told_at__gte=F("at")), name="told_after_the_factor_was_reset"
            ),
        ]

    def __str__(self) -> str:
        return f"second factor reset {self.pk}"
