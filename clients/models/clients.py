from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Program, Role, Supervision
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.spans import open_at

QUIET_MOST = 365  # days


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, actor: Actor | None) -> Self:
        """The one definition of whose record exists for whom. Everything about a client asks it."""
        if actor is None:
            return self.none()
        if actor.wears(Role.Kind.CLIENT):
            return self.filter(user=actor.user)
        # Subqueries that stand on their own: Django composes them in half the time that correlated ones take.
        kept_away = KeptFrom.objects.in_force().filter(person=actor.user).values("client")
        near = self.filter(~Q(pk__in=kept_away), program=actor.role.program_id)
        if actor.wears(Role.Kind.MANAGER):
            return near
        if actor.wears(Role.Kind.SPECIALIST):
            return near.filter(pk__in=Assignment.objects.open().filter(specialist=actor.user).values("client"))
        return self.filter(pk__in=Assignment.objects.answered_for_by(actor).values("client"))

    def active(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def by_name(self) -> Self:
        return self.select_related("user", "program").order_by("user__first_name", "user__last_name", "pk")


class Client(models.Model):
    """The person supported."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="client")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="clients")
    opened_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)
    # The person's own mark: after so many days without a talk they would like to hear from someone. NULL: none.
    quiet_after_days = models.PositiveSmallIntegerField(null=True)
    objects = ClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="client_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(quiet_after_days__isnull=True)
                | Q(quiet_after_days__gte=1, quiet_after_days__lte=QUIET_MOST),
                name="quiet_mark_within_a_year",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> Self:
        return self.filter(open_at())

    def not_over(self) -> Self:
        """Open, or to begin later. What was ended before it began has its end at its beginning."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now()) & Q(ends_at__gt=F("starts_at")))

    def held_in(self, program_id: UUID, among: Q | None = None) -> Self:
        """Open, with clients of this program, by someone who still is a specialist in it. `among`: of their roles."""
        roles = Role.objects.open().filter(kind=Role.Kind.SPECIALIST, program=program_id, user__is_active=True)
        roles = roles if among is None else roles.filter(among)
        return self.open().filter(client__program=program_id, specialist__in=roles.values("user"))

    def answered_for_by(self, actor: Actor) -> Self:
        """Held by specialists whom this supervisor answers for today; not with a client who keeps them away."""
        if not actor.wears(Role.Kind.SUPERVISOR):
            return self.none()
        supervised = Supervision.objects.open().filter(supervisor=actor.user).values("specialist")
        kept_away = KeptFrom.objects.in_force().filter(person=actor.user).values("client")
        held = self.held_in(actor.role.program_id, among=Q(user__in=supervised))
        return held.filter(~Q(client__in=kept_away))

    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(client__in=Client.objects.visible_to(actor))


class Assignment(models.Model):
    """A specialist walks with a client, from–to. A cover is dated from the start."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("primary")
        COVER = "cover", _("cover")

    class EndReason(models.TextChoices):
        COVER_OVER = "cover-over", _("the cover is over")
        HANDED_ON = "handed-on", _("someone else took over")
        CLIENT_ASKED = "client-asked", _("the client asked for someone else")
        CLOSED = "closed", _("the support ended")
        LEFT = "left", _("the specialist left")
        TIME_OVER = "time-over", _("the time agreed on was over")
        NOT_NEEDED = "not-needed", _("it was not needed any more")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="assignments")
    specialist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PRIMARY)
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, choices=EndReason, blank=True)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True, end_reason="") | (Q(ends_at__isnull=False) & ~Q(end_reason="")),
                name="assignment_has_end_and_reason_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="assignment_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(kind="primary") | Q(ends_at__isnull=False), name="a_cover_is_dated"),
            models.UniqueConstraint(
                fields=["client"], condition=Q(kind="primary", ends_at__isnull=True), name="one_primary_specialist"
            ),
        ]
        indexes = [models.Index(fields=["specialist", "ends_at"], name="assignments_of_a_specialist")]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d}"

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at <= now()


class KeptFromQuerySet(models.QuerySet["KeptFrom"]):
    def in_force(self) -> Self:
        return self.filter(in_force_since__isnull=False, ended_at__isnull=True)

    def asked(self) -> Self:
        return self.filter(in_force_since__isnull=True, ended_at__isnull=True)

    def standing(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def visible_to(self, actor: Actor | None) -> Self:
        """The client's own, and what waits with a manager; never to whoever is named, whatever their hat."""
        if actor is None or not actor.wears(Role.Kind.CLIENT, Role.Kind.MANAGER):
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor)).exclude(person=actor.user)


class KeptFrom(models.Model):
    """A person the client named who may never see the record.

    In force at once, except for someone the client's support rests on today (the specialist, a cover, the only
    supervisor): then it waits until a manager has found someone else, and the client is told so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="kept_from")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kept_away_from")
    asked_at = models.DateTimeField(default=now)
    in_force_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    objects = KeptFromQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "person"], condition=Q(ended_at__isnull=True), name="named_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(in_force_since__isnull=True) | Q(in_force_since__gte=F("asked_at")),
                name="in_force_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"kept away since {self.asked_at:%Y-%m-%d}"
