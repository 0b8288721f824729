"""What there is to tell, typed and without words: views turn it into the reader's language. A module a subject."""

from services.facts.batches import (
    BatchChannelRefused,
    BatchDone,
    BatchDraft,
    BatchOverdue,
    BatchRow,
    BatchSummary,
    FileRefused,
    Standing,
)
from services.facts.circulation import RulesOfFile, RulesPaused, SendingStoppedNews, TrialOfListNews
from services.facts.clients import CardMoved, CheckResult, ClientCard, WentLive
from services.facts.credentials import CredentialDetails, CredentialPage, CredentialRow, TrialReport
from services.facts.help_ai import (
    FirmReply,
    HelpReply,
    InstructionCard,
    NoAccess,
    NotHere,
    Stopped,
    Thanked,
    Unanswered,
)
from services.facts.home import REVIEWED, ClientRow, Ended, HomePage, Introduction, Step, Substituted
from services.facts.notices import ChannelRefused, Digest, Morning
from services.facts.production import (
    AutomatedDay,
    AutomationOffer,
    Drift,
    InvoicePicture,
    PictureState,
    Queue,
    Report,
    Returned,
    ReviewCard,
    ReviewPage,
)
from services.facts.rights import RepairAsked, RightsReport
from services.facts.training import DimensionsProposed, DimensionsView, Overdue, StillTraining, Trained, TrainingView

Fact = (
    AutomatedDay
    | AutomationOffer
    | ClientCard
    | CardMoved
    | CheckResult
    | ReviewCard
    | Returned
    | WentLive
    | TrainingView
    | Trained
    | DimensionsView
    | DimensionsProposed
    | StillTraining
    | Overdue
    | ChannelRefused
    | Morning
    | Digest
    | Introduction
    | HomePage
    | InvoicePicture
    | TrialReport
    | BatchDraft
    | RulesOfFile
    | BatchSummary
    | BatchDone
    | BatchOverdue
    | BatchChannelRefused
    | FileRefused
    | RulesPaused
    | Report
    | TrialOfListNews
    | SendingStoppedNews
    | RightsReport
    | RepairAsked
    | HelpReply
    | FirmReply
    | InstructionCard
    | NoAccess
    | Thanked
    | NotHere
    | Unanswered
    | Stopped
)

__all__ = [
    "REVIEWED",
    "AutomatedDay",
    "AutomationOffer",
    "BatchChannelRefused",
    "BatchDone",
    "BatchDraft",
    "BatchOverdue",
    "BatchRow",
    "BatchSummary",
    "CardMoved",
    "ChannelRefused",
    "CheckResult",
    "ClientCard",
    "ClientRow",
    "CredentialDetails",
    "CredentialPage",
    "CredentialRow",
    "Digest",
    "DimensionsProposed",
    "DimensionsView",
    "Drift",
    "Ended",
    "Fact",
    "FileRefused",
    "FirmReply",
    "HelpReply",
    "HomePage",
    "InstructionCard",
    "Introduction",
    "InvoicePicture",
    "Morning",
    "NoAccess",
    "NotHere",
    "Overdue",
    "PictureState",
    "Queue",
    "RepairAsked",
    "Report",
    "Returned",
    "ReviewCard",
    "ReviewPage",
    "RightsReport",
    "RulesOfFile",
    "RulesPaused",
    "SendingStoppedNews",
    "Standing",
    "Step",
    "StillTraining",
    "Stopped",
    "Substituted",
    "Thanked",
    "Trained",
    "TrainingView",
    "TrialOfListNews",
    "TrialReport",
    "Unanswered",
    "WentLive",
]
