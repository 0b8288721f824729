"""Kill the bot again and again on the main way, and see that everything has happened, and once.

    python -m benchmarks.kills 1000

So many kills on the way into production, and then as many on a morning there (`benchmarks.morning_kills`).
On the way companies are added through Slack while the bot is killed with SIGKILL: at random moments, or at the worst
one, when Slack has done what it was asked and its answer has not arrived. A person whose modal shows trouble tries
again.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks.morning_kills import MorningTally, run_morning_kills
from benchmarks.program import Program
from benchmarks.world import small_companies
from sandbox.netvisor import ACCOUNTANT, Company, Credential
from sandbox.slack.model import Call
from services import records
from services.records import ClientState, MessageState, RunState
from tests.journeys.firm import CHANNEL, Firm, FirmClock, fields

AT_ONCE = 3
"""How many companies are on their way at once."""

MOST_KILLS = 9
"""After as many kills a round may end in peace, so that the end is looked at often."""

LONGEST_LIFE = 1.0
"""Seconds that the bot lives at most from its connecting to a kill at random."""

READS = ("auth.test", "apps.connections.open", "users.info", "users.list")


@dataclass
class Tally:
    """What came of so many kills. `wrong` says what should not have been, and is empty."""

    kills: int = 0
    clients: int = 0
    read_back: int = 0
    unreadable: int = 0
    aimed: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])


class Calls(list[Call]):
    """Slack's calls, as they are performed: the moment before the bot hears of it is the worst to die in."""

    def __init__(self) -> None:
        super().__init__()
        self.until_kill: int | None = None
        self.kill: asyncio.Event = asyncio.Event()
        self.program: Program | None = None

    def append(self, call: Call, /) -> None:
        """Keep a call that was performed, and kill the bot if this is the one."""
        super().append(call)
        if self.until_kill is None or self.program is None or call.method in READS:
            return
        self.until_kill -= 1
        if self.until_kill == 0:
            self.until_kill = None
            self.program.kill()
            self.kill.set()


class Round:
    """Some companies on their way in one firm, and a bot that is killed."""

    def __init__(self, firm: Firm, dice: random.Random, tally: Tally) -> None:
        self._firm = firm
        self._dice = dice
        self._tally = tally
        self._program = Program(firm.folder, firm.environment)
        self._calls = Calls()
        firm.workspace.calls = self._calls
        self._credentials: dict[str, Credential] = {}

    async def run(self, companies: Sequence[Company], kills: int) -> int:
        """Add the companies, kill so often at most, wait for the end, and return how often the bot was killed."""
        people = asyncio.create_task(self._add(companies))
        killed = 0
        try:
            while killed < kills:
                await self._start()
                if await self._live(companies):
                    break
                killed += 1
            else:
                await self._start()
            await self._firm.until(lambda: self._ended(companies))
            await people
            await self._firm.until(lambda: not self._has_work())
        except TimeoutError:
            self._tally.wrong.append(f"no end: {[message.text for message in self._firm.posted()]}")
        finally:
            people.cancel()
            await asyncio.gather(people, return_exceptions=True)
            self._calls.program = None
            self._program.stop()
        return killed

    async def _start(self) -> None:
        if not self._program.is_running:
            self._program.start()
        await self._firm.until(lambda: self._firm.workspace.is_connected)

    async def _live(self, companies: Sequence[Company]) -> bool:
        """Let the bot live until it is killed, and return False; True when everything was done before."""
        self._calls.kill.clear()
        self._calls.program = self._program
        if self._dice.random() < 0.5:
            self._calls.until_kill = self._dice.randint(1, 9)
            patience = LONGEST_LIFE
        else:
            patience = self._dice.uniform(0, LONGEST_LIFE)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self._calls.kill.is_set():
                self._tally.aimed[self._calls[-1].method] += 1
                break
            if self._ended(companies):
                self._calls.until_kill = None
                return True
            await asyncio.sleep(0.005)
        self._calls.until_kill = None
        self._program.kill()
        await self._firm.until(lambda: not self._firm.workspace.is_connected)
        return False

    async def _add(self, companies: Sequence[Company]) -> None:
        """Add companies one after another as a patient person does, by what stands on the screen."""
        aku, firm = self._firm.workspace.accountant, self._firm
        for company in companies:
            credential = firm.netvisor.create_credential(ACCOUNTANT)
            while True:
                # A delivery into a connection that is just breaking fails at once: let it break.
                await asyncio.sleep(0.02)
                await firm.until(lambda: firm.workspace.is_connected)
                views = firm.workspace.open_views(aku)
                if not views:
                    await firm.workspace.command(aku, CHANNEL, "/fabric add-client")
                    await asyncio.sleep(0.1)  # the modal follows the acknowledgement
                    continue
                view = views[-1]
                if view.callback_id == "rights_check":
                    await firm.workspace.close_view(aku, view.id)
                    break
                typed = _typed(view.callback_id, company, credential, firm)
                shown = {block["block_id"] for block in view.blocks}
                await firm.workspace.submit(
                    aku, view.id, fields({name: value for name, value in typed.items() if name in shown})
                )

    def _ended(self, companies: Sequence[Company]) -> bool:
        """Tell whether Slack shows that all is done, without a look into the database that the bot is using."""
        cards = [message.visible_text for message in self._firm.posted()]
        lives = [message.visible_text for message in self._firm.told(self._firm.workspace.accountant)]
        return not self._firm.workspace.scheduled and all(
            any(company.business_id in card and "In production" in card for card in cards)
            and any(f"{company.name} is in production" in live for live in lives)
            for company in companies
        )

    def _has_work(self) -> bool:
        """Tell whether anything is left to do now; what comes again and again, as fetching invoices, is due later."""
        soon = self._firm.clock() + timedelta(seconds=30)
        return bool([job for job in self._firm.find(records.Job, failed=None) if job.boot or job.run_at < soon])


