"""The second factor of staff: an app on their phone, and ten codes on paper. Set up, proved, taken off when lost."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.sign_ins import end_sign_ins
from accounts.models import Actor, SecondFactorReset, User
from audit import actions as audit
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal

STEP = 30  # seconds a code of the app stands
WRONG = _("This is not the code. The app shows a new one every 30 seconds; please type the one it shows now.")


@transaction.atomic
def set_up_second_factor(user: User, secret: str, typed: str, *, replaces: bool, by: Actor) -> None:
    """The app that knows `secret` counts from now on, with new recovery codes. `replaces`: the one before was proved.

    Refuses (field "code") what the app would not show, and a second one beside one that stands.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two windows at once
    if not replaces and Authenticator.objects.filter(user=user).exists():
        raise Refusal(_("This was set up already, in another window. Please start again from the first page."))
    step = _right_step(secret, typed, after=0)
    if step is None:
        raise Refusal(WRONG, field="code")
    Authenticator.objects.filter(user=user).delete()
    data = {"secret": encrypt(secret), "used": step}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data, created_at=now())
    RecoveryCodes.activate(user)
    SecondFactorReset.objects.filter(user=user, told_at__isnull=True).update(told_at=now())
    audit.record("second_factor.set_up", by=by, subject=user)


@transaction.atomic
def prove_second_factor(user: User, typed: str) -> Authenticator | None:
    """What this code belongs to; None if it is wrong. Each code counts once, also when sent twice at once."""
    found = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=user)}
    app = found.get(Authenticator.Type.TOTP)
    if app is not None:
        step = _right_step(decrypt(app.data["secret"]), typed, after=app.data.get("used", 0))
        if step is not None:
            app.data["used"] = step
            app.save(update_fields=["data"])
            return app
    paper = found.get(Authenticator.Type.RECOVERY_CODES)
    if paper is not None and paper.wrap().validate_code(typed):
        audit.record("second_factor.recovery_code_used", by=None, subject=user)
        return paper
    return None


@transaction.atomic
def renew_recovery_codes(user: User, *, by: Actor) -> None:
    """Ten new ones; those before open nothing any more."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    audit.record("second_factor.codes_renewed", by=by, subject=user)


@transaction.atomic
def reset_second_factor(user: User, how_proved: str, *, language: str, by: Actor | None) -> SecondFactorReset:
    """For someone who lost it and proved in person who they are. Their sign-ins end; the next one sets up a new one.

    `by` None: at the server itself. Refuses one's own, and (field "how_proved") to do it without saying how.
    """
    if by is not None and by.person_id == user.pk:
        raise Refusal(_("Nobody resets their own. Please ask another manager."))
    if not how_proved.strip():
        raise Refusal(_("Please write how you made sure who they are."), field="how_proved")
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user).delete()
    pk = new_id()
    reset = SecondFactorReset.objects.create(
        pk=pk,
        user=user,
        by=by.user if by else None,
        language=language,
        at=now(),
        **seal(SecondFactorReset, pk, how_proved=how_proved.strip()),
    )
    audit.record("second_factor.reset", by=by, subject=reset)
    end_sign_ins(user, by=by)
    return reset


def _right_step(secret: str, typed: str, *, after: int) -> int | None:
    """The step of time whose code this is: now, or one beside it for slow thumbs and clocks; none used before."""
    step = int(now().timestamp()) // STEP
    for candidate in (step, step - 1, step + 1):
        expected = format_hotp_value(hotp_value(secret, candidate))
        if candidate > after and compare_user_code(actual=typed, expected=expected):
            return candidate
    return None
