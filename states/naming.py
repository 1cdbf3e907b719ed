"""Names of participants in the active language.

The names of a language are read once for each request, or once for each version of the stored data where the caller
knows that: a page in any language takes as many queries as in English.
"""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from operator import attrgetter

from django.core.signals import request_started
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.languages import ENGLISH, EnglishText, current
from common.markup import escaped
from states.known_names import known_name
from states.loading import participants_by_code
from states.models import Group, Participant, ParticipantName
from states.names import normalise

_reading: ContextVar[object] = ContextVar("_reading", default=None)
"""What was begun last in this thread: names that were read for it are kept as long as it lasts."""


def begin(version: str = "") -> None:
    """Begin a request or a run, in which names are read once; with a version of the stored data, once a version."""
    _reading.set(version or object())


def forget() -> None:
    """Keep no name that was read so far."""
    _kept.cache_clear()
    _group_names.cache_clear()


def _begin_request(**_signal: object) -> None:
    begin()


request_started.connect(_begin_request)


def names_in(language: str) -> Mapping[int, str]:
    """Return the present names in a language (BCP 47) by the participants' primary keys. One query at most."""
    reading = _reading.get()
    return _names(language) if reading is None else _kept(language, reading)


def _names(language: str) -> dict[int, str]:
    rows = ParticipantName.objects.filter(
        language=language, kind=ParticipantName.Kind.TRANSLATED, valid_until=None
    )
    return dict(rows.order_by("pk").values_list("participant_id", "name"))


@lru_cache(maxsize=16)
def _kept(language: str, _reading: object) -> dict[int, str]:
    return _names(language)


def group_name(slug: str) -> str:
    """Return a group's name for a sentence, in English with its article; the slug where there is no such group."""
    name = known_name(_group_names(_reading.get() or object()).get(slug, ""))
    return f"the {name}" if name and current().code == ENGLISH else name or slug


@lru_cache(maxsize=4)
def _group_names(_read_for: object) -> dict[str, str]:
    return dict(Group.objects.values_list("slug", "name"))


def name_in(participant: Participant, language: str) -> str:
    """Return a participant's name in a language; empty where none is known."""
    return participant.name if language == ENGLISH else names_in(language).get(participant.pk, "")


def name_of(participant: Participant) -> str:
    """Return a participant's name in the active language; the English one where no other is known."""
    return name_in(participant, current().tag) or EnglishText(participant.name)


def name_for(code: str) -> str:
    """Return the name of the participant with a code in the active language; the code where there is none."""
    participant = _people(_reading.get() or object()).get(code)
    return name_of(participant) if participant else code


@lru_cache(maxsize=4)
def _people(_read_for: object) -> dict[str, Participant]:
    return participants_by_code()


def namer() -> Callable[[Participant], str]:
    """Return `name_of` for the active language, which is asked for once: for what names all participants."""
    tag = current().tag
    if tag == ENGLISH:
        return attrgetter("name")
    names = names_in(tag)
    return lambda participant: names.get(participant.pk) or EnglishText(participant.name)


def is_english(participant: Participant) -> bool:
    """Whether the name that is shown is the English one."""
    return current().code == ENGLISH or not name_in(participant, current().tag)


def name_html(participant: Participant) -> SafeString:
    """The same as HTML: an English name on a page in another language is marked as English."""
    name = name_in(participant, current().tag)
    if name:
        return escaped(name)
    return format_html('<span lang="en" dir="ltr">{}</span>', participant.name)


def html_namer() -> Callable[[Participant], SafeString]:
    """Return `name_html` for the active language, which is asked for once: for what names all participants."""
    if current().tag == ENGLISH:
        return lambda participant: escaped(participant.name)
    names = names_in(current().tag)

    def written(participant: Participant) -> SafeString:
        name = names.get(participant.pk)
        return escaped(name) if name else name_html(participant)

    return written


def placer() -> Callable[[Participant], bytes | str]:
    """Return what gives the key by which a name is ordered in the active language, which is asked for once.

    Chinese names are ordered by the national standard GB 18030, which has the common characters in the order of their
    sounds (pinyin); the others by their letters without accents.
    """
    name = namer()
    if current().code == ENGLISH:
        return name
    if current().key == "zh":
        return lambda participant: name(participant).encode("gb18030")
    return lambda participant: normalise(name(participant))


def by_name(participants: Iterable[Participant]) -> list[Participant]:
    """Return participants, which come in the order of their English names, in that of the active language."""
    people = list(participants)
    return people if current().code == ENGLISH else sorted(people, key=placer())
