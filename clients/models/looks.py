from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Replace

from accounts.models import Actor
from clients.models.clients import Client
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words
from peersupport.lib.spans import open_at


class OpeningQuerySet(models.QuerySet["Opening"]):
    def open(self) -> Self:
        return self.filter(open_at())

    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(client__in=Client.objects.visible_to(actor))


class Opening(models.Model):
    """One supervisor's look at one client's words, or at one log's (`subject_id`), with a reason the client sees."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="openings")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="openings")
    op_id = models.UUIDField()
    subject_id = models.UUIDField(null=True)
    reason_sealed = SealedField()
    reason = Words()
    language = models.CharField(max_length=8)
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()
    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="opening_ends_after_it_starts"),
            models.UniqueConstraint(fields=["supervisor", "op_id"], name="a_form_makes_one_opening"),
        ]
        indexes = [models.Index(fields=["client", "-starts_at"], name="openings_of_a_client")]

    def __str__(self) -> str:
        return f"opening {self.starts_at:%Y-%m-%d %H:%M}"


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(client__in=Client.objects.visible_to(actor))

    def of_row(self, prefix: str, pk: OuterRef) -> Self:
        """Inside a query of rows that have a page each, called `prefix` and their id: the looks at that page."""
        plain = Replace(Cast(pk, models.CharField()), Value("-"), Value(""))
        return self.filter(page=Concat(Value(prefix), plain))


class Visit(models.Model):
    """When a person last looked at a page about a client. *New* is what is younger than `before`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="visits")
    page = models.CharField(max_length=80)
    looked_at = models.DateTimeField()
    before = models.DateTimeField(null=True)  # moves only after 30 minutes away
    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "page", "user"], name="one_visit_for_each_page"),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.looked_at:%Y-%m-%d %H:%M}"
