"""A local Slack workspace, as strict as Slack, with a web page that looks and feels like it.

The real program talks to it through slack_bolt and slack_sdk, chosen by SLACK_API_URL alone; tests drive it as people
would through `SlackWorkspace`.
"""

from sandbox.slack.distribution import Distribution
from sandbox.slack.model import Channel, Message, Person, View
from sandbox.slack.server import RunningServer, start_server
from sandbox.slack.workspace import Outcome, SlackWorkspace

__all__ = [
    "Channel",
    "Distribution",
    "Message",
    "Outcome",
    "Person",
    "RunningServer",
    "SlackWorkspace",
    "View",
    "start_server",
]
