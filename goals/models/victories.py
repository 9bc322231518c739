"""Something went right: what a client writes down, big or small, and the words that come back."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import Actor, Role
from clients.models import Client, Visit
from goals.models.goals import REACH, Goal, Visibility
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words, words_of

VICTORY_PAGE = "victory:"
CHEER_PAGE = "cheer:"


class VictoryQuerySet(models.QuerySet["Victory"]):
    def visible_to(self, actor: Actor | None) -> Self:
        """Victories that exist for this hat."""
        if actor is None:
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor)).reaching(actor)

    def reaching(self, actor: Actor) -> Self:
        """Of a client that was loaded for this reader: what the client shares with such a hat and did not put away."""
        if actor.wears(Role.Kind.CLIENT):
            return self
        return self.kept().filter(visibility__in=REACH[actor.role.kind])

    def kept(self) -> Self:
        return self.filter(put_away_at__isnull=True)

    def put_away(self) -> Self:
        return self.filter(put_away_at__isnull=False)

    def facts(self) -> Self:
        """Without the words; touching them raises."""
        return self.defer(*words_of(Victory))

    def unseen_by(self, actor: Actor) -> Self:
        """Not shown to this person yet."""
        return self.filter(~Exists(Visit.objects.of_row(VICTORY_PAGE, OuterRef("pk")).filter(user=actor.user)))


class Victory(models.Model):
    """In the client's own words, which are never changed: whoever wants other words writes it anew.

    Who may see it, and whether it is put away, can change at any time; nothing else does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="victories")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, related_name="victories")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Who wrote the words down as the client said them. NULL: the client typed them.
    told_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    text_sealed = SealedField()
    text = Words()
    language = models.CharField(max_length=8)
    happened_on = models.DateField()  # of the client's own calendar
    happened_at = models.DateTimeField()  # sometime on that day: its place among the others
    created_at = models.DateTimeField(default=now)
    visibility = models.CharField(max_length=12, choices=Visibility)
    version = models.PositiveIntegerField(default=1)
    put_away_at = models.DateTimeField(null=True)
    objects = VictoryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["op_id", "author"], name="a_form_makes_one_victory")]
        indexes = [
            models.Index(fields=["client", "-happened_at", "-id"], name="victories_of_a_client"),
            models.Index(fields=["goal", "-happened_at", "-id"], name="victories_of_a_goal"),
        ]

    def __str__(self) -> str:
        return f"victory {self.happened_on}"

    @property
    def page(self) -> str:
        """The name under which a Visit says that this one was shown to someone."""
        return f"{VICTORY_PAGE}{self.pk.hex}"

    def goal_for(self, actor: Actor) -> Goal | None:
        """What it belongs to, as far as that exists for this reader. Needs the row with its goal."""
        if self.goal is None or actor.wears(Role.Kind.CLIENT):
            return self.goal
        shared = self.goal.visibility in REACH[actor.role.kind]
        return self.goal if shared and self.goal.lifecycle != Goal.Lifecycle.ENTERED_IN_ERROR else None


class CheerQuerySet(models.QuerySet["Cheer"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(victory__in=Victory.objects.visible_to(actor)).standing()

    def standing(self) -> Self:
        return self.filter(~Exists(CheerTakenBack.objects.filter(cheer=OuterRef("pk"))))

    def marking_read(self) -> Self:
        """Adds `read`: shown to the client."""
        return self.annotate(read=Exists(_looks_of_the_client()))

    def not_read(self) -> Self:
        return self.filter(~Exists(_looks_of_the_client()))


def _looks_of_the_client() -> models.QuerySet[Visit]:
    return Visit.objects.of_row(CHEER_PAGE, OuterRef("pk")).filter(user=OuterRef("victory__client__user"))


class Cheer(models.Model):
    """A word back from whoever walks with them. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    victory = models.ForeignKey(Victory, on_delete=models.PROTECT, related_name="cheers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    text_sealed = SealedField()
    text = Words()
    language = models.CharField(max_length=8)
    at = models.DateTimeField(default=now)
    objects = CheerQuerySet.as_manager()

    read: bool  # set by marking_read()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["op_id", "author"], name="a_form_makes_one_cheer")]
        indexes = [models.Index(fields=["victory", "at"], name="cheers_for_a_victory")]

    def __str__(self) -> str:
        return f"cheer {self.at:%Y-%m-%d}"

    @property
    def page(self) -> str:
        """The name under which a Visit says that the client was shown it."""
        return f"{CHEER_PAGE}{self.pk.hex}"


class CheerTakenBackQuerySet(models.QuerySet["CheerTakenBack"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(cheer__victory__in=Victory.objects.visible_to(actor))


class CheerTakenBack(models.Model):
    """Before anyone read it: as if never said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cheer = models.OneToOneField(Cheer, on_delete=models.PROTECT, related_name="taken_back_row")
    at = models.DateTimeField(default=now)
    objects = CheerTakenBackQuerySet.as_manager()

    def __str__(self) -> str:
        return f"taken back {self.at:%Y-%m-%d}"
