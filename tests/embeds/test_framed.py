"""A partner's page on another origin frames the card and shows the badge, in a real browser."""

import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from ratification.intake import bundles as loading
from ratification.status import recompute as status
from tests.browser import WAIT_MILLISECONDS
from treaty.models import Treaty

PAGE = """<!doctype html><html lang="en"><head><title>Partner</title><link rel="icon" href="data:,"></head><body>
<iframe src="{site}/embed/hanoi/progress/" title="Card" width="420" height="50"></iframe>
<iframe src="{site}/embed/hanoi/table/?lang=ar&theme=dark" title="Table" width="600" height="50"></iframe>
<img src="{site}/embed/hanoi/badge.svg" alt="Badge"><img src="{site}/embed/hanoi/map.svg" alt="Map" width="600">
<div style="height: 4000px"></div><iframe src="{site}/embed/hanoi/progress/" title="Out of sight" height="50"></iframe>
<script>
addEventListener("message", event => {{
  if (event.origin !== "{site}" || event.data.type !== "treaty-status-height") return;
  for (const frame of document.querySelectorAll("iframe"))
    if (frame.contentWindow === event.source) frame.height = event.data.height;
}});
fetch("{site}/api/v1/treaties/hanoi/status/").then(a => a.json()).then(a => document.title = a.signatories);
</script></body></html>"""


@pytest.fixture
def partner(live_server: LiveServer, now: datetime) -> Iterator[str]:
    """The address of the partner's page; the tracker holds the bundled facts."""
    loading.load_facts(now=now)
    status.recompute(Treaty.objects.get(slug="hanoi").pk, today=now.date(), now=now)
    page = PAGE.format(site=live_server.url).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_another_origin_embeds_card_table_badge_and_map(partner: str, chromium: Browser) -> None:
    faults: list[str] = []
    with chromium.new_context() as context:
        context.set_default_timeout(WAIT_MILLISECONDS)
        page = context.new_page()
        page.on(
            "console", lambda entry: faults.append(entry.text) if entry.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(partner)
        card = page.frame_locator("iframe[title=Card]")
        card.get_by_text("1 of 40", exact=True).first.wait_for()
        assert card.get_by_role("link").get_attribute("href").endswith("/treaties/hanoi/")  # type: ignore[union-attr]  # it has one
        page.frame_locator("iframe[title=Table]").get_by_text("قطر").wait_for()
        page.wait_for_function(
            "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
        )
        page.wait_for_function("[...document.querySelectorAll('iframe')].every(frame => frame.height > 100)")
        page.wait_for_function("document.title === '75'")
    assert faults == []
