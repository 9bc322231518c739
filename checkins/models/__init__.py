from checkins.models.agreements import CheckInAgreement
from checkins.models.checkins import CheckIn

__all__ = ["CheckIn", "CheckInAgreement"]
