"""Which language model: what the settings say, and the model made of it. pydantic-ai is imported only when asked."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from pydantic_ai.models import Model

PROVIDERS = ("anthropic", "openai", "azure", "ollama")
OLLAMA_URL = "http://localhost:11434/v1"
_NEEDS_KEY = ("anthropic", "azure")


class LlmSettingsError(ValueError):
    """The settings of the language model do not fit together; says which and how to mend it."""


@dataclass(frozen=True)
class Choice:
    """A model of a provider, the key for it and where it is; no address is the provider's own.

    `openai` is any server that speaks OpenAI's interface; `azure` is the resource's address, with `?api-version=` where
    it is not the newer `/openai/v1`.
    """

    provider: str
    model: str
    key: SecretStr | None = None
    url: str | None = None

    @classmethod
    def of(cls, said: str, key: SecretStr | None = None, url: str | None = None) -> Choice:
        """Return what `provider:model` names; raise LlmSettingsError."""
        provider, _, model = said.strip().partition(":")
        if provider not in PROVIDERS or not model:
            raise LlmSettingsError(f"FABRIC_LLM: provider:model is expected, with a provider of {', '.join(PROVIDERS)}")
        key = key if key and key.get_secret_value() else None
        if key is None and (provider in _NEEDS_KEY or (provider == "openai" and not url)):
            raise LlmSettingsError(f"FABRIC_LLM_KEY: {provider} needs a key")
        if provider == "azure" and not url:
            raise LlmSettingsError("FABRIC_LLM_URL: azure needs the address of the resource")
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise LlmSettingsError("FABRIC_LLM_URL: an address that begins with http:// or https:// is expected")
        return cls(provider, model, key, url or None)


def is_installed() -> bool:
    """Tell whether the extra `llm` is installed."""
    return find_spec("pydantic_ai") is not None


def make_model(choice: Choice) -> Model:
    """Return the model; raise LlmSettingsError where the extra is not installed. Takes seconds: do it at the start."""
    if not is_installed():
        raise LlmSettingsError("FABRIC_LLM: the extra is not installed: pip install '.[llm]'")
    key = choice.key.get_secret_value() if choice.key else None
    if choice.provider == "anthropic":
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        return AnthropicModel(choice.model, provider=AnthropicProvider(api_key=key, base_url=choice.url))
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.azure import AzureProvider
    from pydantic_ai.providers.ollama import OllamaProvider
    from pydantic_ai.providers.openai import OpenAIProvider

    if choice.provider == "azure" and choice.url:
        parts = urlsplit(choice.url)
        version = parse_qs(parts.query).get("api-version", [None])[0]
        endpoint = urlunsplit(parts._replace(query=""))
        return OpenAIChatModel(
            choice.model, provider=AzureProvider(azure_endpoint=endpoint, api_version=version, api_key=key)
        )
    if choice.provider == "ollama":
        return OpenAIChatModel(
            choice.model, provider=OllamaProvider(base_url=choice.url or OLLAMA_URL, api_key=key or "none")
        )
    return OpenAIChatModel(choice.model, provider=OpenAIProvider(base_url=choice.url, api_key=key or "none"))
