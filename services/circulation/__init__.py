"""Circulation: rules that people make, what they would do, and the circulation lists that invoices go to.

Nothing public says how FabricAI's own rules are ordered, what happens in conflicts, or what falls to whom when
nothing fits (reference: fabricai.md section 4): all of that is this product's own, and its texts say so.
"""

from services.circulation.matching import (
    CIRCULATION,
    Subject,
    SubjectLine,
    covers,
    first_match,
    matching_lines,
    subject_of,
    targets_of,
)
from services.circulation.preview import Caught, Preview, preview
from services.circulation.rules import (
    Problem,
    add_rule,
    change_rule,
    completed,
    move_rule,
    new_rule,
    pause_rule,
    problem_of,
    remove_rule,
    resume_rule,
    rules_of,
)

__all__ = [
    "CIRCULATION",
    "Caught",
    "Preview",
    "Problem",
    "Subject",
    "SubjectLine",
    "add_rule",
    "change_rule",
    "completed",
    "covers",
    "first_match",
    "matching_lines",
    "move_rule",
    "new_rule",
    "pause_rule",
    "preview",
    "problem_of",
    "remove_rule",
    "resume_rule",
    "rules_of",
    "subject_of",
    "targets_of",
]
