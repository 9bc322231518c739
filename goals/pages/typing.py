"""Saves that a page makes by itself while somebody types: the same POST, answered in JSON."""

from collections.abc import Callable

from django.http import JsonResponse
from django.utils.translation import get_language

from goals.actions.writing import Sent, stayed_out
from goals.forms.saved import SavedForm
from goals.models import Revision
from goals.pages.goal import Unsaved, both_stand, status_of, stays_as_it_is
from peersupport.lib.refusals import Refusal


def answer_typing(form: SavedForm, save: Callable[[Sent], Revision]) -> JsonResponse:
    """`version`: what the box is based on from now on. A refusal says why, and the page keeps what was typed."""
    if not form.is_valid():
        return _refused(next(str(errors[0]) for errors in form.errors.values()), 422)
    try:
        revision = save(form.sent(get_language() or "en"))
    except Refusal as refusal:
        return _refused(str(refusal.sentence), status_of(Unsaved(refusal)))
    return _saved(revision)


def _saved(revision: Revision) -> JsonResponse:
    if stayed_out(revision):
        return _refused(str(stays_as_it_is().sentence), 409)
    if revision.set_beside:  # whoever typed on goes on with the text they began with, until somebody chooses
        sentence = str(both_stand().sentence)
        return JsonResponse({"state": "beside", "version": revision.base_version, "sentence": sentence})
    version = revision.version or revision.base_version
    return JsonResponse({"state": "saved", "version": version, "sentence": ""})


def _refused(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"state": "refused", "sentence": sentence}, status=status)
