"""The HTML report in a real browser: Debian's Chromium, driven through its driver."""

from __future__ import annotations

import base64
import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reports.as_html import as_html
from reports.facts import ReportFacts
from reports.words import Words
from tests.reports.made_up import SHEET, make_audit

pytest.importorskip("selenium", reason="selenium is not installed: nothing can drive a browser")

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="chromium and chromedriver are not installed"
)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--window-size=1300,900", "--disable-dev-shm-usage"),
)
EVIL = "<img src=x onerror=document.title='caught'><script>document.title='caught'</script>"

# Contrast of every text with what is behind it (WCAG 2): its words, its ratio.
CONTRASTS = """
const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
const light = (colour) => {
  const [r, g, b] = parts(colour).map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if ((parts(colour)[3] ?? 1) > 0) return colour;
  }
  return getComputedStyle(document.body).backgroundColor;
};
const found = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].filter((node) => node.nodeType === 3);
  const text = own.map((node) => node.textContent).join("").trim();
  if (!text || ["SCRIPT", "STYLE", "OPTION"].includes(element.tagName)) continue;
  const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
  found.push([text.slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
}
return found;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page on a made-up audit whose texts try to break out."""
    outcome, workbook = make_audit(crashed=True)
    first, *others = outcome.findings
    outcome = dataclasses.replace(
        outcome, findings=(dataclasses.replace(first, label=EVIL), *others), file=EVIL
    )
    page = as_html(outcome, workbook, Words("en"), ReportFacts(version="0.1.0"))
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Any:
    """The page, freshly opened."""
    browser.get("about:blank")
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(address)
    return browser


def shown_rows(page: Any) -> list[str]:
    rows = page.find_elements(By.CSS_SELECTOR, "#findings tbody tr")
    return [row.get_attribute("id") for row in rows if row.is_displayed()]


def press(page: Any, *keys: str) -> None:
    ActionChains(page).send_keys(*keys).perform()


def test_nothing_is_fetched_and_nothing_of_a_workbook_runs(page: Any, address: str) -> None:
    messages = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    assert {url for url in asked if not url.startswith("data:")} <= {address, "about:blank"}
    assert page.get_log("browser") == []
    assert "caught" not in page.title.replace(EVIL, "")
    assert EVIL in page.find_element(By.ID, "findings").text


def test_a_script_that_got_in_could_load_nothing(page: Any) -> None:
    failed = page.execute_async_script(
        "const done = arguments[0];"
        "fetch('https://example.org/').then(() => done('loaded'), (error) => done(error.name));"
    )
    assert failed == "TypeError"
    assert "Content Security Policy" in page.get_log("browser")[0]["message"]


def test_the_filters_choose_by_severity_and_sheet(page: Any) -> None:
    outcome, _ = make_audit()
    by_severity: dict[str, list[str]] = {}
    for finding in outcome.findings:
        by_severity.setdefault(str(finding.severity), []).append(finding.id)
    assert sorted(shown_rows(page)) == sorted(f.id for f in outcome.findings)
    for severity, ids in by_severity.items():
        box = page.find_element(By.CSS_SELECTOR, f"input[value={severity}]")
        box.click()
        assert set(shown_rows(page)) == {f.id for f in outcome.findings} - set(ids)
        box.click()
    chosen = page.find_element(By.NAME, "sheet")
    chosen.find_element(By.XPATH, f"option[text()='{SHEET}']").click()
    expected = {f.id for f in outcome.findings if f.cell.sheet == SHEET}
    assert set(shown_rows(page)) == expected != set()
    nothing = page.find_element(By.ID, "nothing-left")
    assert not nothing.is_displayed()
    for box in page.find_elements(By.NAME, "severity"):
        box.click()
    assert shown_rows(page) == []
    assert nothing.is_displayed()
    assert not any(a.is_displayed() for a in page.find_elements(By.TAG_NAME, "article"))


def test_the_keyboard_is_enough(page: Any) -> None:
    press(page, Keys.TAB)
    skip = page.switch_to.active_element
    assert skip.text == "Skip to the findings"
    assert skip.location["x"] >= 0  # out of sight until it has the focus
    press(page, Keys.ENTER)
    assert page.current_url.endswith("#findings")
    press(page, Keys.TAB)
    box = page.switch_to.active_element
    assert (box.get_attribute("name"), box.is_selected()) == ("severity", True)
    press(page, Keys.SPACE)
    assert not box.is_selected()
    assert not any(
        row.is_displayed() for row in page.find_elements(By.CSS_SELECTOR, "tr[data-severity=error]")
    )
    press(page, Keys.SPACE)
    while page.switch_to.active_element.tag_name != "a":
        press(page, Keys.TAB)
    link = page.switch_to.active_element
    style = page.execute_script("return getComputedStyle(arguments[0]).outlineStyle", link)
    assert style == "solid"
    target = link.get_attribute("href").rpartition("#")[2]
    press(page, Keys.ENTER)
    cell = page.find_element(By.ID, target)
    assert cell.is_displayed()
    assert 0 <= page.execute_script("return arguments[0].getBoundingClientRect().top", cell) < 900


def test_a_link_opens_the_sheet_that_was_closed(page: Any) -> None:
    link = page.find_element(By.CSS_SELECTOR, "#findings tbody a")
    cell = page.find_element(By.ID, link.get_attribute("href").rpartition("#")[2])
    sheet = cell.find_element(By.XPATH, "ancestor::details")
    sheet.find_element(By.TAG_NAME, "summary").click()
    assert not cell.is_displayed()
    page.execute_script("arguments[0].scrollIntoView({ block: 'center' })", link)
    link.click()
    assert cell.is_displayed()
    back = cell.find_element(By.TAG_NAME, "a")
    back.click()
    row = page.find_element(By.ID, back.get_attribute("href").rpartition("#")[2])
    assert row.is_displayed()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_everything_can_be_read_in_the_light_and_in_the_dark(page: Any, look: str) -> None:
    feature = {"name": "prefers-color-scheme", "value": look}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        body = page.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
        weak = [(text, ratio) for text, ratio in page.execute_script(CONTRASTS) if ratio < 4.5]
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert body.startswith("rgba(255" if look == "light" else "rgba(20")
    assert weak == []


def test_on_paper_every_sheet_is_open_and_the_filters_are_gone(page: Any) -> None:
    for sheet in page.find_elements(By.CSS_SELECTOR, "details[open] > summary"):
        page.execute_script("arguments[0].click()", sheet)
    assert page.find_elements(By.CSS_SELECTOR, "details[open]") == []
    printed = base64.b64decode(page.print_page())
    assert printed.startswith(b"%PDF-")
    assert all(d.get_attribute("open") for d in page.find_elements(By.TAG_NAME, "details"))
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not page.find_element(By.CSS_SELECTOR, ".filters").is_displayed()
        cut = page.execute_script(
            "return [...document.querySelectorAll('.scroll')]"
            ".filter((e) => e.scrollHeight > e.clientHeight + 1).length"
        )
        assert cut == 0
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_narrow_window_needs_no_scrolling_sideways(page: Any) -> None:
    """Wide tables scroll in their own box."""
    metrics = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        width = page.execute_script("return document.documentElement.scrollWidth")
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width <= 400


def test_it_reads_without_its_script(browser: Any, address: str, tmp_path: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get("about:blank")
        browser.get(address)
        assert browser.find_element(By.ID, "findings").is_displayed()
        outcome, _ = make_audit()
        assert sorted(shown_rows(browser)) == sorted(f.id for f in outcome.findings)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
