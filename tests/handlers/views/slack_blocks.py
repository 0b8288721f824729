"""Views and messages rebuilt from slackblocks' own classes, which raise where Slack would refuse.

slackblocks reads blocks but not yet the elements in them, so those are built here; one that is not known here fails.
"""

from __future__ import annotations

from typing import Any, cast

import slackblocks as sb

from sandbox.slack.blocks import Surface


def _options(element: dict[str, Any], key: str = "options") -> list[sb.Option]:
    return [sb.Option.from_dict(option) for option in element.get(key, [])]


def _option(element: dict[str, Any]) -> sb.Option | None:
    return sb.Option.from_dict(element["initial_option"]) if "initial_option" in element else None


def _text(holder: dict[str, Any], key: str) -> sb.Text | None:
    return sb.Text.from_dict(holder[key]) if key in holder else None


def _confirmation(data: dict[str, Any] | None) -> sb.ConfirmationDialogue | None:
    if data is None:
        return None
    title, text, confirm, deny = (sb.Text.from_dict(data[key]) for key in ("title", "text", "confirm", "deny"))
    return sb.ConfirmationDialogue(title, text, confirm, deny)


def _feedback(data: dict[str, Any]) -> sb.FeedbackButton:
    return sb.FeedbackButton(sb.Text.from_dict(data["text"]), data["value"], data["accessibility_label"])


def _element(data: dict[str, Any]) -> sb.Element:
    action = data["action_id"]
    match data["type"]:
        case "button":
            return sb.Button(
                sb.Text.from_dict(data["text"]),
                action,
                value=data["value"],
                style=data.get("style"),
                confirm=_confirmation(data.get("confirm")),
            )
        case "radio_buttons":
            return sb.RadioButtonGroup(action, _options(data), _option(data))
        case "checkboxes":
            return sb.CheckboxGroup(action, _options(data), _options(data, "initial_options") or None)
        case "static_select":
            return sb.StaticSelectMenu(
                action, _options(data), initial_option=_option(data), placeholder=_text(data, "placeholder")
            )
        case "external_select":
            return sb.ExternalSelectMenu(
                action,
                min_query_length=data["min_query_length"],
                initial_option=_option(data),
                placeholder=_text(data, "placeholder"),
            )
        case "multi_external_select":
            return sb.ExternalMultiSelectMenu(
                action,
                min_query_length=data["min_query_length"],
                initial_options=_options(data, "initial_options") or None,
                max_selected_items=data.get("max_selected_items"),
                placeholder=_text(data, "placeholder"),
            )
        case "datepicker":
            return sb.DatePicker(action, data.get("initial_date"))
        case "timepicker":
            return sb.TimePicker(action, data.get("initial_time"))
        case "overflow":
            return sb.OverflowMenu(action, _options(data))
        case "plain_text_input":
            return sb.PlainTextInput(action, data.get("initial_value"), max_length=data["max_length"])
        case "conversations_select":
            return sb.ConversationSelectMenu(
                action,
                data.get("initial_conversation"),
                data.get("default_to_current_conversation"),
                filter=sb.ConversationFilter(
                    data["filter"]["include"], exclude_bot_users=data["filter"]["exclude_bot_users"]
                ),
            )
        case "multi_conversations_select":
            kept = data["filter"]
            return sb.ConversationMultiSelectMenu(
                action,
                data.get("initial_conversations"),
                filter=sb.ConversationFilter(kept["include"], kept.get("exclude_external_shared_channels")),
            )
        case "multi_users_select":
            return sb.UserMultiSelectMenu(action, data.get("initial_users"))
        case "users_select":
            return sb.UserSelectMenu(action, data.get("initial_user"), placeholder=_text(data, "placeholder"))
        case "file_input":
            return sb.FileInput(action, data["filetypes"], data["max_files"])
        case unknown:
            raise AssertionError(f"{unknown} is not built here yet")


def _block(data: dict[str, Any]) -> sb.Block:
    match data["type"]:
        case "actions":
            elements = [_element(element) for element in cast("list[dict[str, Any]]", data["elements"])]
            return sb.ActionsBlock(elements, data.get("block_id"))
        case "section" if "accessory" in data:
            return sb.SectionBlock(
                sb.Text.from_dict(data["text"]), data["block_id"], accessory=_element(data["accessory"])
            )
        case "table":
            rows = [
                [sb.RawText(cell["text"]) for cell in row] for row in cast("list[list[dict[str, str]]]", data["rows"])
            ]
            columns = [sb.ColumnSettings(**column) for column in data["column_settings"]]
            return sb.TableBlock(cast("Any", rows), columns)
        case "context_actions":
            choices = [
                sb.FeedbackButtons(
                    _feedback(element["positive_button"]), _feedback(element["negative_button"]), element["action_id"]
                )
                for element in cast("list[dict[str, Any]]", data["elements"])
            ]
            return sb.ContextActionsBlock(cast("Any", choices), data["block_id"])
        case "input":
            label, hint = sb.Text.from_dict(data["label"]), _text(data, "hint")
            return sb.InputBlock(label, _element(data["element"]), block_id=data["block_id"], hint=hint)
        case "section" if "accessory" in data:
            return sb.SectionBlock(
                sb.Text.from_dict(data["text"]), data.get("block_id"), accessory=_element(data["accessory"])
            )
        case _:
            return sb.Block.from_dict(data)


def accept(surface: Surface, shown: dict[str, Any]) -> None:
    """Accept a view or a message, or raise slackblocks' InvalidUsageError."""
    blocks = [_block(block) for block in shown["blocks"]]
    match surface:
        case "message":
            sb.Message("C0123456789", shown["text"], blocks)
        case "home":
            sb.HomeTabView(blocks)
        case "modal":
            sb.ModalView(
                shown["title"]["text"],
                blocks,
                close=shown["close"]["text"],
                submit=shown["submit"]["text"] if "submit" in shown else None,
                private_metadata=shown["private_metadata"],
                callback_id=shown["callback_id"],
            )
