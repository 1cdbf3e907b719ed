"""Basis of every page: the treaty, both clocks as they were asked for, and the record's answer to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, override

from common.languages import current
from ratification.record.clocks import CLOCKS, check_spelling, read_day, read_revision, single
from ratification.record.heads import WithHead, note_head, with_head
from ratification.record.kept import begin_names
from ratification.record.selectors import Extract, NotInRecordError
from treaty.models import Treaty

PATH_PARTS = frozenset({"iso3", "number", "chart", "suffix", "other", "measure"})

T = TypeVar("T")
View_co = TypeVar("View_co", bound=Extract, covariant=True)


class Selector(Protocol[View_co]):
    """`selectors.extract_of` where a page shows what was said, `selectors.view_of` where it shows what follows."""

    def __call__(
        self, treaty: Treaty, *, today: date, as_of: date | None, revision: int | None, latest: int | None
    ) -> View_co:
        """Read the record."""


@dataclass(frozen=True, slots=True)
class Page(Generic[View_co]):
    """A page's question and the record's answer.

    `asked` are the clocks that the address names. Links carry them on, so that who looks at another day or at an
    earlier record stays there. `query` is the rest of the question. `path` is the page's own, `permanent` the
    address of exactly this view, for ever. `head` fixes the state of the record that it shows; `site` is scheme and
    host.
    """

    treaty: Treaty
    today: date
    view: View_co
    clocks: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    path: str
    permanent: str
    head: str
    site: str

    @property
    def is_now(self) -> bool:
        """Whether the page shows today and the latest revision."""
        return self.view.as_of == self.today and not self.view.is_past

    @property
    def looks_ahead(self) -> bool:
        """Whether the page shows a day that is still to come."""
        return self.view.as_of > self.today

    @property
    def present(self) -> str:
        """The address of the same page, today and from the latest record."""
        return f"{self.path}?{urlencode(self.query, doseq=True)}" if self.query else self.path

    @property
    def canonical(self) -> str:
        """The absolute address of the same page, today: what search engines list."""
        return f"{self.site}{self.present}"

    @property
    def card(self) -> str:
        """The absolute address of the picture of the card."""
        return f"{self.site}{self.embed('card')}"

    def embed(self, name: str) -> str:
        """Return the address of an embed of the same day and revision, in the language of the page."""
        language = current()
        translated = {} if language.code == settings.LANGUAGE_CODE else {"lang": language.key}
        query = urlencode({**translated, **self.clocks})
        path = reverse(f"embeds:{name}", kwargs={"slug": self.treaty.slug})
        return f"{path}?{query}" if query else path

    def file_name(self, content: str, ending: str) -> str:
        """Return the name of a file: treaty, content, day, revision and language, so that no two collide."""
        language = current()
        name = f"{self.treaty.slug}-{content}-{self.view.as_of}-revision-{self.view.revision}"
        return f"{name}{'' if language.code == settings.LANGUAGE_CODE else f'-{language.key}'}.{ending}"

    @property
    def question(self) -> str:
        """The whole question, with the clocks that were asked for, as it stands in an address."""
        return urlencode({**self.query, **self.clocks}, doseq=True)

    @property
    def asked_address(self) -> str:
        """The page's address as it was asked for, without what was left empty."""
        return f"{self.path}?{self.question}" if self.question else self.path

    def first(self, name: str, default: str = "") -> str:
        """Return the one value that a part of the question has, stripped."""
        return self.query.get(name, [default])[0].strip()

    def address(self, name: str, **parts: Any) -> str:  # noqa: ANN401 - whatever an address is made of
        """Return the address of another page on the same treaty, with the clocks that were asked for.

        Args:
            name: the page's name in `urls`.
            parts: what the path needs; anything else goes into the query.
        """
        query = {key: parts.pop(key) for key in [*parts] if key not in PATH_PARTS} | dict(self.clocks)
        path = self.path_of(name, **parts)
        return f"{path}?{urlencode(query)}" if query else path

    def path_of(self, name: str, **parts: str) -> str:
        """Return the path of another page on the same treaty."""
        return _path(name, get_script_prefix(), get_language(), slug=self.treaty.slug, **parts)


def _selected(revision: int | None) -> QuerySet[Any]:
    """Select treaties with the head of a revision, and the latest one."""
    rows: QuerySet[Any] = with_head(Treaty.objects.all(), revision).annotate(latest=F("record__revision"))
    return rows


_TREATIES = WithHead(_selected)


def page_of(request: HttpRequest, slug: str, selector: Selector[View_co]) -> Page[View_co]:
    """Read a page's question from its address and ask the record.

    Raises:
        Http404: if there is no such treaty.
        BadRequest: if a clock's value is no day or no revision of the record; the sentence says which would be.
    """
    try:
        check_spelling(request.GET)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    asked = {name: value for name in CLOCKS if (value := _given(request, name))}
    revision = _clock("revision", asked.get("revision"), read_revision)
    treaty: Any = _TREATIES.find(slug, revision)  # with the annotations of `_selected`
    if treaty is None:
        raise Http404
    begin_names(treaty)
    today = treaty.legal_day(timezone.now())
    try:
        view = selector(
            treaty,
            today=today,
            as_of=_clock("as_of", asked.get("as_of"), read_day),
            revision=revision,
            latest=treaty.latest or 0,
        )
    except NotInRecordError as error:
        raise BadRequest(str(error)) from error
    head = note_head(request, treaty, view.revision)
    query = {
        name: kept
        for name, values in request.GET.lists()
        if name not in CLOCKS and (kept := [str(value) for value in values if value])
    }
    clocks = {"as_of": view.as_of.isoformat(), "revision": str(view.revision)}
    permanent = request.build_absolute_uri(f"{request.path}?{urlencode({**query, **clocks}, doseq=True)}")
    site = request.build_absolute_uri("/").removesuffix("/")
    return Page(treaty, today, view, asked, query, request.path, permanent, head, site)


@lru_cache(maxsize=4096)
def _path(name: str, prefix: str, code: str | None, **parts: Any) -> str:  # noqa: ANN401 - as above
    """Return the path of a page in a language; a list of all participants asks for hundreds of them."""
    with override(settings.LANGUAGE_CODE):
        path = reverse(f"dashboard:{name}", kwargs=parts)
    if not code or code == settings.LANGUAGE_CODE:
        return path
    return f"{prefix}{code}/{path.removeprefix(prefix)}"


def oembed_of(request: HttpRequest, page: Page[Extract], embed: str) -> str:
    """Return the address at which sites learn how to show a page's embed (oEmbed 1.0)."""
    shown = request.build_absolute_uri(page.embed(embed))
    return request.build_absolute_uri(
        f"{reverse('embeds:oembed')}?{urlencode({'url': shown, 'format': 'json'})}"
    )


def _given(request: HttpRequest, name: str) -> str | None:
    """Return what the address gives a clock; the forms of the pages send an empty value for none."""
    try:
        return single(name, [value for value in request.GET.getlist(name) if value])
    except ValueError as error:
        raise BadRequest(str(error)) from error


def _clock(name: str, text: str | None, read: Callable[[str], T]) -> T | None:
    """Read one clock of the address; None where it is not given."""
    try:
        return None if text is None else read(text)
    except ValueError as error:
        raise BadRequest(f"{name}: {error}") from error
