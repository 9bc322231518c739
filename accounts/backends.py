from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Role, User


class PersonBackend(AuthenticationBackend):
    """Signing in is allauth's; each later request loads the person together with what they may be: one query."""

    def get_user(self, user_id: UUID) -> User | None:
        roles = list(Role.objects.open().filter(user=user_id).select_related("user", "program"))
        user = roles[0].user if roles else User.objects.filter(pk=user_id).first()
        if user is None or not user.is_active:
            return None
        user.open_roles = roles
        return user