def _typed(callback: str, company: Company, credential: Credential, firm: Firm) -> dict[str, str]:
    match callback:
        case "add_client_form":
            return {
                "name": company.name,
                "business_id": company.business_id,
                "process": "standard",
                "channel": firm.workspace.channel(CHANNEL).id,
                "credential": "new",
            }
        case "credential_keys":
            return {"customer_key": credential.customer_key, "customer_id": credential.customer_id}
        case _:
            return {}


def judge(firm: Firm, companies: Sequence[Company], tally: Tally) -> None:
    """Hold what is there against what should be; what differs goes into the tally's `wrong`."""

    def expect(what: str, found: object, wanted: object) -> None:
        if found != wanted:
            tally.wrong.append(f"{what}: {found!r}, not {wanted!r}")

    number = len(companies)
    clients = firm.find(records.Client)
    expect("clients", sorted(client.business_id for client in clients), sorted(one.business_id for one in companies))
    expect("states", {client.state for client in clients}, {ClientState.PRODUCTION})
    expect("credentials", len(firm.find(records.Credential)), number)
    expect("runs deployed", Counter(run.state for run in firm.find(records.Run)), {RunState.DEPLOYED: 2 * number})
    expect("artifacts", len(firm.find(records.Artifact)), number)
    expect("messages kept by Slack", len(firm.workspace.scheduled) + len(firm.find(records.ScheduledMessage)), 0)
    expect("calls that overlapped", len(firm.netvisor.overlaps), 0)
    expect("problems", firm.workspace.problems, [])
    expect("jobs that failed", [job.kind for job in firm.find(records.Job) if job.failed], [])
    told = firm.told(firm.workspace.accountant)
    for company in companies:
        cards = [message for message in firm.posted() if company.business_id in message.visible_text]
        lives = [message for message in told if f"{company.name} is in production" in message.visible_text]
        expect(f"cards of {company.name}", len(cards), 1)
        expect(f"went-live messages of {company.name}", len(lives), 1)
        pictures = [message for message in firm.shown(firm.workspace.accountant) if company.name in str(message.files)]
        expect(f"more than one picture of {company.name}", len(pictures) > 1, wanted=False)
    messages = [message for message in firm.find(records.Message) if not message.id.startswith("picture:")]
    posted = [*firm.posted(), *told]
    expect("messages, and matters", len(posted), len(messages))
    marks = Counter(str((message.metadata or {}).get("event_payload")) for message in posted)
    expect("messages of one matter", [mark for mark, count in marks.items() if count > 1], [])
    tally.clients += number
    tally.unreadable += sum(message.state is MessageState.UNKNOWN for message in messages)


