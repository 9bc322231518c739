"""The client's own hand on the specialist's screen: handed over, one text with its answers, thank you."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import staying
from goals.forms.consent import HandsForm
from goals.pages.hands import (
    Offered,
    answer,
    answer_in_own_words,
    as_the_client,
    done,
    hand_over,
    is_asked,
    not_asked,
    offered_goal,
    offered_idea,
    own_words_form,
    show_before,
    show_in_hands,
)
from goals.pages.hands import in_hands as offered_in_hands
from peersupport.lib.fields import with_new_op_id, with_value
from peersupport.lib.refusals import Refusal, UsedForm

_NOTHING: Refusal | None = None


@require_http_methods(["GET", "POST"])
def hand_over_idea(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Turn the screen to the client: an idea waits for their answer."""
    return _hand_over(request, offered_idea(request, pk))


@require_http_methods(["GET", "POST"])
def hand_over_goal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Turn the screen to the client: a goal that was written down as they said it waits for their yes."""
    return _hand_over(request, offered_goal(request, pk))


@staying.in_hands_too
@require_http_methods(["GET", "POST"])
def in_hands(request: HttpRequest) -> HttpResponse:
    """What the client sees and answers; afterwards, thank you."""
    if staying.in_hands(request) is None:
        return redirect("/")
    with as_the_client(request):
        offered = offered_in_hands(request)
        if offered is None:
            return show_in_hands(request, "goals/hands_thanks.html", {})
        if request.method == "GET":
            return show_in_hands(request, "goals/hands.html", {"offered": offered})
        form = HandsForm(request.POST, of=offered.key)
        if not form.is_valid():
            again = Refusal(_("This page was too old. Please choose once more."))
            return show_in_hands(request, "goals/hands.html", {"offered": offered, "refusal": again}, 422)
        try:
            answer(request, offered, form.cleaned_data["answer"], form.cleaned_data["version"])
        except Refusal as refusal:
            return show_in_hands(request, "goals/hands.html", {"offered": offered, "refusal": refusal}, 409)
        done(request)
        return redirect("goals:in-hands")


@staying.in_hands_too
@require_http_methods(["GET", "POST"])
def in_hands_my_way(request: HttpRequest) -> HttpResponse:
    """The client writes it in words of their own, on this screen."""
    with as_the_client(request):
        offered = offered_in_hands(request)
        if offered is None or not is_asked(request, offered):
            return not_asked(request)
        form, refusal = own_words_form(request, offered), _NOTHING
        if request.method == "POST" and form.is_valid():
            try:
                answer_in_own_words(request, offered, form)
            except UsedForm as error:
                form, refusal = with_new_op_id(form), error
            except Refusal as error:  # what changed meanwhile is known now: saved once more, theirs stands
                form, refusal = with_value(form, "version", offered.version), error
            else:
                done(request)
                return redirect("goals:in-hands")
        if "op_id" in form.errors:
            form = with_new_op_id(form)
        status = 409 if refusal else 422 if form.errors else 200
        context = {"offered": offered, "form": form, "refusal": refusal}
        return show_in_hands(request, "goals/hands_my_way.html", context, status)


def _hand_over(request: HttpRequest, offered: Offered) -> HttpResponse:
    if not offered.waits:
        messages.info(request, _("This was answered meanwhile."))
        return redirect(offered.back)
    if request.method == "GET":
        return show_before(request, offered)
    hand_over(request, offered)
    response = redirect("goals:in-hands")
    response.headers["Clear-Site-Data"] = '"cache"'  # Back finds no page that stood here before
    return response
