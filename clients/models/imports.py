from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Actor
from clients.models.clients import Client
from peersupport.lib.ids import new_id


class ImportedAsQuerySet(models.QuerySet["ImportedAs"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(client__in=Client.objects.visible_to(actor))


class ImportedAs(models.Model):
    """By what a client who came from a spreadsheet is known again when the same row comes once more.

    Digests under our own keys, of the program's number for the person, of the e-mail address and of the name as the
    file had them (`home.importing.known`): what they were made from cannot be read from them.
    """

    class By(models.TextChoices):
        NUMBER = "number"
        EMAIL = "email"
        NAME = "name"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="imported_as")
    by = models.CharField(max_length=8, choices=By)
    digest = models.CharField(max_length=64)
    objects = ImportedAsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "by"], name="imported_once"),
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(by="name"), name="one_person_for_a_number_or_an_address"
            ),
        ]
        indexes = [models.Index(fields=["digest"], name="imported_by_digest")]

    def __str__(self) -> str:
        return f"{self.by} {self.pk}"
