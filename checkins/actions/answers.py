"""What a client answers to a check-in, by their own sign-in or by the link they were sent."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from checkins.kinds import KIND
from checkins.models import CheckIn
from checkins.rules.planning import ANSWERABLE, CHANGEABLE
from clients.permissions import is_own
from conversations.actions import ByLink, open_reach_out
from conversations.models import ReachOut
from notifications.actions import cancel_unsent
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal


@transaction.atomic
def answer(check_in: CheckIn, said: str, line: str = "", *, language: str, by: Actor | None) -> CheckIn:
    """One of CheckIn.Answer and, if they like, a line. By link (`by=None`) or by the client under their hat.

    For ten minutes after the first answer another one takes its place; an empty line leaves the one that stands. "I'd
    like a call" opens one reach-out, whatever is answered later. The same again is harmless, and so are two devices at
    once: whoever comes second waits here. Refusal once it is too late, or before it is time.
    """
    if by is not None and not is_own(by, check_in.agreement.client):
        raise ValueError("only the client answers")
    current = _locked(check_in)
    if current.answered and current.answer == said and line in {"", current.line}:
        return current
    _refuse_out_of_time(current)
    at = now()
    columns = {
        "answered_at": current.answered_at or at,
        "answer_changed_at": max(at, current.answered_at or at),  # the clocks of two machines may differ
        **seal(CheckIn, current.pk, answer=CheckIn.Answer(said).value),
    }
    if line:
        columns |= {"language": language, **seal(CheckIn, current.pk, line=line)}
    if said == CheckIn.Answer.CALL and current.reach_out_id is None:
        columns["reach_out"] = _ask_for_a_call(current, line or current.line, language, by)
    CheckIn.objects.filter(pk=current.pk).update(**columns)
    cancel_unsent(KIND, [current.pk], reason="answered")
    client_id = current.agreement.client_id
    acts = by or ByLink(current.agreement.client.user_id)
    audit.record("check_in.answered", by=acts, client_id=client_id, subject=current)
    return CheckIn.objects.select_related("agreement__client__user", "reach_out").get(pk=current.pk)


def _locked(check_in: CheckIn) -> CheckIn:
    rows = CheckIn.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("agreement__client__user", "agreement__client__program").get(pk=check_in.pk)


def _refuse_out_of_time(check_in: CheckIn) -> None:
    at = now()
    if check_in.answered_at is not None:
        if at >= check_in.answered_at + CHANGEABLE:
            raise Refusal(_("Your answer was saved a while ago, and it stays as it was."), stands=check_in)
    elif check_in.withdrawn_at is not None or not check_in.planned_for <= at < check_in.planned_for + ANSWERABLE:
        raise Refusal(_("This check-in is over. No harm done."), stands=check_in)


def _ask_for_a_call(check_in: CheckIn, line: str, language: str, by: Actor | None) -> ReachOut:
    """The check-in's own id is the form's: however often it is sent, it asks once."""
    return open_reach_out(
        check_in.agreement.client,
        ReachOut.Kind.TALK,
        line,
        wants=ReachOut.Wants.CALL,
        op_id=check_in.pk,
        language=language,
        by=by,
    )
