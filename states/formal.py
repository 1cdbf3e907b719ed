"""Formal names of States in six languages, told apart into a description and the name that it describes.

Formal names are recorded in English ("Federal Republic of Germany"). One in another language ("République fédérale
d'Allemagne") is understood where its name is a recorded one and its description says the same as that of a recorded
name of the same participant. So "République de Chine" is not taken for the People's Republic, nor "République du Viêt
Nam" for the Socialist Republic. Names that a language turns into adjectives ("République française") are recorded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from states.names import normalise

T = TypeVar("T")

_DESCRIPTIONS = {
    "arab": "arab arabe арабская العربية",
    "bolivarian": "bolivarian bolivarienne bolivariana боливарианская البوليفارية",
    "commonwealth": "commonwealth mancomunidad содружество كمنولث",
    "confederation": "confederation confederacion конфедерация",
    "democratic": "democratic democratique democratica демократическая الديمقراطية الديموقراطية",
    "duchy": "duchy duche ducado герцогство دوقية",
    "eastern": "eastern orientale oriental восточная الشرقية",
    "federal": "federal federale federative federativa федеративная федеральная الاتحادية",
    "grand": "grand gran великое الكبرى",
    "hashemite": "hashemite hachemite hachemita хашимитское иорданское الهاشمية",
    "independent": "independent independant independiente независимое المستقلة",
    "islamic": "islamic islamique islamica исламская الاسلامية",
    "kingdom": "kingdom royaume reino королевство مملكة المملكة",
    "people": "peoples populaire popular народная الشعبية",
    "plurinational": "plurinational plurinacional многонациональное",
    "principality": "principality principaute principado княжество امارة",
    "republic": "republic republique republica республика جمهورية الجمهورية",
    "socialist": "socialist socialiste socialista социалистическая الاشتراكية",
    "state": "state etat estado государство دولة",
    "sultanate": "sultanate sultanat sultanato султанат سلطنة",
    "union": "union союз اتحاد",
    "united": "united unie unida объединенная المتحدة",
}
_OF_WORD = {normalise(word): said for said, words in _DESCRIPTIONS.items() for word in words.split()}
_AFTER_CHINESE = {
    "人民": "people", "民主": "democratic", "社会主义": "socialist", "联邦": "federal", "伊斯兰": "islamic",
    "阿拉伯": "arab", "玻利瓦尔": "bolivarian", "东岸": "eastern", "共和国": "republic", "大公国": "grand duchy",
    "公国": "principality", "王国": "kingdom", "苏丹国": "sultanate", "多民族国": "plurinational state",
    "独立国": "independent state", "联盟": "union", "国": "state",
}  # fmt: skip
_LINKS = frozenset({"of", "de", "del", "du", "des", "d", "la", "le", "les", "l", "el", "los", "las"})


@dataclass(frozen=True, slots=True)
class Described:
    """A name without its description, and what that says (`{"federal", "republic"}`). The name is normalised."""

    name: str
    says: frozenset[str]

    @property
    def names(self) -> list[str]:
        """The name, and without the French article or preposition that an elision has joined to it."""
        return [self.name, self.name[1:]] if self.name[:1] in {"d", "l"} else [self.name]


def split_description(normalised: str) -> Described:
    """Split a normalised name into the name proper and its description; the name can be empty."""
    words = normalised.split()
    said = {_OF_WORD[word] for word in words if word in _OF_WORD}
    left = [word for word in words if word not in _OF_WORD]
    while left and left[0] in _LINKS:
        left.pop(0)
    name = " ".join(left)
    ending = next((each for each in _AFTER_CHINESE if name.endswith(each)), "")
    while ending:
        name = name.removesuffix(ending)
        said.update(_AFTER_CHINESE[ending].split())
        ending = next((each for each in _AFTER_CHINESE if name.endswith(each)), "")
    return Described(name, frozenset(said))


class WithFormal(Mapping[str, T]):
    """Owners by normalised name, which finds formal names in other languages too."""

    def __init__(self, names: Mapping[str, T]) -> None:
        self._names = names

    def __getitem__(self, normalised: str) -> T:
        """Return the owner of a recorded name, or of a formal one that is understood."""
        if normalised in self._names:
            return self._names[normalised]
        given = split_description(normalised)
        owners = {self._names[name] for name in given.names if given.says and name in self._names}
        meant = {owner for owner in owners if given.says in self._descriptions(owner)}
        if len(meant) != 1:
            raise KeyError(normalised)
        return meant.pop()

    def __iter__(self) -> Iterator[str]:
        """Return the recorded names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of recorded names."""
        return len(self._names)

    def _descriptions(self, owner: T) -> set[frozenset[str]]:
        return {split_description(name).says for name, other in self._names.items() if other == owner}
