"""Which service does which kind of job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.people import People
from bot.runner import GiveUp
from handlers.agent import SlackAgent
from handlers.notifier import ClientOf, SlackNotifier
from handlers.request import Services
from handlers.slack_files import SlackFiles
from handlers.slack_teams import SlackTeams
from handlers.views.audit import audit_file
from handlers.views.batches import batch_file
from handlers.views.circulation_file import headings, rules_file
from handlers.views.client_list import clients_file
from handlers.views.invoice_pictures import picture_file
from handlers.views.pictures import picture
from handlers.views.weekly import report_picture
from services.automation_news import AutomationNews
from services.batch_jobs import BatchJobs
from services.checks import Checks
from services.circulation.file_jobs import RulesFileJobs
from services.circulation.sending import Circulating
from services.circulation.trial import ListTrials
from services.exports import Exports
from services.fetching import Fetcher
from services.help_ai.conversation import Conversation
from services.help_ai.instruction_jobs import InstructionJobs
from services.jobs import Handler
from services.lifecycle import Purge
from services.measuring import Measuring
from services.netvisor import Company
from services.notifications import Notices
from services.outbox import Outbox
from services.pictures import Pictures
from services.production import Production
from services.records import Client
from services.repair_messages import RepairMessages
from services.returned import Returns
from services.rights_news import RightsNewsTeller
from services.scheduled import ScheduledMessages
from services.team_reading import Teams
from services.trainer import Trainer
from services.trial_jobs import Trials
from services.uploads import Uploads
from services.waiting_lists import WaitingLists
from services.watching import Watching
from services.weekly import Weekly
from services.write_back import WriteBack


@dataclass(frozen=True)
class Companies:
    """How Netvisor's companies are reached: with a client's credential, or with another one."""

    of: Callable[[Client], Awaitable[Company]]
    by: Callable[[Client, str], Awaitable[Company]]


@dataclass(frozen=True)
class Work:
    """The handlers of all jobs by their kind, and of those that were tried too often."""

    handlers: Mapping[str, Handler]
    give_up: Mapping[str, GiveUp]
    trainer: Trainer


def wire(services: Services, companies: Companies, client_of: ClientOf, months: int, environment: str) -> Work:
    """Return the work; `months` of history are kept, `environment` names a Netvisor that is not the real one."""
    store, clock = services.store, services.clock
    notifier, files = SlackNotifier(client_of, services.access_key), SlackFiles(client_of)
    outbox = Outbox(store, notifier, clock, services.exclusive)
    scheduled = ScheduledMessages(store, notifier, clock)
    checks = Checks(store, outbox, clock, companies.of)
    trainer = Trainer(store, clock, companies.of, Fetcher(store, clock, months), environment)
    trials = Trials(store, outbox, clock, companies.by)
    production = Production(store, clock, companies.of)
    write_back = WriteBack(store, clock, companies.of)
    list_trials = ListTrials(store, outbox, clock, companies.of)
    watching = Watching(store, outbox, clock)
    uploads = Uploads(store, notifier, files, clock)
    notices = Notices(store, outbox, scheduled, uploads, clock, picture)
    weekly = Weekly(store, outbox, uploads, clock, report_picture)
    pictures = Pictures(store, outbox, files, uploads, clock, companies.of, picture_file)
    automation_news = AutomationNews(store, outbox, clock)
    instructions = InstructionJobs(store, outbox, services.library, clock, companies.of)
    conversation = Conversation(store, outbox, SlackAgent(client_of, clock), services.library, clock, instructions)
    batches = BatchJobs(store, outbox, scheduled, files, uploads, clock, batch_file)
    exports = Exports(store, outbox, uploads, clock, audit_file, clients_file, rules_file)
    rule_files = RulesFileJobs(store, outbox, files, clock, headings())
    return Work(
        {
            "check": checks.check,
            "show_check": checks.show,
            "recheck": checks.recheck,
            "rights_news": RightsNewsTeller(store, outbox, clock).tell,
            "repair_message": RepairMessages(store, outbox, clock).send,
            "trial": trials.run,
            "show_trial": trials.show,
            "switched": trials.switched,
            "train": trainer.train,
            "refresh": trainer.refresh,
            "registers": trainer.registers,
            "show_views": watching.show_views,
            "fetch": production.fetch,
            "weekly": weekly.week,
            "report": weekly.asked,
            "picture": pictures.show,
            "forget_picture": pictures.forget,
            "learn": production.learn,
            "write": write_back.write,
            "returned": Returns(store, outbox, clock).tell,
            "circulate": Circulating(store, clock, companies.of, services.circulation).circulate,
            "list_trial": list_trials.run,
            "list_trial_news": list_trials.tell,
            "sending_stopped": list_trials.stopped,
            "measure": Measuring(store, clock).measure,
            "offer_automation": automation_news.offer,
            "automated_day": automation_news.day,
            "card": notices.card,
            "moved": notices.moved,
            "purge": Purge(store, clock).run,
            "clients_export": exports.clients,
            "rules_export": exports.rules,
            "read_rules": rule_files.read,
            "review_card": notices.review_card,
            "rules_paused": notices.rules_paused,
            "waiting_lists": WaitingLists(store, clock).choose,
            "went_live": notices.went_live,
            "trained": notices.trained,
            "propose_dimensions": notices.propose_dimensions,
            "hourly": notices.hourly,
            "overdue": notices.overdue,
            "morning": notices.morning,
            "digest": notices.digest,
            "home": notices.home,
            "help": conversation.answer,
            "help_stop": conversation.stop,
            "help_failed": conversation.failed,
            "instruct": instructions.wait,
            "help_prompts": conversation.suggest,
            "read_batch": batches.read,
            "add_batch": batches.add,
            "batch": batches.tell,
            "batch_done": batches.tell_done,
            "batch_overdue": batches.overdue,
            "batch_recheck": batches.recheck,
            "batch_export": batches.export,
            "people": People(services, client_of).refresh,
            "audit_export": exports.audit,
            "teams": Teams(store, SlackTeams(client_of), clock).read,
        },
        {
            "help": conversation.give_up,
            "check": checks.give_up,
            "train": trainer.give_up,
            "trial": trials.give_up,
            "read_batch": batches.give_up_reading,
            "read_rules": rule_files.give_up,
        },
        trainer,
    )
