"""users.info, users.list, users.conversations."""

from sandbox.slack.methods.conversations import listed_channels
from sandbox.slack.methods.registry import Arguments, Method, page_of
from sandbox.slack.payloads import person_json
from sandbox.slack.rate_limits import TIER_2, TIER_3, TIER_4
from sandbox.slack.state import State
from sandbox.slack.values import Json


def _info(state: State, arguments: Arguments) -> Json:
    person = state.person(arguments.required("user"))
    locale: Json = {"locale": person.locale} if arguments.flag("include_locale") else {}
    return {"user": person_json(state, person) | locale}


def _list(state: State, arguments: Arguments) -> Json:
    with_locale = arguments.flag("include_locale")
    people: list[Json] = [
        person_json(state, person) | ({"locale": person.locale} if with_locale else {})
        for person in state.people.values()
        if not person.is_external
    ]
    return {**page_of(people, arguments, "members"), "cache_ts": int(state.clock())}


def _conversations(state: State, arguments: Arguments) -> Json:
    member = state.person(arguments.text("user", state.bot.id)).id
    return page_of(listed_channels(state, arguments, member), arguments, "channels")


METHODS = (
    Method("users.info", _info, TIER_4, scopes=("users:read",)),
    Method("users.list", _list, TIER_2, scopes=("users:read",)),
    Method("users.conversations", _conversations, TIER_3),
)
