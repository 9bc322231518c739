"""What two people say to each other about a goal or a step, and cheers: rows of their own, append-only."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, Replace
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Role
from clients.models import Client, Visit
from goals.models.goals import REACH, Goal, Step, Visibility
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words

_PAGE = "comment:"


def _looks() -> "models.QuerySet[Visit]":
    """The visits that say a comment was shown. Not a comparison of clocks: one may be written while someone reads."""
    plain = Replace(Cast(OuterRef("pk"), models.CharField()), Value("-"), Value(""))
    return Visit.objects.filter(page=Concat(Value(_PAGE), plain), client=OuterRef("client"))


def _looks_of_others() -> "models.QuerySet[Visit]":
    return _looks().exclude(user=OuterRef("author"))


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, actor: Actor | None) -> Self:
        """Whoever reads what it hangs on, as far as it was and is shared with such a hat."""
        if actor is None:
            return self.none()
        found = self.filter(client__in=Client.objects.visible_to(actor)).reaching(actor)
        return found.filter(goal__in=Goal.objects.visible_to(actor))

    def reaching(self, actor: Actor) -> Self:
        """Of a goal that was loaded for this reader. What was said while it was shared more narrowly stays so."""
        if actor.wears(Role.Kind.CLIENT):
            return self
        return self.filter(visibility__in=REACH[actor.role.kind])

    def still_there(self) -> Self:
        """What was taken back before anybody else read it is as if never said."""
        return self.filter(Q(taken_back_row__isnull=True) | Exists(_looks_of_others()))

    def with_looks(self, actor: Actor) -> Self:
        """With `first_shown`, when this reader saw it first, and `was_read`, by someone else than its author."""
        mine = _looks().filter(user=actor.person_id).values("looked_at")[:1]
        return self.annotate(first_shown=Subquery(mine), was_read=Exists(_looks_of_others()))


class Comment(models.Model):
    """A few words on a goal or one of its steps, between the client and their specialists. They count for nothing."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("a comment")
        CHEER = "cheer", _("a cheer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="comments")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, related_name="comments")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind)
    text_sealed = SealedField()
    text = Words()
    language = models.CharField(max_length=8)
    visibility = models.CharField(max_length=12, choices=Visibility)  # of the goal, when this was said
    at = models.DateTimeField(default=now)
    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["op_id", "author"], name="a_form_makes_one_comment"),
            models.CheckConstraint(
                condition=Q(step__isnull=True) | Q(goal__isnull=False), name="a_step_comes_with_its_goal"
            ),
        ]
        indexes = [models.Index(fields=["goal", "-at", "-id"], name="comments_on_a_goal")]

    first_shown: datetime | None  # both set by with_looks()
    was_read: bool

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"

    @property
    def taken_back(self) -> bool:
        return hasattr(self, "taken_back_row")

    @property
    def page(self) -> str:
        """The name under which a Visit says that this was shown."""
        return f"{_PAGE}{self.pk.hex}"


class CommentTakenBackQuerySet(models.QuerySet["CommentTakenBack"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(comment__in=Comment.objects.visible_to(actor))


class CommentTakenBack(models.Model):
    """Its author took it back. Unread, it is as if never said; read, the other sees that it was taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="taken_back_row")
    at = models.DateTimeField(default=now)
    objects = CommentTakenBackQuerySet.as_manager()

    def __str__(self) -> str:
        return f"taken back {self.at:%Y-%m-%d}"
