from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from peersupport.lib.ids import new_id


class Program(models.Model):
    """A part of the organization with its own rules."""

    class Noun(models.TextChoices):
        CLIENT = "client", _("client")
        PARTICIPANT = "participant", _("participant")
        MEMBER = "member", _("member")
        PERSON = "person", _("person")

    class NoteMode(models.TextChoices):
        NO_NARRATIVE = "no-narrative", _("No narrative")
        WRITTEN_TOGETHER = "written-together", _("Written together")
        BILLABLE = "billable", _("Billable")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    noun = models.CharField(max_length=16, choices=Noun, default=Noun.CLIENT)
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")
    reply_promise_minutes = models.PositiveIntegerField(default=70)
    note_mode = models.CharField(max_length=20, choices=NoteMode, default=NoteMode.WRITTEN_TOGETHER)
    # Without narrative a program may also say that reports tell its supervisors sums, and nothing of anyone by name.
    totals_only = models.BooleanField(default=False)
    # What staff must pass on, in the program's own words, one text for each language; none: the text of the pages.
    passed_on = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)  # of all of it: rules, hours and lines

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(totals_only=False) | Q(note_mode="no-narrative"), name="totals_only_without_narrative"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def must_pass_on(self) -> str:
        return _in_language(self.passed_on)


class WeeklyHours(models.Model):
    """A span on one weekday, in the owner's own time zone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        abstract = True
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes"), weekday__lte=6), name="%(class)s_open_before_they_close"
            )
        ]


class ProgramHours(WeeklyHours):
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="hours")


class Line(models.Model):
    """A phone line the program names: 988, a warmline. `name` and `says` hold one text for each language."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="lines")
    name = models.JSONField()
    says = models.JSONField()
    number = models.CharField(max_length=30)
    takes_texts = models.BooleanField(default=False)
    opens = models.TimeField(null=True)  # both NULL: any hour
    closes = models.TimeField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                name="line_has_both_hours_or_neither",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def named(self) -> str:
        return _in_language(self.name)

    def what(self) -> str:
        return _in_language(self.says)


def _in_language(texts: dict[str, str]) -> str:
    return texts.get((get_language() or "en")[:2]) or texts.get("en", "")
