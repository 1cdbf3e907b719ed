"""`python -m bench.pages [ADDRESS [PAGE ...]]`: how soon a running site's pages are seen and answer, as on a telephone.

Chromium with a quarter of this machine's speed, 10 Mbit/s and 40 ms to the server and back; the median and the
best of several first visits (the best is the machine's own where others work on it too). Largest contentful paint
should stay under 800 ms, an interaction under 100 ms.
"""

import sys
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium_program

VISITS = 5
NETWORK = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
PAINT = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  const last = list.getEntries().at(-1);
  resolve([last.startTime, last.element ? last.element.outerHTML.slice(0, 60) : ""]);
}).observe({ type: "largest-contentful-paint", buffered: true }))"""
LISTEN = """window.took = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) took.push(entry.duration);
}).observe({ type: "event", durationThreshold: 16 });"""
SLIDE = ("input[type=range]", ("ArrowLeft",) * 4)
SEARCH = ("input[name=q]", ("a", "Backspace", "a", "Backspace"))
CHOICE = ("main select", ("ArrowDown",) * 4)
NAMES = (".scenario summary", ("Enter",) * 4)
MAP = (".by-hand summary", ("Enter",) * 4)
DATES = (".clocks summary", ("Enter",) * 4)
PAGES = {
    "/": SLIDE,
    "/participants/": SEARCH,
    "/participants/?list=statements&by=region": SEARCH,
    "/participants/QAT/": DATES,
    "/participants/QAT/cooperation/": DATES,
    "/participants/QAT/cooperation/BRA/": DATES,
    "/convention/": SEARCH,
    "/articles/63/": DATES,
    "/charts/": DATES,
    "/charts/same-age/": DATES,
    "/readiness/": CHOICE,
    "/readiness/assistance/": DATES,
    "/readiness/ratification/": DATES,
    "/scenario/": NAMES,
    "/scenario/?deposits=39+more+on+2027-03-01": MAP,
    "/calendar/": DATES,
    "/changes/": DATES,
    "/corrections/": DATES,
    "/about/": DATES,
    "/about/depositary/": DATES,
    "/treaties/budapest/": SLIDE,
}
"""Each kind of page, what is used on it, and the keys for that; the choice of the dates is on every page."""
PAUSES = (330, 400, 500, 600)
"""Milliseconds after each key: some end while the page works at its answer to the one before."""


def main(site: str = "http://127.0.0.1:8000", *pages: str) -> None:
    """Print a line for each page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=["--no-sandbox"])
        print(
            f"{'page':<42}{'paint, ms':>10}{'best':>6}{'answer, ms':>12}{'best':>6}{'requests':>9}{'kB':>4} largest"
        )
        for address in pages or PAGES:
            visits = [visit(browser, site, address) for _ in range(VISITS)]
            paints, answers = [each[0] for each in visits], [each[1] for each in visits]
            times = f"{median(paints):>10.0f}{min(paints):>6.0f}{median(answers):>12.0f}{min(answers):>6.0f}"
            print(f"{address:<42}{times}{visits[0][2]:>9}{visits[0][3] / 1000:>4.0f} {visits[0][4]}")
        browser.close()


def visit(browser: Browser, site: str, address: str) -> tuple[float, float, int, int, str]:
    """Visit a page for the first time; give paint and interaction in ms, requests, bytes, and what was largest."""
    with browser.new_context(base_url=site, viewport={"width": 412, "height": 823}) as context:
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", NETWORK)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        sizes: list[int] = []
        tools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        page.goto(address, wait_until="networkidle")
        paint, largest = page.evaluate(PAINT)
        requests, size = len(sizes), sum(sizes)
        return paint, interaction(page, address), requests, size, largest.replace("\n", " ")


def interaction(page: Page, address: str) -> float:
    """Use what the page offers; give the longest time, in ms, from a key to the next frame."""
    control, keys = PAGES[address]
    page.locator(control).first.focus()
    page.wait_for_timeout(max(PAUSES))  # what comes into view with it is drawn
    page.evaluate(LISTEN)
    for key, pause in zip(keys, PAUSES, strict=True):
        page.keyboard.press(key)
        page.wait_for_timeout(pause)
    return float(page.evaluate("Math.max(0, ...took)"))


if __name__ == "__main__":
    main(*sys.argv[1:])
