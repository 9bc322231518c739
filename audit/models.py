from django.db import models

from peersupport.lib.clock import now
from peersupport.lib.ids import new_id


class Event(models.Model):
    """Who did or read what, when, wearing which hat. Append-only by trigger on both engines.

    Plain ids without foreign keys: an event outlives what it speaks of. No names and no words, ever.
    A read has a `bucket` (number of the 10-minute span since 1970) and stands once for each
    (actor under a hat, client, page, bucket); a write has none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    actor_id = models.UUIDField(null=True)  # NULL: the system itself
    hat = models.CharField(max_length=16)
    verb = models.CharField(max_length=40)
    client_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    page = models.CharField(max_length=80, blank=True)
    bucket = models.IntegerField(null=True)
    count = models.PositiveIntegerField(null=True)
    narrowed_by = models.CharField(max_length=200, blank=True)  # codes and dates of a list's filter

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "hat", "client_id", "page", "bucket"],
                condition=models.Q(bucket__isnull=False, client_id__isnull=False),
                name="one_event_for_each_read",
            ),
        ]
        indexes = [models.Index(fields=["client_id", "-at"], name="events_of_a_client")]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"
