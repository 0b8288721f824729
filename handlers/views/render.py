"""Every fact of `services.facts` as a message."""

from __future__ import annotations

from handlers.locale import Locale
from handlers.views import (
    automation,
    batches,
    circulation_rules,
    circulation_trial,
    clients,
    dimensions,
    help_ai,
    help_firm,
    help_rules,
    notices,
    review_card,
    training,
    weekly,
)
from handlers.views.elements import escape, section
from handlers.views.home import help_message, no_access
from handlers.views.repair_messages import repair_message
from handlers.views.returned import returned
from handlers.views.rights import check_blocks, findings_of, summary
from handlers.views.rights_news import rights_report
from handlers.views.trials import trial_message
from services.facts import (
    AutomatedDay,
    AutomationOffer,
    BatchChannelRefused,
    BatchDone,
    BatchDraft,
    BatchOverdue,
    BatchSummary,
    CardMoved,
    ChannelRefused,
    CheckResult,
    ClientCard,
    Digest,
    DimensionsProposed,
    DimensionsView,
    Fact,
    FileRefused,
    FirmReply,
    HelpReply,
    HomePage,
    InstructionCard,
    Introduction,
    InvoicePicture,
    Morning,
    NoAccess,
    NotHere,
    Overdue,
    RepairAsked,
    Report,
    Returned,
    ReviewCard,
    RightsReport,
    RulesOfFile,
    RulesPaused,
    SendingStoppedNews,
    StillTraining,
    Stopped,
    Thanked,
    Trained,
    TrainingView,
    TrialOfListNews,
    TrialReport,
    Unanswered,
    WentLive,
)
from services.notifier import Rendered


def render(locale: Locale, fact: Fact, access_key: str) -> Rendered:
    """Return a fact in a language, as text and blocks."""
    match fact:
        case AutomatedDay():
            return automation.automated_day(locale, fact)
        case AutomationOffer():
            return automation.automation_offer(locale, fact)
        case ClientCard():
            return clients.card(locale, fact)
        case CardMoved():
            return clients.card_moved(locale, fact)
        case CheckResult():
            text = f"{escape(fact.client.name)}: {summary(locale, fact, findings_of(fact))}"
            return Rendered(text, tuple(check_blocks(locale, fact, access_key)))
        case Returned():
            return returned(locale, fact)
        case ReviewCard():
            return review_card.review_card(locale, fact)
        case TrialOfListNews():
            return circulation_trial.trial_news(locale, fact)
        case SendingStoppedNews():
            return circulation_trial.sending_stopped(locale, fact)
        case RulesPaused():
            return circulation_rules.rules_paused(locale, fact)
        case WentLive():
            return clients.went_live(locale, fact)
        case Trained():
            return training.trained(locale, fact)
        case DimensionsProposed():
            return dimensions.proposed(locale, fact)
        case StillTraining():
            return clients.still_training(locale, fact)
        case Overdue():
            return clients.overdue(locale, fact)
        case ChannelRefused():
            return clients.channel_refused(locale, fact)
        case Morning():
            return clients.morning(locale, fact)
        case Digest():
            return notices.digest(locale, fact)
        case Introduction():
            return help_message(locale)
        case TrialReport():
            return trial_message(locale, fact, access_key)
        case BatchSummary():
            return batches.batch_message(locale, fact)
        case BatchDone():
            return batches.batch_done(locale, fact)
        case BatchOverdue():
            return batches.batch_overdue(locale, fact)
        case BatchChannelRefused():
            return batches.batch_channel_refused(locale, fact)
        case FileRefused():
            return batches.file_refused(locale, fact)
        case BatchDraft() | RulesOfFile():
            raise TypeError("a draft is shown in its modals, not posted")
        case RepairAsked():
            return repair_message(locale, fact, access_key)
        case Report():
            return weekly.report_message(locale, fact)
        case RightsReport():
            return rights_report(locale, fact)
        case HelpReply():
            return help_ai.help_reply(locale, fact)
        case FirmReply():
            return help_firm.firm_reply(locale, fact)
        case InstructionCard():
            return help_rules.instruction_card(locale, fact)
        case NoAccess():
            return Rendered(no_access(locale), (section(no_access(locale)),))
        case Thanked():
            return help_ai.thanked(locale)
        case NotHere():
            return help_ai.not_here(locale)
        case Stopped():
            return help_ai.stopped(locale)
        case Unanswered():
            return help_ai.unanswered(locale, fact)
        case TrainingView() | DimensionsView() | InvoicePicture():
            raise TypeError("a modal is shown, not posted")
        case HomePage():
            raise TypeError("a Home tab is published, not posted")
