from dataclasses import dataclass
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.programs import Program, WeeklyHours
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.spans import open_at

TONES = 8  # colours a person's mark can have; bound to the person, the same for every viewer


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person, client or staff. Without an e-mail address they have no sign-in and no usable password."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True, null=True)  # noqa: DJ001 -- NULL, never '', so that many may have none
    first_name = models.CharField(max_length=80)  # the name they go by; the only one most screens show
    last_name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")
    is_active = models.BooleanField(default=True)
    sign_in_round = models.PositiveIntegerField(default=0)  # moves on when all sign-ins of this person end
    created_at = models.DateTimeField(default=now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    open_roles: "list[Role] | None" = None  # set where the signed-in person is loaded

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(email=""), name="no_email_is_null_never_empty")]

    def __str__(self) -> str:
        return self.first_name

    @property
    def name(self) -> str:
        """The given name with the family initial, for lists where two people may share a first name."""
        return f"{self.first_name} {self.last_name[0]}." if self.last_name else self.first_name

    @property
    def initial(self) -> str:
        return self.first_name[:1].upper()

    @property
    def tone(self) -> int:
        return self.id.int % TONES

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a sign-in carries and each request compares: it ends with the password it began with, or its round."""
        kept: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{kept}.{self.sign_in_round}" if self.sign_in_round else kept

    @property
    def can_sign_in(self) -> bool:
        return self.is_active and self.email is not None and self.has_usable_password()


class RoleQuerySet(models.QuerySet["Role"]):
    def open(self) -> Self:
        return self.filter(open_at())


class Role(models.Model):
    """What a person may be here, from–to, in one program. They wear one at a time: the hat."""

    class Kind(models.TextChoices):
        CLIENT = "client", _("client")
        SPECIALIST = "specialist", _("specialist")
        SUPERVISOR = "supervisor", _("supervisor")
        MANAGER = "manager", _("manager")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=16, choices=Kind)
    credential = models.CharField(max_length=80, blank=True)  # stands under what they sign
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True)
    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="role_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["user", "program", "kind"], condition=Q(ends_at__isnull=True), name="one_open_role_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


_NOWHERE = "no database"


@dataclass(frozen=True)
class Actor:
    """A person under the hat they wear now. Rights are those of this hat only."""

    user: User
    role: Role

    @property
    def person_id(self) -> UUID:
        return self.user.pk

    @property
    def hat(self) -> str:
        return self.role.kind

    def wears(self, *kinds: Role.Kind) -> bool:
        return self.role.kind in kinds

    @property
    def parts(self) -> tuple[Role.Kind, UUID, UUID]:
        """All that a composed query may know of an actor (lib/composed.py)."""
        return Role.Kind(self.role.kind), self.user.pk, self.role.program_id

    @classmethod
    def of_parts(cls, parts: tuple[Role.Kind, UUID, UUID]) -> Self:
        """From no database, and nothing else is loaded: touching it raises."""
        hat, person, program = parts
        user = User.from_db(_NOWHERE, ["id"], [person])
        return cls(user, Role.from_db(_NOWHERE, ["user_id", "program_id", "kind"], [person, program, hat]))


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    def open(self) -> Self:
        return self.filter(open_at())


class Supervision(models.Model):
    """A supervisor answers for a specialist, from–to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="supervises")
    specialist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="supervised_by")
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True)
    objects = SupervisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="supervision_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(supervisor=F("specialist")), name="nobody_supervises_themselves"),
            models.UniqueConstraint(
                fields=["supervisor", "specialist"], condition=Q(ends_at__isnull=True), name="one_open_supervision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor_id} supervises {self.specialist_id}"


class ContactHours(WeeklyHours):
    """When a specialist reads what clients write."""

    specialist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="contact_hours")
