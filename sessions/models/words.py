"""What clients say about their times together: rows of their own, append-only."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from clients.models import Visit
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField, Words
from sessions.models.logs import ContactLog

WORD_PAGE = "word:"


def _shown(word_pk: OuterRef) -> models.QuerySet[Visit]:
    """The visits that say a word was shown. Not a comparison of clocks: a word may be written while someone reads."""
    return Visit.objects.of_row(WORD_PAGE, word_pk)


class ClientWordQuerySet(models.QuerySet["ClientWord"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(log__in=ContactLog.objects.visible_to(actor))

    def was_shown(self) -> Self:
        """To someone other than whoever said it."""
        return self.filter(Exists(_shown(OuterRef("pk")).exclude(user=OuterRef("author"))))

    def unread_by(self, actor: Actor) -> Self:
        """Said by clients, not taken back, and not shown to this person yet."""
        gone = ClientWordTakenBack.objects.filter(word=OuterRef("pk"))
        return self.filter(~Exists(gone), ~Exists(_shown(OuterRef("pk")).filter(user=actor.user)))


class ClientWord(models.Model):
    """What the client says about one contact, in a row of their own. Append-only."""

    class Kind(models.TextChoices):
        IN_MY_WORDS = "in-my-words", _("In my words")
        SAW_IT_SO = "saw-it-so", _("This is how I saw it")
        SAW_IT_DIFFERENTLY = "saw-it-differently", _("I saw it differently")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    log = models.ForeignKey(ContactLog, on_delete=models.PROTECT, related_name="client_words")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    op_id = models.UUIDField()
    op_fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=Kind)
    text_sealed = SealedField()
    text = Words()
    language = models.CharField(max_length=8)
    at = models.DateTimeField(default=now)
    objects = ClientWordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "op_id"], name="a_form_makes_one_word")]
        indexes = [models.Index(fields=["log", "at"], name="words_on_a_log")]

    def __str__(self) -> str:
        return self.kind

    @property
    def taken_back(self) -> bool:
        return hasattr(self, "taken_back_row")

    @property
    def page(self) -> str:
        """The name under which a Visit says that this word was shown."""
        return f"{WORD_PAGE}{self.pk.hex}"


class ClientWordTakenBackQuerySet(models.QuerySet["ClientWordTakenBack"]):
    def visible_to(self, actor: Actor | None) -> Self:
        return self.filter(word__in=ClientWord.objects.visible_to(actor))


class ClientWordTakenBack(models.Model):
    """The client took a word back. Unread, it is as if never said; read, others see that it was taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    word = models.OneToOneField(ClientWord, on_delete=models.PROTECT, related_name="taken_back_row")
    at = models.DateTimeField(default=now)
    objects = ClientWordTakenBackQuerySet.as_manager()

    def __str__(self) -> str:
        return f"taken back {self.at:%Y-%m-%d}"
