"""What a specialist suggests. It becomes part of a goal only by the client's own yes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Role
from clients.models import Client
from goals.models.goals import LABELS, REACH, Goal, Step
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words

PLACES = (1, 2)  # at most two open ideas for one client, whoever they come from


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, actor: Actor | None) -> Self:
        """The client, and the specialists of today. Nothing of a goal that is not shared with them."""
        if actor is None or not actor.wears(Role.Kind.CLIENT, Role.Kind.SPECIALIST):
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor)).reaching(actor)

    def reaching(self, actor: Actor) -> Self:
        if actor.wears(Role.Kind.CLIENT):
            return self
        shared = Q(visibility__in=REACH[actor.role.kind]) & ~Q(lifecycle=Goal.Lifecycle.ENTERED_IN_ERROR)
        goals = Goal.objects.filter(shared).values("pk")
        about = Q(goal__isnull=True) | Q(goal__in=goals)
        return self.filter(about, Q(made_goal__isnull=True) | Q(made_goal__in=goals))

    def open(self) -> Self:
        return self.filter(state=Suggestion.State.OPEN)

    def put_off(self) -> Self:
        return self.filter(state=Suggestion.State.NOT_NOW)


class Suggestion(models.Model):
    """An idea for a goal, a step or other words. The words are the specialist's until the client takes them."""

    class Kind(models.TextChoices):
        GOAL = "goal", _("a goal")
        STEP = "step", _("a step")
        WORDING = "wording", _("other words")

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        TAKEN = "taken", _("Yes, this is mine")
        REWORDED = "reworded", _("Say it my way")
        NOT_NOW = "not-now", _("Not now")
        NO_THANKS = "no-thanks", _("No thanks")  # final

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="suggestions")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, related_name="suggestions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)  # of what is suggested
    kind = models.CharField(max_length=8, choices=Kind)
    field = models.CharField(max_length=20, choices=list(LABELS.items()), blank=True)  # of a goal: whose wording
    text_sealed = SealedField()
    text = Words()
    language = models.CharField(max_length=8)
    who = models.CharField(max_length=12, choices=Step.Who, blank=True)  # of a step
    by_when = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    place = models.PositiveSmallIntegerField(null=True)
    offered_at = models.DateTimeField(default=now)
    answered_at = models.DateTimeField(null=True)
    answered_how = models.CharField(max_length=12, choices=Goal.AgreedHow, blank=True)  # "": nobody was asked
    # Who was there, unless it was the client's own sign-in.
    answered_with = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, related_name="+")
    objects = SuggestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["op_id", "author"], name="a_form_makes_one_idea"),
            models.UniqueConstraint(
                fields=["client", "place"], condition=Q(place__isnull=False), name="one_idea_in_each_place"
            ),
            models.CheckConstraint(
                condition=Q(state="open", place__isnull=False, place__in=PLACES)
                | (~Q(state="open") & Q(place__isnull=True)),
                name="an_open_idea_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(kind="goal", goal__isnull=True) | (~Q(kind="goal") & Q(goal__isnull=False)),
                name="an_idea_is_about_a_goal_or_is_one",
            ),
            models.CheckConstraint(
                condition=Q(answered_how="", answered_with__isnull=True)
                | Q(~Q(state="open"), answered_how="own", answered_with__isnull=True)
                | Q(~Q(state="open"), answered_how__in=["own-hand", "spoken", "paper"], answered_with__isnull=False),
                name="answered_alone_or_with_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "state"], name="ideas_for_a_client"),
            models.Index(fields=["author", "-answered_at"], name="ideas_of_an_author"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.state}"
