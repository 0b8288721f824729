"""Circulation: rules that people make, what they would do, and the circulation lists that invoices go to.

Nothing public says how FabricAI's own rules are ordered, what happens in conflicts, or what falls to whom when
nothing fits (reference: fabricai.md section 4): all of that is this product's own, and its texts say so.
"""

from services.circulation.applying import NOWHERE, apply_rules, needs_list, with_standing
from services.circulation.files import RulesFile, amount_in_cents, kept_file, save_file
from services.circulation.lists import notice_changes, rules_paused
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
from services.circulation.predicting import chosen_before, predict_lists
from services.circulation.preview import Caught, Preview, preview
from services.circulation.rules import (
    Problem,
    add_rule,
    change_rule,
    completed,
    copy_rules,
    forget_rule_drafts,
    keep_draft,
    kept_draft,
    move_rule,
    new_rule,
    pause_rule,
    problem_of,
    remove_rule,
    resume_rule,
    rules_of,
)
from services.circulation.sending import by_hand, circulate, count_by_hand, sends_lists, set_by_hand

__all__ = [
    "CIRCULATION",
    "NOWHERE",
    "Caught",
    "Preview",
    "Problem",
    "RulesFile",
    "Subject",
    "SubjectLine",
    "add_rule",
    "amount_in_cents",
    "apply_rules",
    "by_hand",
    "change_rule",
    "chosen_before",
    "circulate",
    "completed",
    "copy_rules",
    "count_by_hand",
    "covers",
    "first_match",
    "forget_rule_drafts",
    "keep_draft",
    "kept_draft",
    "kept_file",
    "matching_lines",
    "move_rule",
    "needs_list",
    "new_rule",
    "notice_changes",
    "pause_rule",
    "predict_lists",
    "preview",
    "problem_of",
    "remove_rule",
    "resume_rule",
    "rules_of",
    "rules_paused",
    "save_file",
    "sends_lists",
    "set_by_hand",
    "subject_of",
    "targets_of",
    "with_standing",
]
