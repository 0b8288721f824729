"""A sandbox per module, and Chromium with a window for each page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.pages import NetvisorPage, SlackPage, Words
from tests.browser.sandbox import PATIENCE, Sandbox, running

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    # Nothing leaves the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def chromium_program() -> str | None:
    """Return where Chromium is; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. One per module, because Playwright's loop may not outlive the tests that have no loop of their own."""
    executable = chromium_program()
    if executable is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is missing")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def language() -> str:
    """The language of the module's sandbox; a module's own parameters come before this."""
    return "en"


@pytest.fixture(scope="module")
def sandbox(browser: Browser, language: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox; nothing may have gone wrong in it that no page showed."""
    with running(tmp_path_factory.mktemp("sandbox"), language) as started:
        yield started
        assert started.faults() == []


@pytest.fixture
def words(language: str) -> Words:
    """The app's texts in the module's language."""
    return Words(language)


@pytest.fixture
def window(browser: Browser, language: str) -> Iterator[Callable[[], Page]]:
    """Opens windows of a person in Finland; no page in them may have an error.

    Each page has a window of its own: Chromium slows down what lies in the background.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    def open_window() -> Page:
        context = browser.new_context(
            viewport={"width": 1280, "height": 860},
            locale="fi-FI" if language == "fi" else "en-GB",
            timezone_id="Europe/Helsinki",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", note)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def slack(window: Callable[[], Page], sandbox: Sandbox, words: Words) -> SlackPage:
    """The Slack page."""
    return SlackPage(window(), sandbox, words)


@pytest.fixture
def netvisor(window: Callable[[], Page], sandbox: Sandbox, language: str) -> NetvisorPage:
    """The Netvisor page."""
    return NetvisorPage(window(), sandbox, language)
