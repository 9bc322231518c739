"""Goals and their steps: what a client wants, in their own words, and who does what towards it."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Actor, Role
from clients.models import Client
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words, words_of

LABELS = {
    "in_my_words": _("In my words"),
    "why_it_matters": _("Why it matters to me"),
    "strengths_i_bring": _("Strengths I bring"),
    "how_i_will_know": _("How I will know"),
    "who_helps": _("Who helps"),
}
OWN_WORDS = ("in_my_words", "why_it_matters", "strengths_i_bring", "how_i_will_know")  # staff can only suggest these
SHARED_TEXTS = ("who_helps",)
GOAL_TEXTS = (*OWN_WORDS, *SHARED_TEXTS)
GOAL_FACTS = ("dimension", "visibility", "lifecycle", "achievement")  # the client's to say
STEP_TEXTS = ("what",)
STEP_FACTS = ("who", "by_when", "status")


class Visibility(models.TextChoices):
    JUST_ME = "just-me", _("just for me")
    SPECIALIST = "specialist", _("me and my specialist")
    SUPPORT = "support", _("my whole support")


# Of a client they see. A supervisor sees that a goal is there; its words need an Opening besides.
REACH: dict[str, tuple[str, ...]] = {
    Role.Kind.CLIENT: tuple(Visibility.values),
    Role.Kind.SPECIALIST: (Visibility.SPECIALIST, Visibility.SUPPORT),
    Role.Kind.SUPERVISOR: (Visibility.SUPPORT,),
    Role.Kind.MANAGER: (),
}


# Of each way to agree, all that belongs to it and nothing else. NULL-safe: nothing compares with what may be NULL.
_ALONE = Q(agreed_with__isnull=True, agreed_interpreter=False)
_UNSPOKEN, _NO_PAPER = Q(agreed_through=""), Q(agreed_on__isnull=True, agreed_kept_by="")
_WITH = Q(agreed_version__isnull=False, agreed_at__isnull=False, agreed_with__isnull=False)
_AGREED = (
    Q(agreed_how="", agreed_version__isnull=True, agreed_at__isnull=True) & _ALONE & _UNSPOKEN & _NO_PAPER
    | Q(agreed_how="own", agreed_version__isnull=False, agreed_at__isnull=False) & _ALONE & _UNSPOKEN & _NO_PAPER
    | Q(agreed_how="own-hand") & _WITH & _UNSPOKEN & _NO_PAPER
    | Q(agreed_how="spoken", agreed_through__in=["in-person", "phone", "video"]) & _WITH & _NO_PAPER
    | Q(agreed_how="paper", agreed_on__isnull=False, agreed_kept_by__in=["client", "us", "both"]) & _WITH & _UNSPOKEN
)


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, actor: Actor | None) -> Self:
        """Goals that exist for this hat."""
        if actor is None:
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor)).reaching(actor)

    def reaching(self, actor: Actor) -> Self:
        """Of a client that was loaded for this reader: what the client shares with such a hat."""
        if actor.wears(Role.Kind.CLIENT):
            return self
        return self.filter(visibility__in=REACH[actor.role.kind]).exclude(lifecycle=Goal.Lifecycle.ENTERED_IN_ERROR)

    def current(self) -> Self:
        return self.filter(lifecycle__in=Goal.CURRENT)

    def put_away(self) -> Self:
        return self.exclude(lifecycle__in=Goal.CURRENT)

    def facts(self) -> Self:
        """Without any column that holds words; touching one raises."""
        return self.defer(*words_of(Goal))

    def stir(self) -> int:
        """Something that stands on the page of these goals changed, in this same transaction: open pages look again."""
        return self.update(page_version=F("page_version") + 1)

    def marking_changed(self, revisions: "models.QuerySet[Any]", comments: "models.QuerySet[Any]") -> Self:
        """Adds `changed`: one of these revisions or comments, asked about `OuterRef("pk")`, is there."""
        return self.annotate(changed=Exists(revisions) | Exists(comments))


class Goal(models.Model):
    """What a client wants. Theirs: nobody approves it, and a staff hat reads it only as far as they share it."""

    class Dimension(models.TextChoices):
        HOME = "home", _("home")
        HEALTH = "health", _("health")
        PURPOSE = "purpose", _("purpose")
        COMMUNITY = "community", _("community")

    class Lifecycle(models.TextChoices):  # the codes of FHIR Goal.lifecycleStatus
        PROPOSED = "proposed", pgettext_lazy("state of a goal", "written down, not agreed")
        ACTIVE = "active", pgettext_lazy("state of a goal", "working on it")
        ON_HOLD = "on-hold", pgettext_lazy("state of a goal", "paused")
        COMPLETED = "completed", pgettext_lazy("state of a goal", "finished")
        CANCELLED = "cancelled", pgettext_lazy("state of a goal", "set aside")
        REJECTED = "rejected", pgettext_lazy("state of a goal", "not mine")
        ENTERED_IN_ERROR = "entered-in-error", pgettext_lazy("state of a goal", "a mistake")

    class Achievement(models.TextChoices):  # the codes of FHIR Goal.achievementStatus
        IN_PROGRESS = "in-progress", pgettext_lazy("how a goal is going", "on the way")
        IMPROVING = "improving", pgettext_lazy("how a goal is going", "getting easier")
        NO_CHANGE = "no-change", pgettext_lazy("how a goal is going", "about the same")
        WORSENING = "worsening", pgettext_lazy("how a goal is going", "harder right now")
        ACHIEVED = "achieved", pgettext_lazy("how a goal is going", "I got there")
        SUSTAINING = "sustaining", pgettext_lazy("how a goal is going", "keeping it going")
        NOT_ATTAINABLE = "not-attainable", pgettext_lazy("how a goal is going", "cannot be done now")

    class AgreedHow(models.TextChoices):
        OWN = "own", _("own sign-in")
        OWN_HAND = "own-hand", _("own hand on the specialist’s screen")
        SPOKEN = "spoken", _("spoken, read back")
        PAPER = "paper", _("on paper")

    class Through(models.TextChoices):  # where someone was to whom it was said, and who read it back
        IN_PERSON = "in-person", _("in person")
        PHONE = "phone", _("by phone")
        VIDEO = "video", _("by video")

    class KeptBy(models.TextChoices):  # who has the paper
        CLIENT = "client", pgettext_lazy("who has a paper", "the person themselves")
        US = "us", pgettext_lazy("who has a paper", "we do, in the file")
        BOTH = "both", pgettext_lazy("who has a paper", "both of us")

    CURRENT = (Lifecycle.PROPOSED, Lifecycle.ACTIVE, Lifecycle.ON_HOLD)
    MUST_BE_AGREED = (Lifecycle.ACTIVE, Lifecycle.COMPLETED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="goals")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Who wrote the words down as the client said them, and read them back. NULL: the client typed them.
    told_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)  # moves with any change
    wording_version = models.PositiveIntegerField(default=1)  # moves only with in_my_words
    page_version = models.PositiveIntegerField(default=1)  # moves with anything that stands on the goal's page

    in_my_words_sealed = SealedField()
    why_it_matters_sealed = SealedField()
    strengths_i_bring_sealed = SealedField()
    how_i_will_know_sealed = SealedField()
    who_helps_sealed = SealedField()
    in_my_words = Words()
    why_it_matters = Words()
    strengths_i_bring = Words()
    how_i_will_know = Words()
    who_helps = Words()
    who_helps_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    languages = models.JSONField(default=dict)  # {field: code of the language its text is written in}
    # {field: [[id of a Revision, "open" or "kept"], …]}: texts of others that stand beside the field's own.
    beside = models.JSONField(default=dict)

    dimension = models.CharField(max_length=12, choices=Dimension, blank=True)
    visibility = models.CharField(max_length=12, choices=Visibility)
    lifecycle = models.CharField(max_length=16, choices=Lifecycle)
    achievement = models.CharField(max_length=16, choices=Achievement, blank=True)
    agreed_version = models.PositiveIntegerField(null=True)  # of the wording
    agreed_at = models.DateTimeField(null=True)
    agreed_how = models.CharField(max_length=12, choices=AgreedHow, blank=True)
    # Who was there, unless it was the client's own sign-in: whose screen, who read it back, who took the paper.
    agreed_with = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_through = models.CharField(max_length=12, choices=Through, blank=True)  # of what was spoken
    agreed_interpreter = models.BooleanField(default=False)
    agreed_on = models.DateField(null=True)  # the day that stands on the paper
    agreed_kept_by = models.CharField(max_length=8, choices=KeptBy, blank=True)  # the paper
    objects = GoalQuerySet.as_manager()

    changed: bool  # set by marking_changed()

    class Meta:
        constraints = [
            # Every part is NULL-safe: a comparison with NULL alone would let the row pass.
            models.CheckConstraint(
                condition=~Q(lifecycle__in=["active", "completed"])
                | Q(agreed_version__isnull=False, agreed_at__isnull=False, agreed_version=F("wording_version")),
                name="worked_on_only_as_agreed",
            ),
            models.CheckConstraint(condition=_AGREED, name="agreed_with_all_that_belongs_to_it"),
            models.CheckConstraint(condition=Q(wording_version__lte=F("version")), name="wording_moves_with_the_goal"),
        ]
        indexes = [models.Index(fields=["client", "-created_at", "-id"], name="goals_of_a_client")]

    def __str__(self) -> str:
        return f"goal {self.created_at:%Y-%m-%d}"

    @property
    def begun_on(self) -> date:
        """The reader's calendar day."""
        return localdate(self.created_at)

    @property
    def language(self) -> str:
        """Of what stands as its heading; "" if nobody said."""
        return str(self.languages.get("in_my_words", ""))

    @property
    def is_current(self) -> bool:
        return self.lifecycle in self.CURRENT

    @property
    def page(self) -> str:
        """The name of this goal's own page in Visit and in the audit."""
        return f"goal:{self.pk.hex}"


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(goal__in=Goal.objects.visible_to(actor))

    def facts(self) -> Self:
        return self.defer(*words_of(Step))

    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def like(self, step: "Step") -> Self:
        """Ahead as this one is, or behind."""
        behind = Q(status__in=Step.BEHIND)
        return self.filter(behind if step.behind else ~behind)


