"""The product's pages, and the minimal signed-in page: session, person and one row in the frame of every page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from clients.models import Client
from peersupport import urls as product


@require_GET
def minimal(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "minimal.html", {"client": Client.objects.get(pk=pk)})


urlpatterns = [path("bench/minimal/<uuid:pk>/", minimal), *product.urlpatterns]
handler400 = product.handler400
handler403 = product.handler403
handler404 = product.handler404
handler500 = product.handler500
