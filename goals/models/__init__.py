from goals.models.goals import Goal, Step
from goals.models.ideas import Suggestion
from goals.models.revisions import Revision

__all__ = ["Goal", "Revision", "Step", "Suggestion"]
