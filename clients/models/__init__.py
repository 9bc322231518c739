from clients.models.clients import QUIET_MOST, Assignment, AssignmentQuerySet, Client, ClientQuerySet, KeptFrom
from clients.models.comings import Closing, Pause
from clients.models.handovers import Handover
from clients.models.imports import ImportedAs
from clients.models.looks import Opening, Visit

__all__ = [
    "QUIET_MOST",
    "Assignment",
    "AssignmentQuerySet",
    "Client",
    "ClientQuerySet",
    "Closing",
    "Handover",
    "ImportedAs",
    "KeptFrom",
    "Opening",
    "Pause",
    "Visit",
]
