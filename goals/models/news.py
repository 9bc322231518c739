"""A message that there is something new: wanted or not, and on which days one was planned."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Role
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id


class NewsChoiceQuerySet(models.QuerySet["NewsChoice"]):
    def wanted(self) -> Self:
        return self.filter(wanted=True)

    def to_plan(self, at: datetime) -> Self:
        """Each is looked at every few minutes, not at every tick."""
        return self.wanted().filter(look_again_at__lte=at)


class NewsChoice(models.Model):
    """Whether one person under one hat wants to be told that something about goals is new. Off until chosen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hat = models.CharField(max_length=12, choices=Role.Kind)
    wanted = models.BooleanField(default=False)
    chosen_at = models.DateTimeField(default=now)
    look_again_at = models.DateTimeField(default=now)
    objects = NewsChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "hat"], name="one_choice_for_each_hat"),
            models.CheckConstraint(
                condition=Q(hat__in=["client", "specialist"]), name="news_are_for_the_two_who_keep_goals"
            ),
        ]
        indexes = [models.Index(fields=["look_again_at"], condition=Q(wanted=True), name="choices_to_plan_by")]

    def __str__(self) -> str:
        return f"{self.hat}: {'wanted' if self.wanted else 'not wanted'}"

    @property
    def of_client(self) -> bool:
        return self.hat == Role.Kind.CLIENT


class News(models.Model):
    """One message of one local day. What it is about is looked up when it leaves, and never stands in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    choice = models.ForeignKey(NewsChoice, on_delete=models.PROTECT, related_name="news")
    local_date = models.DateField()  # of the person's own calendar
    planned_for = models.DateTimeField()
    planning = models.PositiveIntegerField(default=1)  # moves when it did not leave and is planned anew
    withdrawn_at = models.DateTimeField(null=True)  # they did not want it any more

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["choice", "local_date"], name="one_message_of_news_a_day"),
        ]

    def __str__(self) -> str:
        return f"news of {self.local_date}"
