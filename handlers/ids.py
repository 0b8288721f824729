"""The names by which Slack's deliveries find their handlers."""

from __future__ import annotations

from enum import StrEnum


class Callback(StrEnum):
    """Modals."""

    GUIDE = "add_client_guide"
    FORM = "add_client_form"
    KEYS = "credential_keys"
    CHECK = "rights_check"


class Action(StrEnum):
    """Buttons, checkboxes and selects."""

    ADD_CLIENT = "add_client"
    SHOW_GUIDE = "show_guide"
    CHECK_AGAIN = "check_again"
    TICK = "tick"
    GIVE_KEYS = "give_keys"
    LANGUAGE = "language"


class Field(StrEnum):
    """Inputs: the block id and the action id of each are the same."""

    NAME = "name"
    BUSINESS_ID = "business_id"
    PROCESS = "process"
    CHANNEL = "channel"
    CREDENTIAL = "credential"
    CUSTOMER_KEY = "customer_key"
    CUSTOMER_ID = "customer_id"
