"""Contact logs, and the mark that one was a mistake."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Actor, Role
from clients.models import Client
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words, words_of


class ContactLogQuerySet(models.QuerySet["ContactLog"]):
    def visible_to(self, actor: Actor | None) -> Self:
        """Logs whose facts exist for this hat."""
        if actor is None or actor.wears(Role.Kind.MANAGER):
            return self.none()
        return self.filter(client__in=Client.objects.visible_to(actor))

    def facts(self) -> Self:
        """Without any column that holds words; touching one raises."""
        return self.with_marks().defer(*words_of(ContactLog))

    def with_words(self) -> Self:
        return self.with_marks()

    def with_marks(self) -> Self:
        """Adds what is derived from other rows: `corrected`, `in_error`, `about_someone_else`."""
        rows = self.annotate(corrected=Exists(ContactLog.objects.signed_corrections()))
        return rows.select_related("entered_in_error").defer("entered_in_error__reason_sealed")

    def standing(self) -> Self:
        """Not entered in error."""
        return self.filter(~Exists(EnteredInError.objects.filter(log=OuterRef("pk"))))

    def newest_form(self) -> Self:
        """Neither entered in error nor corrected later."""
        return self.standing().filter(~Exists(ContactLog.objects.signed_corrections()))

    def signed_corrections(self) -> Self:
        """Of the log in the outer query. That most logs correct nothing is said, so that PostgreSQL need not scan."""
        return self.standing().filter(corrects=OuterRef("pk"), corrects__isnull=False, signed_at__isnull=False)

    def unfinished(self) -> Self:
        return self.standing().filter(signed_at__isnull=True)

    def by(self, actor: Actor) -> Self:
        return self.filter(author=actor.user)


class ContactLog(models.Model):
    """The record of one contact that took place or was tried. Signed, every column is frozen by trigger."""

    class Mode(models.TextChoices):
        IN_PERSON = "in-person", _("in person")
        PHONE = "phone", _("phone")
        TEXT = "text", _("text")
        VIDEO = "video", _("video")
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("letter")
        VOICEMAIL = "voicemail", _("voicemail")
        OTHER = "other", pgettext_lazy("mode", "another way")

    class WhoReachedOut(models.TextChoices):
        NOBODY = "nobody", _("planned")
        CLIENT = "client", _("the client")
        SPECIALIST = "specialist", _("the specialist")
        SUPPORTER = "supporter", _("a friend or relative")
        OTHER_PROVIDER = "other-provider", _("another service")

    class Outcome(models.TextChoices):
        CONNECTED = "connected", _("we connected")
        DID_NOT_CONNECT = "did-not-connect", _("we didn’t connect")
        LEFT_MESSAGE = "left-message", _("a message was left")
        CANCELLED_BY_CLIENT = "cancelled-by-client", _("called off by the client")
        CANCELLED_BY_SPECIALIST = "cancelled-by-specialist", _("called off by the specialist")

    class Place(models.TextChoices):
        HOME = "home", _("their home")
        COMMUNITY = "community", _("a place in the community")
        OFFICE = "office", _("our office or center")
        SHELTER = "shelter", _("shelter")
        STREET = "street", _("street or outreach")
        SCHOOL = "school", _("school")
        WORK = "work", _("work")
        HOSPITAL = "hospital", _("hospital")
        EMERGENCY = "emergency", _("emergency department")
        COURT = "court", _("jail or court")
        RESIDENTIAL = "residential", _("residential program")
        VEHICLE = "vehicle", _("vehicle")
        OTHER = "other", pgettext_lazy("place", "somewhere else")

    class Service(models.TextChoices):
        ENGAGEMENT = "engagement", _("engagement")
        ONE_TO_ONE = "one-to-one", _("one to one")
        ADVOCACY = "advocacy", _("speaking up together")
        NAVIGATION = "navigation", _("finding resources")
        GOALS = "goals", _("working on goals")
        WELLNESS = "wellness", _("wellness planning")
        WARM_HANDOFF = "warm-handoff", _("warm hand-off")
        TRANSITION = "transition", _("support in a transition")
        CRISIS = "crisis", _("support in a crisis")
        OUTREACH = "outreach", _("outreach")
        CHECK_IN = "check-in", _("check-in")

    class Written(models.TextChoices):
        TOGETHER = "together", _("together")
        READ_BACK = "read-back", _("read back to them")
        AFTER = "after", _("afterwards")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Found by the timeline, which begins with the client.
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contact_logs", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contact_logs")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    happened_on = models.DateField()  # the author's calendar day
    occurred_at = models.DateTimeField()  # places it in the timeline: the start if known, else that day
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=64)  # the author's, when they wrote it
    minutes_direct = models.PositiveSmallIntegerField()
    minutes_travel = models.PositiveSmallIntegerField(default=0)
    minutes_documentation = models.PositiveSmallIntegerField(default=0)
    mode = models.CharField(max_length=12, choices=Mode)
    planned = models.BooleanField()
    who_reached_out = models.CharField(max_length=16, choices=WhoReachedOut)
    outcome = models.CharField(max_length=24, choices=Outcome, default=Outcome.CONNECTED)
    place = models.CharField(max_length=16, choices=Place, blank=True)
    service = models.CharField(max_length=16, choices=Service, blank=True)
    written = models.CharField(max_length=12, choices=Written, blank=True)
    interpreter = models.BooleanField(default=False)

    what_mattered_sealed = SealedField()  # what the client said they wanted, in their words
    what_we_did_sealed = SealedField()
    how_it_went_sealed = SealedField()
    next_steps_sealed = SealedField()
    what_mattered = Words()
    what_we_did = Words()
    how_it_went = Words()
    next_steps = Words()
    language = models.CharField(max_length=8)  # of the words

    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    signed_at = models.DateTimeField(null=True)
    signed_name = models.CharField(max_length=161, blank=True)
    signed_role = models.CharField(max_length=16, blank=True)
    signed_credential = models.CharField(max_length=80, blank=True)
    objects = ContactLogQuerySet.as_manager()

    corrected: bool  # set by with_marks()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "op_id"], name="a_form_makes_one_log"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=False, ended_at__gt=F("started_at")),
                name="contact_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(minutes_direct__lte=1440, minutes_travel__lte=1440, minutes_documentation__lte=1440),
                name="at_most_a_day_of_minutes",
            ),
            models.CheckConstraint(
                condition=Q(planned=True, who_reached_out="nobody") | (Q(planned=False) & ~Q(who_reached_out="nobody")),
                name="planned_or_someone_reached_out",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_name="") | (Q(signed_at__isnull=False) & ~Q(signed_name="")),
                name="signed_with_a_name",
            ),
        ]
        indexes = [
            models.Index(
                fields=["client", "-occurred_at", "-id"],
                name="timeline_of_a_client",
            ),
            models.Index(
                fields=["author", "-occurred_at"], condition=Q(signed_at__isnull=True), name="unfinished_of_an_author"
            ),
        ]

    def __str__(self) -> str:
        return f"contact on {self.happened_on}"

    @property
    def signed(self) -> bool:
        return self.signed_at is not None

    @property
    def signature(self) -> str:
        """Name and credential as they were when it was signed."""
        return f"{self.signed_name}, {self.signed_credential}" if self.signed_credential else self.signed_name

    @property
    def in_error(self) -> bool:
        return hasattr(self, "entered_in_error")

    @property
    def about_someone_else(self) -> bool:
        return self.in_error and self.entered_in_error.about_someone_else

    @property
    def connected(self) -> bool:
        return self.outcome == self.Outcome.CONNECTED

    @property
    def page(self) -> str:
        """The name of this log's own page in Visit and in the audit."""
        return f"log:{self.pk.hex}"


class EnteredInErrorQuerySet(models.QuerySet["EnteredInError"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(log__in=ContactLog.objects.visible_to(actor))


class EnteredInError(models.Model):
    """This log should not be here: struck through, kept, out of counts. Append-only.

    `about_someone_else`: it stands on the wrong person's record, so its words show to nobody but their author.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    log = models.OneToOneField(ContactLog, on_delete=models.PROTECT, related_name="entered_in_error")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    about_someone_else = models.BooleanField(default=False)
    reason_sealed = SealedField()
    reason = Words()
    objects = EnteredInErrorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"entered in error {self.at:%Y-%m-%d}"
