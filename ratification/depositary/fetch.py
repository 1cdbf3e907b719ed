"""The depositary's document from its own address. Off unless the operator configures addresses (DEPOSITARY_URLS)."""

import logging
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from common.http_client import Client, Limits, OutboundError
from ratification.depositary.declared_facts import vouch_where_agreed
from ratification.depositary.document import DocumentError
from ratification.depositary.elements import MAX_BYTES
from ratification.depositary.runs import compare_run
from ratification.models import ImportRun
from treaty.models import Treaty

logger = logging.getLogger(__name__)
_OK = 200
SECONDS = 60


def fetch(url: str, client: Client | None = None) -> bytes:
    """Fetch a status document from one of the configured hosts.

    Args:
        url: the address.
        client: the door to go through; by default one to the configured hosts alone.

    Raises:
        OutboundError: if the address is not of a configured host, or the host gives no document within the limits.
    """
    client = client or Client(
        hosts=configured_hosts(), limits=Limits(seconds=SECONDS, answer_bytes=MAX_BYTES)
    )
    answer = client.call(url, headers={"Accept": "application/xml, text/xml"})
    if answer.status != _OK:
        raise OutboundError(f"{url} answered with status {answer.status}.")
    return answer.body


def configured_hosts() -> set[str]:
    """Return the hosts of the configured addresses: the only ones that a document is fetched from."""
    return {urlsplit(url).netloc for url in settings.DEPOSITARY_URLS.values()}


def refresh(slug: str, *, now: datetime, client: Client | None = None) -> ImportRun | None:
    """Fetch the document configured for a treaty and compare it. Proposes at most, and publishes no act.

    Where the record agrees, its list is known until today.

    A second run on the same day with the same document and the same record keeps the first one's comparison.

    Returns:
        The comparison; None where no address is configured, or the document is refused: the last good one stays in
        place, and the log has the reason.

    Raises:
        OutboundError: if the host does not give a document; worth another try later.
    """
    url = settings.DEPOSITARY_URLS.get(slug)
    treaty = Treaty.objects.filter(slug=slug).first()
    if not url or treaty is None:
        logger.warning("Nothing to fetch for %s: it has no configured address, or is not loaded.", slug)
        return None
    content = fetch(url, client)
    try:
        run = compare_run(treaty, content, address=url, retrieved_at=now, now=now)
    except DocumentError as error:
        logger.error("The depositary's document for %s is refused: %s", slug, error)  # noqa: TRY400 - no trace needed
        return None
    vouch_where_agreed(run, now=now)
    return run
