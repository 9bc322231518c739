from sessions.models.logs import ContactLog, EnteredInError
from sessions.models.tallies import Tally
from sessions.models.words import ClientWord, ClientWordTakenBack

__all__ = ["ClientWord", "ClientWordTakenBack", "ContactLog", "EnteredInError", "Tally"]
