"""Every page, embed, feed, file and mail with a catalogue in which each message is marked: what is not marked is data.

The catalogue takes the place of the Chinese one, so that what CLDR and the names' table write has no Latin letters.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.core import mail
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db.models import CharField, TextField
from django.test import Client, RequestFactory, override_settings
from django.utils.translation import override
from django.views import defaults

from common import catalogues
from config.middleware.errors import bad_request, server_error, unavailable
from dashboard.readiness import SYMBOLS
from ratification.following import outbox
from ratification.following.question import ChangeQuestion
from ratification.following.subscriptions import Asked, confirm, subscribe, token_of
from ratification.models import Action, Change, Mail, MailSubscription
from states.models import Group, Participant
from tests.dashboard.looks import LOOKED_AT
from treaty.models import Article, Chapter, Measure, Source, Theme, Treaty

pytestmark = [pytest.mark.django_db]

START, END = "⟦", "⟧"
_KEPT = re.compile(r"(<[^>]*>|%\(\w+\)[sd]|%%|\{\w*\}|&\w+;)")
_MARKED = re.compile(f"{START}[^{END}]*{END}")
_CUT = re.compile(f"^[^{START}{END}]*{END}|{START}[^{START}{END}]*$")
"""What is left of a message that a picture breaks into lines."""
_WORD = re.compile(r"[A-Za-z][A-Za-z’'-]+")
_NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|/\S+/|\b\w+_\w+\b|\b\w+(?:\.\w+)+\b")
"""Addresses, hosts, and names of parameters."""
FORMATS = frozenset({"Atom", "iCalendar", "oEmbed", "BibTeX", "Vega-Lite", "CSL-JSON"})
"""Names of formats and programs, which no language translates."""


SLUGS = {"child", "coe"}
"""A word that is searched for, and the key of a group in a clause."""


def marked(text: str) -> str:
    """Return a message with marks around its own words: values, tags and entities stay outside of them."""
    parts = _KEPT.split(text)
    return "".join(
        f"{START}{part}{END}" if number % 2 == 0 and part.strip() else part
        for number, part in enumerate(parts)
    )


@pytest.fixture(scope="module")
def marked_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Chinese catalogue that is the English one, marked."""
    texts = tmp_path_factory.mktemp("marked")
    catalogue = Catalog(locale="zh_Hans")
    for message in catalogues.extracted():
        if message.id:
            text = marked(message.id if isinstance(message.id, str) else message.id[-1])
            forms = text if isinstance(message.id, str) else (text,)
            catalogue.add(message.id, forms, context=message.context)
    folder = texts / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    return texts


@pytest.fixture
def _pseudo(tmp_path: Path, marked_catalogue: Path) -> Iterator[None]:
    """Let the Chinese catalogue be the marked one; pictures that are drawn with it are not kept."""
    drawings = {**settings.CACHES["drawings"], "LOCATION": str(tmp_path / "drawings")}
    with override_settings(LOCALE_PATHS=[marked_catalogue], CACHES={**settings.CACHES, "drawings": drawings}):
        yield
    _forget()


def _forget() -> None:
    """Empty what the modules keep of words: it has the marks in it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in catalogues.CODE:
            for value in vars(module).values():
                if callable(empty := getattr(value, "cache_clear", None)):
                    empty()


@pytest.fixture
def record(with_forecast: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its status computed and a forecast made; charts are drawn in the language asked for."""
    return Treaty.objects.get(slug="hanoi")


