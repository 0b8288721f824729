"""Settings: environment, `.env` or secret files. `fabric-bot settings` lists them all with what each means."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.netvisor import Partner
from services.netvisor.circulation import GUESSED, CirculationTemplate
from services.vault import generate_key

OAUTH = ("slack_signing_secret", "slack_client_id", "slack_client_secret")
PARTNER = ("netvisor_partner_id", "netvisor_partner_key", "netvisor_access_key")


SECRET_FOLDERS = ("/run/secrets", "$CREDENTIALS_DIRECTORY")
"""Where containers and systemd put secrets: a file a setting, named as it, `slack_bot_token` for instance."""


class CannotStart(Exception):
    """The program cannot run as it is set up; the message says what to mend."""


def secret_folders() -> list[str]:
    """Return the folders of secret files that there are."""
    return [folder for one in SECRET_FOLDERS if Path(folder := os.path.expandvars(one)).is_dir()]


@dataclass(frozen=True)
class OAuthApp:
    """What a Slack app that many workspaces install is known by."""

    client_id: str
    client_secret: SecretStr
    signing_secret: SecretStr


class Settings(BaseSettings):
    """Everything that can be set; the names are the environment's, in capitals."""

    # What is set to nothing is not set: files for containers often name every setting.
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(None, description="The app's bot token (xoxb-...).")
    slack_app_token: SecretStr | None = Field(None, description="The app-level token for Socket Mode (xapp-...).")
    slack_signing_secret: SecretStr | None = Field(
        None, description="Signs what Slack delivers over HTTP; with the client id and secret: many workspaces."
    )
    slack_client_id: str | None = Field(None, description="The app's client id, for installing it in workspaces.")
    slack_client_secret: SecretStr | None = Field(None, description="The app's client secret.")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API.")
    netvisor_url: str = Field("https://integration.netvisor.fi", description="Netvisor's interface.")
    netvisor_partner_id: str | None = Field(None, description="The software partner's id, from Visma.")
    netvisor_partner_key: SecretStr | None = Field(None, description="The software partner's key, from Visma.")
    netvisor_access_key: str | None = Field(
        None, description="The partner's public search key, with which customers allow API resources."
    )
    netvisor_circulation_template: str | None = Field(
        None,
        description="NOT VERIFIED against Netvisor: the message that sets an invoice's circulation list, with {invoice}"
        " and {list} where the keys stand, or the word guess. Nothing is sent before `/fabric circulation-trial`.",
    )
    database_url: str = Field("sqlite:///data/fabric.db", description="The database: sqlite:///FILE.")
    fabric_secret_keys: SecretStr | None = Field(
        None,
        description="Sealing keys, comma-separated, the newest first; made at the first start if not given.",
    )
    fabric_public_url: str = Field(
        "",
        description="Where browsers and Slack reach this program, https://...: keys are then entered on a page there.",
    )
    fabric_listen: str = Field("127.0.0.1:8080", description="Where it listens for that: HOST:PORT.")
    fabric_help_folder: Path | None = Field(None, description="A folder of the operator's own passages for Help ai.")
    fabric_llm: str | None = Field(
        None,
        description="A language model for Help ai: PROVIDER:MODEL of anthropic, openai, azure or ollama; else off.",
    )
    fabric_llm_key: SecretStr | None = Field(None, description="The key of the language model's provider.")
    fabric_llm_key_file: Path | None = Field(None, description="A file that holds that key, instead of it.")
    fabric_llm_url: str | None = Field(
        None, description="Where the language model is, if not at the provider's own address."
    )
    fabric_llm_daily_tokens: int = Field(
        1_000_000, ge=0, description="Tokens of the language model that may be used in a day; then it rests."
    )
    fabric_language: Literal["en", "fi", "sv"] = Field(
        "en", description="Language of channels and of people who chose none: en, fi or sv."
    )

    fabric_history_months: int = Field(
        36, ge=1, le=120, description="Months of invoices that are kept of each client and learnt from."
    )

    @model_validator(mode="after")
    def _partner_is_whole(self) -> Self:
        given = [name for name in PARTNER if getattr(self, name)]
        if given and len(given) < len(PARTNER):
            missing = ", ".join(name.upper() for name in PARTNER if name not in given)
            raise ValueError(f"the partner identity belongs together: {missing} is missing")
        return self

    @field_validator("fabric_public_url")
    @classmethod
    def _address_is_secure(cls, value: str) -> str:
        url = urlsplit(value)
        local = url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost")
        if value and not (local or (url.scheme == "https" and url.hostname)):
            raise ValueError("it begins with https://, for keys are entered there")
        if url.query or url.fragment or "@" in url.netloc:
            raise ValueError("an address without a query, a fragment or a user is needed")
        return value.rstrip("/")

    @field_validator("slack_api_url", "netvisor_url")
    @classmethod
    def _address_is_whole(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError("an address that begins with https:// is needed")
        return value

    @field_validator("fabric_listen")
    @classmethod
    def _listens_at_a_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("HOST:PORT is needed, as 127.0.0.1:8080")
        return value

    @property
    def oauth_app(self) -> OAuthApp | None:
        """The app that many workspaces install, None in a single workspace's program."""
        signing, secret = self.slack_signing_secret, self.slack_client_secret
        return OAuthApp(self.slack_client_id, secret, signing) if self.slack_client_id and secret and signing else None

    @property
    def circulation(self) -> CirculationTemplate | None:
        """The template of the circulation message; None where nothing is ever sent."""
        text = (self.netvisor_circulation_template or "").strip()
        return CirculationTemplate(GUESSED if text == "guess" else text, self.netvisor_url) if text else None

    @model_validator(mode="after")
    def _circulation_never_deletes(self) -> Self:
        try:
            _ = self.circulation  # raises ValueError for a message that could delete a circulation
        except ValueError as error:
            raise ValueError(f"NETVISOR_CIRCULATION_TEMPLATE: {error}") from None
        return self

    @property
    def database_file(self) -> Path:
        """The SQLite file."""
        scheme, _, path = self.database_url.partition(":///")
        if scheme != "sqlite" or not path:
            raise ValueError("DATABASE_URL: only sqlite:///FILE is supported by this version")
        return Path(path)

    @property
    def key_file(self) -> Path:
        """Where the sealing keys are kept when FABRIC_SECRET_KEYS does not give them."""
        return self.database_file.parent / "secret.keys"

    def sealing_keys(self, *, may_make: bool = False) -> tuple[list[str], Path | None]:
        """Return the sealing keys, and the file that was made for them if this is the first start.

        The file lies beside the database and is readable by its owner only. Raises CannotStart when there is none and
        none may be made.
        """
        if self.fabric_secret_keys:
            keys = self.fabric_secret_keys.get_secret_value().split(",")
            return [key.strip() for key in keys if key.strip()], None
        file = self.key_file
        made = not file.exists()
        if made and not may_make:
            raise CannotStart(
                f"{file} is not there, and what the database holds was sealed with it: bring it back from your copy. "
                "If there is none, set a new key (FABRIC_SECRET_KEYS, docs/operate.md) and give every credential anew."
            )
        if made:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w") as target:
                target.write(generate_key() + "\n")
        return file.read_text().split(), file if made else None


def partner_of(settings: Settings) -> Partner:
    """Return the software partner's identity; raise CannotStart when there is none."""
    key = settings.netvisor_partner_key
    if not (settings.netvisor_partner_id and key and settings.netvisor_access_key):
        raise CannotStart(
            "NETVISOR_PARTNER_ID, NETVISOR_PARTNER_KEY and NETVISOR_ACCESS_KEY are needed together: Visma gives them "
            "to software partners."
        )
    return Partner(settings.netvisor_partner_id, key, settings.netvisor_access_key)


def is_for_slack(settings: Settings) -> bool:
    """Tell whether anything is set of a Slack app: then the real Slack is meant, and what is missing is an error."""
    return any(getattr(settings, name) for name in ("slack_bot_token", "slack_app_token", *OAUTH))


def check_slack(settings: Settings) -> None:
    """Raise CannotStart when the settings do not say how Slack is reached, for one workspace or for many."""
    if settings.oauth_app:
        if not settings.fabric_public_url:
            raise CannotStart("FABRIC_PUBLIC_URL is needed: Slack delivers to it, and installs the app by it.")
        return
    given = [name for name in OAUTH if getattr(settings, name)]
    if settings.slack_bot_token and settings.slack_app_token:
        return
    if given:
        missing = ", ".join(name.upper() for name in OAUTH if name not in given)
        raise CannotStart(f"{missing} is missing: the three are needed together for many workspaces.")
    raise CannotStart("SLACK_BOT_TOKEN and SLACK_APP_TOKEN are needed: see the README.")
