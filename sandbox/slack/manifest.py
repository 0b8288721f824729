"""What the sandbox reads from the app's manifest: its name, commands, shortcuts, scopes, events and tabs."""

from dataclasses import dataclass

from sandbox.slack.values import Json, is_array, is_object, objects


@dataclass(frozen=True)
class Command:
    """A slash command as people see it while typing."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A shortcut as people see it: of kind `global` beside every composer, of kind `message` in a message's menu."""

    name: str
    kind: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that decide what the app may do and what is delivered to it.

    `scopes` are all that it asks for; who installs it may leave `optional_scopes` out.
    """

    name: str
    description: str
    bot_name: str
    background_color: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    scopes: frozenset[str]
    optional_scopes: frozenset[str]
    bot_events: frozenset[str]
    home_tab: bool
    messages_tab: bool


def read_manifest(manifest: Json) -> Manifest:
    """The manifest's parts; what it leaves out is off or empty, as in Slack."""
    features = _part(manifest, "features")
    display = _part(manifest, "display_information")
    scopes = _part(_part(manifest, "oauth_config"), "scopes")
    events = _part(_part(manifest, "settings"), "event_subscriptions")
    home = _part(features, "app_home")
    name = str(display.get("name", "App"))
    return Manifest(
        name=name,
        description=str(display.get("description", "")),
        bot_name=str(_part(features, "bot_user").get("display_name", name)),
        background_color=str(display.get("background_color", "#4a154b")),
        commands=tuple(
            Command(
                command=str(command.get("command", "")),
                description=str(command.get("description", "")),
                usage_hint=str(command.get("usage_hint", "")),
                should_escape=bool(command.get("should_escape", False)),
            )
            for command in objects(features.get("slash_commands"))
        ),
        shortcuts=tuple(
            Shortcut(
                name=str(shortcut.get("name", "")),
                kind=str(shortcut.get("type", "")),
                callback_id=str(shortcut.get("callback_id", "")),
                description=str(shortcut.get("description", "")),
            )
            for shortcut in objects(features.get("shortcuts"))
        ),
        scopes=_names(scopes.get("bot")) | _names(scopes.get("bot_optional")),
        optional_scopes=_names(scopes.get("bot_optional")),
        bot_events=_names(events.get("bot_events")),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", False)),
    )


def _part(value: Json, key: str) -> Json:
    inner = value.get(key)
    return inner if is_object(inner) else {}


def _names(value: object) -> frozenset[str]:
    return frozenset(str(name) for name in value) if is_array(value) else frozenset[str]()