class _Unmarked(HTMLParser):
    """Collects the words of a document that are neither marked nor given as being in a language of their own."""

    _SHOWN = ("title", "aria-label", "alt", "placeholder", "data-label", "aria-valuetext", "content")
    _SILENT = frozenset(
        {
            "script",
            "style",
            "code",
            "pre",
            "samp",
            "kbd",
            "textarea",
            "id",
            "updated",
            "published",
            "uri",
            "rights",
            "language",
        }
    )
    _PLAIN = frozenset({"title", "desc", "text", "option"})
    """What holds text alone, and cannot say that a name within it is English."""
    _VOID = frozenset({"meta", "link", "br", "input", "img", "hr", "source", "wbr", "col"})

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = given.get("lang", given.get("xml:lang", ""))
        quiet = tag in self._SILENT or given.get("translate") == "no"
        outside = bool(self.open and self.open[-1][1])
        if foreign:
            outside = not foreign.startswith("zh")
        outside = outside or quiet
        if not outside:
            described = given.get("property", given.get("name", ""))
            for name in self._SHOWN:
                if name == "content" and not described.endswith(("title", "description", "alt", "site_name")):
                    continue
                self._note(without(given.get(name, ""), self.names), f"{tag} {name}")
        if tag not in self._VOID:
            self.open.append((tag, outside))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self._VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][1]):
            if "</" in data:  # HTML within a feed
                self.found += in_document(data, self.names)
            else:
                tag = self.open[-1][0] if self.open else ""
                may_name = tag in self._PLAIN or START in data  # a sentence that names a treaty
                self._note(without(data, self.names) if may_name else data, tag)

    def _note(self, text: str, where: str) -> None:
        if words := unmarked(text):
            self.found.append(f"{where}: {words} in {' '.join(text.split())[:200]}")


def unmarked(text: str) -> list[str]:
    """Return the words of a text that stand outside of marks."""
    own = _NO_WORDS.sub("", _CUT.sub("", _MARKED.sub("", text)))
    known = FORMATS | set(SYMBOLS.values()) | SLUGS
    return [word for word in _WORD.findall(own) if not word.isupper() and word not in known]


def without(text: str, names: Sequence[str]) -> str:
    """Return a text that can have no language of its own without the names and quotations of the record in it."""
    if unmarked(text):
        for name in names:
            text = text.replace(name, "")
    return text


def in_document(text: str, names: Sequence[str] = ()) -> list[str]:
    reader = _Unmarked(names)
    reader.feed(text)
    reader.close()
    return reader.found


ADDRESSES = (
    *(f"/embed/hanoi/{kind}?lang=zh" for kind in ("progress/", "table/", "badge.svg", "map.svg")),
    *(f"/zh-hans/{name}" for name in ("changes.atom", "charts/over-time.svg", "charts/by-group.svg")),
    "/zh-hans/opensearch.xml",
)
REFUSED = {"/zh-hans/nothing/": 404, "/zh-hans/?as_of=1.1.2026": 400, "/zh-hans/scenario/?deposits=x": 400}


@pytest.fixture
def names(record: Treaty) -> list[str]:  # noqa: ARG001 - it stands in the database
    """The texts of the record, the longest first."""
    found: set[str] = set()
    for model in (Treaty, Chapter, Article, Measure, Theme, Source, Group, Participant, Action):
        for field in model._meta.get_fields():  # noqa: SLF001 - public by its documentation
            if isinstance(field, CharField | TextField) and not field.choices:
                found.update(model.objects.values_list(field.name, flat=True))
    found.update(name.removesuffix(" Convention") for name in [*found])  # as a narrow chart names it
    return sorted((text for text in found if unmarked(text)), key=len, reverse=True)


def _faults(client: Client, addresses: Mapping[str, int], names: Sequence[str]) -> list[str]:
    """Return what is not marked, each with the first address at which it stands."""
    faults: dict[str, str] = {}
    for address, code in addresses.items():
        answer = client.get(address)
        assert answer.status_code == code, address
        for fault in in_document(answer.content.decode(), names):
            faults.setdefault(fault, address)
    return [f"{address}: {fault}" for fault, address in faults.items()]


@pytest.mark.usefixtures("_pseudo", "record")
def test_every_page_has_marked_words_alone(client: Client, names: list[str]) -> None:
    pages = {f"/zh-hans{address}": 200 for address in LOOKED_AT}
    found = _faults(client, pages | REFUSED | dict.fromkeys(ADDRESSES, 200), names)
    assert found == [], "\n".join(found)


