"""A screen that was handed over comes back by the act of the person who signed in, and by nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import staying, throttles
from accounts.forms import TakeBackForm
from accounts.models import User
from accounts.signing_in import actor_of
from peersupport.lib.fields import posted


@staying.in_hands_too
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest) -> HttpResponse:
    """Asks for the password of the one whose screen it is."""
    if staying.in_hands(request) is None:
        return redirect("/")
    form = TakeBackForm(posted(request))
    if request.method == "POST" and form.is_valid() and _proves(request, actor_of(request).user, form):
        return redirect(staying.take_back(request))
    return render(request, "account/take_back.html", {"form": form}, status=422 if form.errors else 200)


def _proves(request: HttpRequest, user: User, form: TakeBackForm) -> bool:
    counted = throttles.count(request, "login_failed", str(user.email))
    if counted is None:
        form.add_error("password", str(throttles.TOO_OFTEN))
    elif user.check_password(form.cleaned_data["password"]):
        counted.take_back()
        return True
    else:
        form.refuse()
    return False