class Step(models.Model):
    """One thing to do towards a goal. Shared: both the client and their specialist may write every field."""

    class Who(models.TextChoices):
        ME = "me", _("me")
        SPECIALIST = "specialist", _("my specialist")
        SOMEONE_ELSE = "someone-else", _("someone else")

    class Status(models.TextChoices):
        TO_DO = "to-do", pgettext_lazy("state of a step", "to do")
        DOING = "doing", pgettext_lazy("state of a step", "doing it")
        DONE = "done", pgettext_lazy("state of a step", "done")
        STUCK = "stuck", pgettext_lazy("state of a step", "stuck")
        CHANGED_MY_MIND = "changed-my-mind", pgettext_lazy("state of a step", "changed my mind")

    BEHIND = (Status.DONE, Status.CHANGED_MY_MIND)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="steps")
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField()  # on the path, from 1; 0 only while two steps change places
    what_sealed = SealedField()
    what = Words()
    what_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    languages = models.JSONField(default=dict)
    beside = models.JSONField(default=dict)
    who = models.CharField(max_length=12, choices=Who)
    by_when = models.DateField(null=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.TO_DO)
    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["goal", "position"], name="one_step_in_each_place")]

    def __str__(self) -> str:
        return f"step {self.position}"

    @property
    def language(self) -> str:
        return str(self.languages.get("what", ""))

    @property
    def behind(self) -> bool:
        return self.status in self.BEHIND