@pytest.mark.usefixtures("_pseudo", "record")
def test_every_page_of_an_error_has_marked_words_alone(client: Client, names: list[str]) -> None:
    """A form with nothing in it, malformed, not permitted, beyond a visitor's share, and a fault of the program."""
    request = RequestFactory().get("/zh-hans/")
    with override_settings(VISITOR_SECONDS=0):
        spent = client.get("/zh-hans/about/")
    empty = client.post("/zh-hans/follow/", {"email": "nobody"})
    with override("zh-hans"):
        pages = [
            bad_request(request, BadRequest()),
            defaults.permission_denied(request, PermissionDenied()),
            server_error(request),
        ]
    assert [answer.status_code for answer in (empty, spent)] == [400, 503]
    assert [answer.status_code for answer in pages] == [400, 403, 500]
    texts = [answer.content.decode() for answer in (empty, spent)]
    texts += [answer.content.decode() for answer in pages]
    found = [fault for text in texts for fault in in_document(text, names)]
    assert found == [], "\n".join(found)


@pytest.mark.usefixtures("_pseudo", "record")
def test_every_feed_and_file_has_marked_words_alone(client: Client, names: list[str]) -> None:
    feed = json.loads(client.get("/zh-hans/changes.json").content)
    texts = [feed["title"], *(item[key] for item in feed["items"] for key in ("title", "content_text"))]
    calendar = client.get("/zh-hans/calendar.ics").content.decode().replace("\r\n ", "")
    texts += re.findall(r"^(?:SUMMARY|DESCRIPTION|X-WR-CALNAME)[^:\r]*:(.*)$", calendar, re.MULTILINE)
    table = client.get("/zh-hans/participants/csv?lang=zh").content.decode("utf-8-sig")
    texts += table.splitlines()[0].split(",")
    assert len(texts) > len(table.splitlines()[0].split(",")) + 2
    found = [text for text in texts if unmarked(without(text, names))]
    assert found == [], "\n".join(found)


@pytest.mark.usefixtures("_pseudo")
def test_every_mail_and_the_page_behind_it_has_marked_words_alone(
    client: Client, record: Treaty, names: list[str], now: datetime
) -> None:
    asked = Asked(record, ChangeQuestion(), "at_once", "reader@example.org", "zh-hans")
    subscribe(asked, site="http://testserver/", visitor="", now=now)
    subscription = MailSubscription.objects.get()
    numbers = list(Change.objects.filter(treaty=record).values_list("number", flat=True))[:40]
    Mail.objects.create(subscription=subscription, key="news", changes=numbers, created_at=now)
    token = token_of(subscription)
    with override("zh-hans"):
        away = unavailable(RequestFactory().get("/")).content.decode()
    found = in_document(away)
    for name in ("confirm", "manage", "end"):
        found += in_document(client.get(f"/zh-hans/follow/{name}/{token}/").content.decode(), names)
    confirm(subscription.key, now=now)
    outbox.send(lambda: now)
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert isinstance(message, EmailMultiAlternatives)
        (html, _), *_ = message.alternatives
        texts = (str(message.subject), *str(message.body).splitlines())
        found += [*in_document(str(html), names), *(text for text in texts if unmarked(without(text, names)))]
    assert found == [], "\n".join(found)


def test_what_is_not_marked_is_found() -> None:
    assert marked("Signed on %(day)s by <b>{state}</b>.") == "⟦Signed on ⟧%(day)s⟦ by ⟧<b>{state}</b>⟦.⟧"
    assert in_document(f"<html lang=zh><p title='Plain'>{marked('Known')} <i lang=en>Title</i>") == [
        "p title: ['Plain'] in Plain"
    ]
    assert in_document("<html lang=zh><p>Signed 2026-02-01 C.N. /a/path/</p>") == [
        "p: ['Signed'] in Signed 2026-02-01 C.N. /a/path/"
    ]
