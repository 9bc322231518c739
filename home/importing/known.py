"""Who is here already: the rule by which a row is the same person as another row or as someone in the database.

1. The program's own number for the person, if the row has one; else 2. the e-mail address; else 3. the whole name.
Numbers and names count within a program, addresses everywhere. A number or an address that goes with another name is
refused, and so is a name that is here already unless numbers or addresses tell the two people apart: better one row
too many to look at by hand than two people in one record, or one person in two.
"""

import hashlib
import os
import sqlite3
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Program, User
from clients.models import Client, ImportedAs
from home.importing import headings
from home.importing.headings import folded
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import fingerprints

By = ImportedAs.By


@dataclass(frozen=True)
class Identity:
    """What a row says about who it is; "" for what it does not say."""

    first_name: str
    last_name: str
    number: str
    email: str

    @property
    def name(self) -> str:
        return folded(f"{self.first_name} {self.last_name}")


class Known:
    """The clients of a program, and those that earlier rows of the file are about."""

    def __init__(self, program: Program) -> None:
        self.program = program
        # On disk, in a file without a name that goes with the connection: 10 MB of rows need no more memory than 10.
        self._notes = sqlite3.connect("")
        self._notes.execute("CREATE TABLE rows (client BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._notes.execute("CREATE TABLE names (name BLOB, client BLOB, has_number INTEGER, has_email INTEGER)")
        self._key = os.urandom(32)
        self._note_names()

    def close(self) -> None:
        self._notes.close()

    def digests(self, who: Identity) -> dict[By, list[str]]:
        """Under every key, the newest first; only of what the row says."""
        program = str(self.program.pk)
        said = {By.NUMBER: (program, who.number), By.EMAIL: ("", who.email), By.NAME: (program, who.name)}
        return {by: fingerprints("imported as", by, *parts) for by, parts in said.items() if parts[1]}

    def find(self, who: Identity, row: int) -> UUID | None:
        """The client this row is about; None for someone new. Refuses (field: one of `headings`) whoever an earlier
        row was about, and who may or may not be someone that is here."""
        digests = self.digests(who)
        wanted = [digest for several in digests.values() for digest in several]
        found: dict[str, list[UUID]] = {By.NUMBER: [], By.EMAIL: [], By.NAME: []}
        for by, client in ImportedAs.objects.filter(digest__in=wanted).values_list("by", "client"):
            found[by].append(client)
        here = self._by_number(who, found) or self._by_email(who, found) or self._by_name(who, found)
        if here is not None:
            self.note(here, row)
        return here

    def note(self, client: UUID, row: int) -> None:
        """This row is about this client, and no later one is."""
        earlier = self._row_about(client)
        if earlier is not None:
            sentence = _("Row %(row)d is about the same person. Please delete one of the two rows.")
            raise Refusal(sentence % {"row": earlier}, field=headings.FIRST_NAME)
        self._notes.execute("INSERT INTO rows VALUES (?, ?)", (client.bytes, row))

    # --- three ways to be known ---------------------------------------------------------------------------------------
    def _by_number(self, who: Identity, found: dict[str, list[UUID]]) -> UUID | None:
        if not found[By.NUMBER]:
            return None
        client = found[By.NUMBER][0]
        if not self._has_name(client, who, found):
            sentence = _("This number belongs to someone with another name. Please look at number and name.")
            raise self._about(client, sentence, headings.NUMBER)
        return client

    def _by_email(self, who: Identity, found: dict[str, list[UUID]]) -> UUID | None:
        if not who.email:
            return None
        client = found[By.EMAIL][0] if found[By.EMAIL] else None
        if client is None:
            holder = User.objects.filter(email=who.email).values_list("client", flat=True)
            if not holder:
                return None
            client = holder[0]
            if client is None:  # someone who works here
                raise Refusal(_taken(), field=headings.EMAIL)
        program = Client.objects.values_list("program", flat=True).get(pk=client)
        other_number = who.number and ImportedAs.objects.filter(client=client, by=By.NUMBER).exists()
        if program != self.program.pk or other_number or not self._has_name(client, who, found):
            raise self._about(client, _taken(), headings.EMAIL)
        return client

    def _by_name(self, who: Identity, found: dict[str, list[UUID]]) -> UUID | None:
        """Those who came from a file by the name it had; then everyone by the name they have now."""
        says = {by for by, said in ((By.NUMBER, who.number), (By.EMAIL, who.email)) if said}
        same = None
        for client in found[By.NAME]:
            has = set(ImportedAs.objects.filter(client=client).exclude(by=By.NAME).values_list("by", flat=True))
            if not says and not has:
                same = client
            elif not says & has:
                raise self._about(client, _namesake(), headings.FIRST_NAME)
        query = "SELECT client, has_number, has_email FROM names WHERE name = ?"
        for client, has_number, has_email in self._notes.execute(query, (self._hidden(who.name),)):
            told_apart = (has_number and who.number) or (has_email and who.email)
            if not told_apart and UUID(bytes=client) not in found[By.NAME]:
                raise Refusal(_namesake(), field=headings.FIRST_NAME)
        return same

    def _has_name(self, client: UUID, who: Identity, found: dict[str, list[UUID]]) -> bool:
        """As the file had it, or as it is now: people change their names."""
        if client in found[By.NAME]:
            return True
        user = User.objects.get(client=client)
        return folded(f"{user.first_name} {user.last_name}") == who.name

    # --- notes --------------------------------------------------------------------------------------------------------
    def _about(self, client: UUID, sentence: str, field: str) -> Refusal:
        row = self._row_about(client)
        where = "" if row is None else " " + _("It is row %(row)d.") % {"row": row}
        return Refusal(sentence + where, field=field)

    def _row_about(self, client: UUID) -> int | None:
        noted = self._notes.execute("SELECT row FROM rows WHERE client = ?", (client.bytes,)).fetchone()
        return int(noted[0]) if noted else None

    def _note_names(self) -> None:
        """Of everyone who was here before this import, as they are called now: also of those who came by hand."""
        imported = ImportedAs.objects.filter(client=OuterRef("pk"))
        people = Client.objects.filter(program=self.program).annotate(
            has_number=Exists(imported.filter(by=By.NUMBER)),
            has_email=Exists(imported.filter(by=By.EMAIL)) | Q(user__email__isnull=False),
        )
        rows = people.values_list("user__first_name", "user__last_name", "pk", "has_number", "has_email")
        self._notes.executemany(
            "INSERT INTO names VALUES (?, ?, ?, ?)",
            ((self._hidden(folded(f"{first} {last}")), pk.bytes, *has) for first, last, pk, *has in rows.iterator()),
        )
        self._notes.execute("CREATE INDEX by_name ON names (name)")

    def _hidden(self, name: str) -> bytes:
        return hashlib.blake2b(name.encode(), key=self._key, digest_size=16).digest()


def _taken() -> str:
    return _(
        "Someone else here has this e-mail address. One address can belong to one person only; please leave this "
        "cell empty."
    )


def _namesake() -> str:
    return _(
        "Someone with this name is here already. If it is the same person, please delete this row. If not, tell the "
        "two apart by an initial or a middle name."
    )
