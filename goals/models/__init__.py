from goals.models.comments import Comment, CommentTakenBack
from goals.models.goals import Goal, Step
from goals.models.ideas import Suggestion
from goals.models.revisions import Revision

__all__ = ["Comment", "CommentTakenBack", "Goal", "Revision", "Step", "Suggestion"]
