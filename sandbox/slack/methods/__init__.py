"""The Web API methods that the sandbox knows, by name."""

from sandbox.slack.methods import (
    assistant,
    basics,
    chat,
    conversations,
    files,
    scheduling,
    streaming,
    usergroups,
    users,
    views,
)
from sandbox.slack.methods.registry import Method

METHODS: dict[str, Method] = {
    method.name: method
    for module in (assistant, basics, chat, conversations, files, scheduling, streaming, usergroups, users, views)
    for method in module.METHODS
}
"""Any other name is answered with unknown_method."""
