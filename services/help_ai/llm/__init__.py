"""Help ai with a language model that the operator has chosen: off by default, and never trusted.

It sees the question or instruction, passages and the client company's names, nothing else. What it says is held against
what it was given: an answer against the passages that it cites, a rule against the names and the words of the
instruction. Whatever is wrong, slow, dear or out of order, the embedded answer stands.
"""

from services.help_ai.llm.answering import LlmAssistant
from services.help_ai.llm.asking import Budget, Llm, LlmFault, greet
from services.help_ai.llm.choice import PROVIDERS, Choice, LlmSettingsError, is_installed, make_model

__all__ = [
    "PROVIDERS",
    "Budget",
    "Choice",
    "Llm",
    "LlmAssistant",
    "LlmFault",
    "LlmSettingsError",
    "greet",
    "is_installed",
    "make_model",
]
