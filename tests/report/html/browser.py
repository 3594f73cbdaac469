"""A real browser without a window, for what only a browser can tell."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)

REQUIRED = bool(os.environ.get("LINKBAK_REQUIRE_BROWSER"))
"""Asked for when this is imported: tests run without anything of the kind in their environment."""

PATIENCE = 110
"""Seconds for one answer on a busy machine; a test that hangs is ended soon after."""


class Browser:
    """One Chromium; pages are opened from disk, as their owner would."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        driver.set_script_timeout(PATIENCE)

    def open(
        self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True
    ) -> None:
        """Show a page in a window of that size, all that was logged before forgotten."""
        self._do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._do("Emulation.setEmulatedMedia", media="", features=features)
        self._do("Emulation.setScriptExecutionDisabled", value=not script)
        # On a busy machine the browser's own first page is still being loaded, and would count as the page's doing.
        self.driver.get("about:blank")
        self.logged()
        self.requests()
        self.driver.get(page.as_uri())
        # On a busy machine that may end too early. Scripts then wait for the page, but what is asked besides does not.
        self._until(lambda: self.evaluate("document.readyState === 'complete' && document.URL !== 'about:blank'"))

    def run(self, script: str, *given: object) -> Any:
        """What a script gives that ends with a return."""
        return self.driver.execute_script(script, *given)

    def evaluate(self, expression: str) -> Any:
        """The same for an expression, where scripts of the page are off."""
        found = self._do("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"]["value"]

    def until(self, script: str) -> Any:
        """What a script gives, as soon as that is something."""
        return self._until(lambda: self.run(script))

    def _until(self, asked: Callable[[], Any]) -> Any:
        from selenium.webdriver.support.wait import WebDriverWait

        return WebDriverWait(self.driver, PATIENCE, 0.02).until(lambda _: asked())

    def type(self, id: str, text: str) -> None:
        """Put a text into a field, as if pasted."""
        self.run(
            "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
            "field.dispatchEvent(new Event('input'))",
            id,
            text,
        )

    def press(self, *keys: str) -> None:
        """Keys to whatever has the focus, one after another."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def accessible(self) -> set[tuple[str, str]]:
        """Role and name of everything that assistive technology is told of."""
        nodes = self._do("Accessibility.getFullAXTree")["nodes"]
        return {
            (str(node["role"]["value"]), str(node.get("name", {}).get("value", "")))
            for node in nodes
            if not node["ignored"]
        }

    def logged(self) -> list[str]:
        """What the console said since it was last asked: errors, and what the policy refused."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def requests(self) -> list[str]:
        """The addresses asked for since it was last asked; what is inside the page itself counts as none.

        What the page's policy stopped was never sent, and stands in the console.
        """
        entries = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]  # type: ignore[no-untyped-call]
        told = [(entry["method"], entry["params"]) for entry in entries]
        stopped = {
            given["requestId"]
            for method, given in told
            if method == "Network.loadingFailed" and given.get("blockedReason") == "csp"
        }
        asked = {
            given["requestId"]: given["request"]["url"]
            for method, given in told
            if method == "Network.requestWillBeSent" and given["requestId"] not in stopped
        }
        return [url for url in asked.values() if not url.startswith("data:")]

    def print_look(self) -> None:
        """Show the page as it looks on paper, until the next one is opened."""
        self._do("Emulation.setEmulatedMedia", media="print")

    def hide_scrollbars(self) -> None:
        """From now on; they tell nothing in a picture."""
        self._do("Emulation.setScrollbarsHidden", hidden=True)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write down what is seen, or all of the page."""
        import base64

        more = {"captureBeyondViewport": True, "clip": self._whole()} if whole else {}
        path.write_bytes(base64.b64decode(self._do("Page.captureScreenshot", format="png", **more)["data"]))

    def pdf(self) -> bytes:
        """The page on paper."""
        import base64

        return base64.b64decode(self._do("Page.printToPDF", printBackground=True)["data"])

    def _whole(self) -> dict[str, float]:
        size = self._do("Page.getLayoutMetrics")["cssContentSize"]
        return {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}

    def _do(self, command: str, **given: object) -> Any:
        return self.driver.execute_cdp_cmd(command, given)


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser whose profile lies in a folder; skips the test where there is none, unless one is required."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        if REQUIRED:
            pytest.fail("chromium and chromedriver are required here and not installed")
        pytest.skip("needs chromium and chromedriver")
    options = ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options, Service(driver))
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()