async def run_kills(kills: int, folder: Path, seed: int) -> Tally:
    """Kill so often, spread over rounds in one firm, and return what came of it."""
    dice, tally = random.Random(seed), Tally()
    firm = Firm(folder, clock=FirmClock.of_the_machine())
    await firm.open()
    firm.workspace.patience = 1.0
    companies: list[Company] = []
    try:
        while tally.kills < kills and not tally.wrong:
            firm.netvisor.latency = dice.choice((0.0, 0.02, 0.05))
            new = small_companies(firm.netvisor, len(companies), AT_ONCE)
            companies += new
            one_round = Round(firm, dice, tally)
            tally.kills += await one_round.run(new, min(MOST_KILLS, kills - tally.kills))
            tally.read_back += sum(
                call.method in ("conversations.history", "chat.scheduledMessages.list") for call in firm.workspace.calls
            )
        judge(firm, companies, tally)
    finally:
        await firm.close()
    return tally


FIRM_LASTS = 50
"""Kills after which the benchmark begins with a new firm."""


def kill_on_the_way(wanted: int, seed: int) -> bool:
    """Kill so often on the way into production, print what came of it, and return whether nothing was wrong."""
    whole = Tally()
    began = time.monotonic()
    while whole.kills < wanted and not whole.wrong:
        with tempfile.TemporaryDirectory() as folder:
            tally = asyncio.run(run_kills(min(FIRM_LASTS, wanted - whole.kills), Path(folder), seed))
            if tally.wrong:
                print((Path(folder) / "bot.log").read_text()[-5000:])
        for name in ("kills", "clients", "read_back", "unreadable", "wrong"):
            setattr(whole, name, getattr(whole, name) + getattr(tally, name))
        whole.aimed += tally.aimed
        print(
            f"{whole.kills} kills, {whole.clients} clients, {time.monotonic() - began:.0f} s, seed {seed}", flush=True
        )
        seed += 1
    print(f"at Slack's worst moments: {dict(whole.aimed)}")
    print(f"outcomes that were read back: {whole.read_back}; that could not be read: {whole.unreadable}")
    print(f"wrong: {whole.wrong or 'nothing'} (limit: nothing)")
    return not whole.wrong


def kill_in_the_morning(wanted: int, seed: int) -> bool:
    """Kill so often in mornings of production, print what came of it, and return whether nothing was wrong."""
    whole = MorningTally()
    began = time.monotonic()
    while whole.kills < wanted and not whole.wrong:
        with tempfile.TemporaryDirectory() as folder:
            tally = asyncio.run(run_morning_kills(min(FIRM_LASTS, wanted - whole.kills), Path(folder), seed))
            if tally.wrong:
                print((Path(folder) / "bot.log").read_text()[-5000:])
        whole.add(tally)
        print(
            f"{whole.kills} kills in production, {whole.arrived} invoices, {whole.confirmed} confirmed, "
            f"{whole.written} written, {time.monotonic() - began:.0f} s, seed {seed}",
            flush=True,
        )
        seed += 1
    print(f"at Netvisor's worst moment: {whole.aimed}")
    print(f"writes found when they were read back: {whole.read_back}")
    print(f"invoices that went to a person because the outcome could not be read: {whole.to_people}")
    print(
        f"circulation lists: {whole.lists} chosen, {whole.lists_read_back} found when they were read back, "
        f"{whole.lists_to_people} went to a person"
    )
    print(f"lost, written twice or otherwise wrong: {whole.wrong or 'nothing'} (limit: nothing)")
    return not whole.wrong


def main() -> None:
    """Kill as often as the first argument says, and print what came of it; the second is the dice's seed."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    within = [kill_on_the_way(wanted, seed), kill_in_the_morning(wanted, seed)]
    raise SystemExit(not all(within))


if __name__ == "__main__":
    main()
