"""What the sandbox answers when a call is refused."""

from sandbox.slack.values import Json


class SlackError(Exception):
    """A Web API refusal: Slack's own error code and what it answers beside it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def response(self) -> Json:
        """The body that the caller gets."""
        return {"ok": False, "error": self.code, **self.details}


def invalid_arguments(messages: list[str], code: str = "invalid_arguments") -> SlackError:
    """The refusal of arguments whose faults are named one by one, as Slack does in response_metadata."""
    details: Json = {"response_metadata": {"messages": messages}}
    if code == "invalid_blocks":
        details["errors"] = [message.removeprefix("[ERROR] ") for message in messages]
    return SlackError(code, **details)
