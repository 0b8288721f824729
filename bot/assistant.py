"""Who answers in Help ai, by the settings: the embedded way, or the operator's language model with it."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from bot.settings import CannotStart, Settings
from services.help_ai.assistant import Assistant, EmbeddedAssistant
from services.help_ai.llm import Budget, Choice, Llm, LlmAssistant, LlmSettingsError, make_model
from services.help_ai.retrieval import HelpAi


def llm_choice(settings: Settings) -> Choice | None:
    """Return the language model that the settings name, or None; raise LlmSettingsError."""
    if not settings.fabric_llm or settings.fabric_llm.strip().lower() == "off":
        return None
    key = settings.fabric_llm_key
    if key is None and settings.fabric_llm_key_file is not None:
        try:
            key = SecretStr(settings.fabric_llm_key_file.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError):
            raise LlmSettingsError(f"FABRIC_LLM_KEY_FILE: {settings.fabric_llm_key_file} cannot be read") from None
    return Choice.of(settings.fabric_llm, key, settings.fabric_llm_url)


def assistant_maker(settings: Settings) -> Callable[[HelpAi], Assistant]:
    """Return what makes an assistant over passages; raise CannotStart when the language model cannot be used."""
    try:
        choice = llm_choice(settings)
        if choice is None:
            return EmbeddedAssistant
        llm = Llm(make_model(choice), Budget(settings.fabric_llm_daily_tokens))
    except LlmSettingsError as error:
        raise CannotStart(str(error)) from None
    return lambda help_ai: LlmAssistant(help_ai, llm)
