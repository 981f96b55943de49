"""The dossier opened by a real Chromium: no network, no error, the JSON's figures, every width, keyboard, paper."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

from tests.bases import PostgresqlBases, SqliteBases
from tests.guide import in_a_folder, typed
from tests.reports.dossiers import needs, played

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
NO_BROWSER = "no Chromium with its chromedriver on this machine: the dossier is not opened in a browser"
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900")

# RGAA 3.2: 4.5 to 1, or 3 to 1 for a text of 24 px, or of 18.66 px in bold. Gives how many words were looked at, and
# those that do not stand out, with their ratio.
CONTRASTS = """
const parts = colour => colour.match(/[0-9.]+/g).map(Number);
const over = (top, under) => {
  const [r, g, b, a = 1] = parts(top);
  return [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
};
const behind = element => {
  const chain = [];
  for (let e = element; e; e = e.parentElement) chain.unshift(getComputedStyle(e).backgroundColor);
  return chain.reduce((under, colour) => over(colour, under), [255, 255, 255]);
};
const light = colour => {
  const [r, g, b] = colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const words = [...document.body.querySelectorAll('*')].filter(e => !e.closest('svg, script, style')
  && e.getClientRects().length && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
const weak = words.map(e => {
  const style = getComputedStyle(e), under = behind(e), [a, b] = [light(over(style.color, under)), light(under)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  return ratio < (large ? 3 : 4.5) ? `${e.tagName} ${e.className} ${ratio.toFixed(2)}` : '';
}).filter(said => said);
return [words.length, [...new Set(weak)]];
"""

pytestmark = [
    pytest.mark.one_engine,
    pytest.mark.skipif(BROWSER is None or DRIVER is None, reason=NO_BROWSER),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """A Chromium without a window, which keeps what it fetches and what it complains of."""
    options = webdriver.ChromeOptions()
    for option in (*OPTIONS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(option)
    assert BROWSER is not None
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def dossier(
    bases: SqliteBases | PostgresqlBases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The page, and what the command said of it."""
    needs("vl_convert")
    folder = tmp_path_factory.mktemp("dossier")
    base = bases.new(folder)
    played(base)
    with in_a_folder():
        page = folder / "dossier.html"
        code, said = typed(f"cofiville --base {base} --json rapport dossier 2016 {page}")
    assert code == 0, said
    yield page, json.loads(said)
    bases.drop(base)


@pytest.fixture
def opened(browser: Any, dossier: tuple[Path, dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """The browser on the dossier, and what the command said of it."""
    page, said = dossier
    browser.get(page.as_uri())
    return browser, said


def fetched(browser: Any) -> list[str]:
    """The addresses asked for, but files and what the page itself holds."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
    assert asked
    return [address for address in asked if not address.startswith(("file:", "data:", "chrome:"))]


def test_it_loads_without_network_or_error_and_shows_the_figures_of_the_json(opened: Any) -> None:
    browser, said = opened
    assert fetched(browser) == []
    assert browser.get_log("browser") == []
    script = (
        "return Object.fromEntries([...document.querySelectorAll('[data-cle]')]"
        ".map(e => [e.dataset.cle, e.dataset.valeur]))"
    )
    assert browser.execute_script(script) == said["chiffres"]
    shown = browser.execute_script("return document.querySelector('[data-cle=accorde]').textContent")
    assert shown.replace("\u00a0", "").replace("€", "").replace(",", ".") == said["chiffres"]["accorde"]
    broken = (
        "return [...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.querySelector(a.hash)).length"
    )
    assert browser.execute_script(broken) == 0


@pytest.mark.parametrize(("theme", "dark"), [("light", False), ("dark", True)])
def test_both_themes_paint_the_page_and_its_charts(opened: Any, theme: str, dark: bool) -> None:
    browser, _ = opened
    media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    colours = browser.execute_script(
        "const of = (e, what) => getComputedStyle(e)[what];"
        "return [of(document.body, 'backgroundColor'), of(document.querySelector('svg text[fill]'), 'fill')]"
    )
    paper, ink = ([int(part) for part in colour[4:-1].split(",")] for colour in colours)
    assert (sum(paper) < 120) is dark
    assert (sum(ink) > 600) is dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_stands_out_from_what_is_behind_it_on_a_phone_in_both_themes(opened: Any, theme: str) -> None:
    browser, _ = opened
    on_a_phone(browser, 360)
    media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.execute_script("document.querySelectorAll('details').forEach(e => e.open = true)")
    looked, weak = browser.execute_script(CONTRASTS)
    assert looked > 100
    assert weak == []


def on_a_phone(browser: Any, width: int) -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(opened: Any, width: int) -> None:
    browser, _ = opened
    on_a_phone(browser, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_the_keyboard_goes_to_the_content_first_and_opens_an_action(opened: Any) -> None:
    browser, _ = opened
    body = browser.switch_to.active_element
    body.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("href").endswith("#contenu")
    summary = browser.find_element("css selector", "#action-2016-001 > summary")
    summary.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.querySelector('#action-2016-001').open")


def test_what_a_voice_reads_is_in_order(opened: Any) -> None:
    browser, _ = opened
    levels = browser.execute_script("return [...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    unnamed = browser.execute_script(
        "return [...document.querySelectorAll('table')]"
        ".filter(t => !t.caption || !t.querySelector('th[scope=col]')).length"
        " + [...document.querySelectorAll('[role=img]')].filter(e => !e.ariaLabel).length"
    )
    assert unnamed == 0


def test_it_prints_every_action_on_a4(opened: Any, tmp_path: Path) -> None:
    browser, _ = opened
    made = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    content = base64.b64decode(made["data"])
    assert b"/MediaBox [0 0 594.95996 841.91998]" in content or b"/MediaBox [0 0 595" in content
    shot = browser.get_screenshot_as_png()
    assert len(shot) > 10_000
