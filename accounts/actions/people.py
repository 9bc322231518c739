"""Everything that changes who someone is."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.sign_ins import end_sign_ins
from accounts.actions.way_back import throw_sheet_away
from accounts.models import Actor, User
from audit import actions as audit
from peersupport.lib.refusals import Refusal


@transaction.atomic
def create_person(
    *,
    first_name: str,
    last_name: str = "",
    email: str | None = None,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "America/Los_Angeles",
    by: Actor | None,
) -> User:
    """A person who can sign in (e-mail and password given) or who is told in person (neither)."""
    user = User(
        first_name=first_name,
        last_name=last_name,
        email=email.lower() if email else None,
        language=language,
        time_zone=time_zone,
    )
    user.set_password(password if email else None)
    user.save(force_insert=True)
    audit.record("person.created", by=by, subject=user)
    return user


@transaction.atomic
def change_language(user: User, language: str, *, by: Actor) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
    audit.record("language.changed", by=by, subject=user)


@transaction.atomic
def change_sign_in_name(user: User, email: str, *, by: Actor, besides: str = "") -> None:
    """The address someone signs in with, once they proved it is theirs. Their other sign-ins end.

    Refuses one that somebody else signs in with.
    """
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email.strip().lower())
    except IntegrityError as error:
        raise Refusal(_("This address cannot be used for signing in here. Please take another one.")) from error
    audit.record("sign_in_name.changed", by=by, subject=user)
    end_sign_ins(user, by=by, besides=besides)


@transaction.atomic
def change_time_zone(user: User, time_zone: str, *, by: Actor) -> None:
    """Only the person's own clock. What was planned by it is re-planned by `home.actions`, once anything is."""
    User.objects.filter(pk=user.pk).update(time_zone=time_zone)
    audit.record("time_zone.changed", by=by, subject=user)


@transaction.atomic
def change_person(
    user: User,
    *,
    first_name: str,
    last_name: str,
    language: str,
    time_zone: str,
    client_id: UUID | None = None,
    by: Actor,
) -> None:
    """What a manager may put right about someone: how they are called, in which language and by which clock."""
    User.objects.filter(pk=user.pk).update(
        first_name=first_name, last_name=last_name, language=language, time_zone=time_zone
    )
    audit.record("person.changed", by=by, client_id=client_id, subject=user)


@transaction.atomic
def close_sign_in(user: User, *, by: Actor) -> None:
    """Someone who has no part here any more. Codes on paper end with it. An invitation opens it again."""
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        audit.record("sign_in.closed", by=by, subject=user)
        throw_sheet_away(user, by=by)
