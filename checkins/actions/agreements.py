"""Everything that changes what a client agreed to. Whoever changes it waits here for the other: the client is locked.

The client's own save is their agreement. A change by staff never touches what is agreed: it stands beside it as an
idea until the client says yes. Told in person, the specialist writes down what they said and reads it back to them.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from checkins.actions.arriving import refuse_what_cannot_come
from checkins.actions.planning import plan_anew
from checkins.models import CheckInAgreement
from checkins.permissions import may_agree
from checkins.rules.terms import Terms, terms_of
from clients.models import Client
from clients.permissions import is_own
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Stale, UsedForm

Agreement = CheckInAgreement
Lifecycle = CheckInAgreement.Lifecycle


@transaction.atomic
def propose(client: Client, terms: Terms, *, op_id: UUID, told: bool = False, by: Actor) -> CheckInAgreement:
    """A new agreement: agreed if it is the client's own or told in person, else an idea that waits for their answer.

    What was agreed before ends when this one is agreed. The same form sent again gives what it made; with other
    content it is refused (UsedForm). Refusal (with its field) for a time or a way in which it could not come.
    """
    _lock(client)
    print_of_form = terms.fingerprint(client.pk, told)
    before = Agreement.objects.filter(proposed_by=by.user, op_id=op_id).first()
    if before is not None:
        if before.op_fingerprint != print_of_form:
            raise UsedForm(
                _("This form was saved before, with other choices. Save again to keep these."), stands=before
            )
        return before
    own = is_own(by, client)
    if not own and not told:
        _refuse_a_second_idea(client)
        terms = _as_staff_may_say(client, terms)
    refuse_what_cannot_come(client, terms)
    columns = terms.columns()
    if own or told:
        columns |= {"lifecycle": Lifecycle.ACTIVE, "replaces": _end_agreed(client, by=by)}
        columns |= _agreed(1, told=told, by=by)
    agreement = Agreement.objects.create(
        pk=new_id(), client=client, proposed_by=by.user, op_id=op_id, op_fingerprint=print_of_form, **columns
    )
    audit.record("check_in_agreement.proposed", by=by, client_id=client.pk, subject=agreement)
    if own or told:
        audit.record("check_in_agreement.agreed", by=by, client_id=client.pk, subject=agreement)
        plan_anew([agreement], now(), reason="agreed")
    return agreement


@transaction.atomic
def change(
    agreement: CheckInAgreement, terms: Terms, *, version: int, op_id: UUID, told: bool = False, by: Actor
) -> CheckInAgreement:
    """The client's change, or one told in person, is agreed with that. Staff reword their idea, or make a new one.

    Returns the row that now says `terms`. Stale if it changed since `version`; the same again is harmless.
    """
    own = is_own(by, agreement.client)
    if not own and not told and agreement.agreed:
        return propose(agreement.client, terms, op_id=op_id, by=by)
    current = _locked(agreement)
    if current.version != version or not _stands(current):
        if _stands(current) and terms_of(current) == terms and (current.agreed or not (own or told)):
            return current
        raise _stale(current)
    if not own and not told:
        terms = _as_staff_may_say(current.client, terms)
    refuse_what_cannot_come(current.client, terms)
    columns = {**terms.columns(), "terms_version": current.terms_version + 1}
    if current.agreed:
        columns |= _agreed(current.terms_version + 1, told=told, by=by)
    _move(current, "check_in_agreement.changed", by=by, **columns)
    if current.agreed:
        plan_anew([current], now(), reason="terms-changed")
    elif own or told:
        _put_in_force(_again(current), told=told, by=by)
    return _again(current)


@transaction.atomic
def agree(agreement: CheckInAgreement, *, version: int, told: bool = False, by: Actor) -> CheckInAgreement:
    """The client says yes to exactly this version. Twice is harmless."""
    if not may_agree(by, agreement, told=told):
        raise ValueError("only the client agrees, or tells it to whoever walks with them")
    current = _locked(agreement)
    if current.agreed:
        return current
    if current.version != version or not current.proposed:
        raise _stale(current)
    refuse_what_cannot_come(current.client, terms_of(current))
    _put_in_force(current, told=told, by=by)
    return _again(current)


@transaction.atomic
def say_no(agreement: CheckInAgreement, *, by: Actor) -> None:
    """ "No thanks": it is answered, and what was agreed before goes on as it was. Twice is harmless."""
    _answer_idea(agreement, Lifecycle.NO_THANKS, "check_in_agreement.not_wanted", by=by)


@transaction.atomic
def take_back(agreement: CheckInAgreement, *, by: Actor) -> None:
    """Staff take back an idea that is not answered yet. Twice is harmless."""
    _answer_idea(agreement, Lifecycle.TAKEN_BACK, "check_in_agreement.taken_back", by=by)


@transaction.atomic
def pause(agreement: CheckInAgreement, *, by: Actor) -> None:
    """No reason asked. Nothing leaves from the moment this is saved. Twice is harmless."""
    current = _locked(agreement)
    if current.in_force:
        _move(current, "check_in_agreement.paused", by=by, paused_at=now())
        plan_anew([current], now(), reason="paused")
    elif not current.agreed:
        raise _stale(current)


@transaction.atomic
def resume(agreement: CheckInAgreement, *, told: bool = False, by: Actor) -> None:
    """Goes on as agreed; the client says so themselves, or in person. Twice is harmless."""
    if not may_agree(by, agreement, told=told):
        raise ValueError("only the client goes on, or tells it to whoever walks with them")
    current = _locked(agreement)
    if current.agreed and not current.in_force:
        refuse_what_cannot_come(current.client, terms_of(current))
        agreed = _agreed(current.terms_version, told=told, by=by)
        _move(current, "check_in_agreement.resumed", by=by, paused_at=None, **agreed)
        plan_anew([current], now(), reason="resumed")
    elif not current.agreed:
        raise _stale(current)


@transaction.atomic
def end(agreement: CheckInAgreement, *, by: Actor) -> None:
    """No more check-ins by it. Twice is harmless."""
    current = _locked(agreement)
    if current.agreed:
        _end(current, by=by)
    elif current.lifecycle != Lifecycle.ENDED:
        raise _stale(current)


# --- the steps of these -----------------------------------------------------------------------------------------------
def _lock(client: Client) -> None:
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)


def _locked(agreement: CheckInAgreement) -> CheckInAgreement:
    """As it stands now, held until the transaction ends."""
    _lock(agreement.client)
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    return _again(agreement)


def _again(agreement: CheckInAgreement) -> CheckInAgreement:
    return Agreement.objects.select_related("client__user", "client__program").get(pk=agreement.pk)


def _put_in_force(agreement: CheckInAgreement, *, told: bool, by: Actor) -> None:
    """Agreed from now on, in place of what was agreed before."""
    before = _end_agreed(agreement.client, by=by)
    columns = _agreed(agreement.terms_version, told=told, by=by)
    _move(agreement, "check_in_agreement.agreed", by=by, lifecycle=Lifecycle.ACTIVE, replaces=before, **columns)
    plan_anew([agreement], now(), reason="agreed")


def _end_agreed(client: Client, *, by: Actor) -> CheckInAgreement | None:
    """What was agreed so far, and is no more."""
    before = Agreement.objects.agreed().filter(client=client).select_for_update(no_key=True).first()
    if before is not None:
        _end(before, by=by)
    return before


def _agreed(terms_version: int, *, told: bool, by: Actor) -> dict[str, Any]:
    how = Agreement.AgreedHow.READ_BACK if told else Agreement.AgreedHow.OWN_SIGN_IN
    return {
        "agreed_version": terms_version,
        "agreed_at": now(),
        "agreed_how": how,
        "told_to": by.user if told else None,
    }


def _end(agreement: CheckInAgreement, *, by: Actor) -> None:
    _move(agreement, "check_in_agreement.ended", by=by, lifecycle=Lifecycle.ENDED, ended_at=now(), paused_at=None)
    plan_anew([agreement], now(), reason="ended")


def _answer_idea(agreement: CheckInAgreement, lifecycle: Lifecycle, verb: str, *, by: Actor) -> None:
    current = _locked(agreement)
    if current.proposed:
        _move(current, verb, by=by, lifecycle=lifecycle, ended_at=now())
    elif current.lifecycle != lifecycle:
        raise _stale(current)


def _move(agreement: CheckInAgreement, verb: str, *, by: Actor, **columns: Any) -> None:
    """Compare and set: the lock is held, and the version is still looked at."""
    rows = Agreement.objects.filter(pk=agreement.pk, version=agreement.version)
    if not rows.update(version=F("version") + 1, changed_at=now(), **columns):
        raise _stale(agreement)
    audit.record(verb, by=by, client_id=agreement.client_id, subject=agreement)


def _stands(agreement: CheckInAgreement) -> bool:
    return agreement.agreed or agreement.proposed


def _stale(stands: CheckInAgreement) -> Stale:
    return Stale(_("This changed in the meantime. Please look at it once more."), stands=stands)


def _refuse_a_second_idea(client: Client) -> None:
    waiting = Agreement.objects.proposed().filter(client=client).first()
    if waiting is not None:
        raise Stale(_("An idea waits for an answer already. You can change that one."), stands=waiting)


def _as_staff_may_say(client: Client, terms: Terms) -> Terms:
    """The tick for a first name is the client's: in an idea of staff it only stays where they have set it."""
    agreed = Agreement.objects.agreed().filter(client=client).first()
    return replace(terms, first_name=terms.first_name and agreed is not None and agreed.first_name)
