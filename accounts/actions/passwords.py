"""A password of one's own: changed by who knows the one before, or chosen anew with a code from mailbox or paper."""

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.codes import try_sign_in_code
from accounts.actions.sign_ins import end_sign_ins
from accounts.actions.way_back import use_way_back
from accounts.models import Actor, User
from audit import actions as audit
from peersupport.lib.refusals import Refusal


@transaction.atomic
def change_password(user: User, password: str, *, by: Actor, besides: str) -> None:
    """All sign-ins end but the one called `besides`. Refuses when it is not the password any more that they proved."""
    if not User.objects.filter(pk=user.pk, password=user.password).update(password=make_password(password)):
        raise Refusal(_("Your password was changed in another window. Please sign in with that one."))
    audit.record("password.changed", by=by, subject=user)
    end_sign_ins(user, by=by, besides=besides)


def reset_password(pk: UUID, typed: str, password: str) -> User | None:
    """With the code `typed`, see `try_sign_in_code`; all sign-ins end. None if it is not the code: nothing changed.

    Not to be called inside a transaction of the caller: a wrong code is counted.
    """
    with transaction.atomic():
        user = try_sign_in_code(pk, typed)
        if user is None:
            return None
        _choose_anew(user, password)
    user.refresh_from_db()
    return user


def reset_password_from_paper(login: str, typed: str, password: str) -> User | None:
    """With a code of one's own sheet, see `use_way_back`; all sign-ins end. None if it is not one: nothing changed."""
    with transaction.atomic():
        user = use_way_back(login, typed)
        if user is None:
            return None
        _choose_anew(user, password)
    user.refresh_from_db()
    return user


def _choose_anew(user: User, password: str) -> None:
    User.objects.filter(pk=user.pk).update(password=make_password(password))
    audit.record("password.reset", by=None, subject=user)
    end_sign_ins(user, by=None)
