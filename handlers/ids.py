"""The names by which Slack's deliveries find their handlers."""

from __future__ import annotations

from enum import StrEnum


class Callback(StrEnum):
    """Modals."""

    GUIDE = "add_client_guide"
    FORM = "add_client_form"
    KEYS = "credential_keys"
    CHECK = "rights_check"
    SEND_REPAIR = "send_repair"
    CREDENTIALS = "credentials"
    CREDENTIAL = "credential"
    CREDENTIAL_FORM = "credential_form"
    CREDENTIAL_EDIT = "credential_edit"
    CREDENTIAL_PAIR = "credential_pair"
    CREDENTIAL_CHANGE = "credential_change"
    LEAVING_WHO = "leaving_who"
    LEAVING = "leaving"
    TRIAL = "credential_trial"
    BATCH_FORM = "add_clients_form"
    BATCH_PREVIEW = "add_clients_preview"
    BATCH_KEYS = "add_clients_keys"
    BATCH_ROWS = "batch_rows"


class Action(StrEnum):
    """Buttons, checkboxes and selects."""

    ADD_CLIENT = "add_client"
    SHOW_GUIDE = "show_guide"
    CHECK_AGAIN = "check_again"
    TICK = "tick"
    TICK_SETTINGS = "tick_settings"
    SEND_REPAIR = "send_repair"
    REPAIR_PERSON = "repair_person"
    GIVE_KEYS = "give_keys"
    LANGUAGE = "language"
    OPEN_CREDENTIALS = "open_credentials"
    OPEN_CREDENTIAL = "open_credential"
    ADD_CREDENTIAL = "add_credential"
    EDIT_CREDENTIAL = "edit_credential"
    REMOVE_CREDENTIAL = "remove_credential"
    CHANGE_CREDENTIAL = "change_credential"
    TEST_IN_ONE = "test_in_one"
    TEST_IN_ALL = "test_in_all"
    SOMEBODY_LEAVES = "somebody_leaves"
    LEAVES = "leaves"
    OPEN_TRIAL = "open_trial"
    SWITCH = "switch_credential"
    TRY_AGAIN = "try_again"
    STOP_TRIAL = "stop_trial"
    PAGE_BACK = "credentials_page_back"
    PAGE_ON = "credentials_page_on"
    ADD_CLIENTS = "add_clients"
    BATCH_ROWS = "batch_rows"
    BATCH_EARLIER = "batch_earlier"
    BATCH_LATER = "batch_later"
    BATCH_CHECK_AGAIN = "batch_check_again"
    BATCH_EXPORT = "batch_export"


class Field(StrEnum):
    """Inputs: the block id and the action id of each are the same."""

    NAME = "name"
    BUSINESS_ID = "business_id"
    PROCESS = "process"
    CHANNEL = "channel"
    CREDENTIAL = "credential"
    CUSTOMER_KEY = "customer_key"
    CUSTOMER_ID = "customer_id"
    LABEL = "label"
    KIND = "kind"
    OWNER = "owner"
    ONLY = "only"
    LIST = "list"
    FILE = "file"
