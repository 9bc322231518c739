"""Every save of a goal or a step, applied or set beside: append-only."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Actor, Role, User
from clients.models import Client
from goals.models.goals import REACH, Goal, Step, Visibility
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words, words_of

SAID_IN = "language:"  # and the name of a text, in `facts`: in another language than the page it was written on


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible_to(self, actor: Actor | None) -> Self:
        if actor is None:
            return self.none()
        return self.filter(goal__in=Goal.objects.visible_to(actor)).reaching(actor)

    def reaching(self, actor: Actor) -> Self:
        """Of a goal that was loaded for this reader. What was written while it was shared more narrowly stays so."""
        if actor.wears(Role.Kind.CLIENT):
            return self
        return self.filter(visibility__in=REACH[actor.role.kind])

    def of_row(self, row: Goal | Step) -> Self:
        if isinstance(row, Step):
            return self.filter(goal=row.goal_id, step=row.pk)
        return self.filter(goal=row.pk, step__isnull=True)

    def with_texts(self) -> Self:
        """Those that brought any text; a save of choices alone is none."""
        return self.exclude(**dict.fromkeys(words_of(Revision), b""))

    def facts(self) -> Self:
        return self.defer(*words_of(Revision))


class Revision(models.Model):
    """One save: what it changed, and what was written over the same text as someone else's save and set beside it.

    The sealed columns hold the texts this save brought, for `changed` and `set_beside` alike; `facts` the other values.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="revisions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="revisions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told = models.BooleanField(default=False)  # the client said it, the author wrote it down and read it back
    at = models.DateTimeField(default=now)
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    base_version = models.PositiveIntegerField()  # what the author was looking at; 0: it is new
    version = models.PositiveIntegerField(null=True)  # what this save made; NULL: the row stayed as it was
    changed = models.JSONField(default=list)
    set_beside = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    settles = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="settled_by")
    # The save before it of someone still typing: beside a field it stands in that one's place.
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # The save whose text this one brings back, as it was first typed.
    restores = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # Whose words its texts are, where that is not the author: brought back, chosen, or taken as they were offered.
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    visibility = models.CharField(max_length=12, choices=Visibility)  # of the goal, once this was saved
    language = models.CharField(max_length=8)
    in_my_words_sealed = SealedField()
    why_it_matters_sealed = SealedField()
    strengths_i_bring_sealed = SealedField()
    how_i_will_know_sealed = SealedField()
    who_helps_sealed = SealedField()
    what_sealed = SealedField()
    in_my_words = Words()
    why_it_matters = Words()
    strengths_i_bring = Words()
    how_i_will_know = Words()
    who_helps = Words()
    what = Words()
    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["op_id", "author"], name="a_form_saves_once"),
            models.CheckConstraint(
                condition=Q(version__isnull=True) | Q(version__gt=F("base_version")),
                name="a_version_comes_after_its_base",
            ),
            models.UniqueConstraint(
                fields=["goal", "version"],
                condition=Q(step__isnull=True, version__isnull=False),
                name="one_save_makes_a_version_of_a_goal",
            ),
            models.UniqueConstraint(
                fields=["step", "version"],
                condition=Q(step__isnull=False, version__isnull=False),
                name="one_save_makes_a_version_of_a_step",
            ),
        ]
        indexes = [models.Index(fields=["goal", "-at", "-id"], name="history_of_a_goal")]

    def __str__(self) -> str:
        return f"{self.base_version} → {self.version}"

    def language_of(self, name: str) -> str:
        """Of the text this save brought for that field."""
        return str(self.facts.get(f"{SAID_IN}{name}", self.language))

    def voice(self, client: Client) -> User:
        """Whose words its texts are."""
        return self.said_by or (client.user if self.told else self.author)
