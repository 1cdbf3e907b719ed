"""What the fields of an answer hold: types with what a schema says of them."""

from dataclasses import dataclass
from typing import Annotated, Any

from ratification.rules.outcome import StandingKind, WindowKind
from states.models import Participant as ParticipantRow
from states.models import ParticipantName as NameRow
from treaty.clauses import ActionKind
from treaty.models import Article as ArticleRow
from treaty.models import Source as SourceRow


@dataclass(frozen=True, slots=True)
class Is:
    """What a schema says beside the type; an empty member says nothing. A `name` makes it a component."""

    name: str = ""
    format: str = ""
    pattern: str = ""
    enum: tuple[str, ...] = ()
    minimum: int | None = None

    def schema(self) -> dict[str, Any]:
        """Return it as JSON Schema."""
        said = {
            "format": self.format,
            "pattern": self.pattern,
            "enum": list(self.enum),
            "minimum": self.minimum,
        }
        return {key: value for key, value in said.items() if value not in ("", [], None)}


Day = Annotated[str, Is(format="date")]
Moment = Annotated[str, Is(format="date-time")]
Address = Annotated[str, Is(format="uri-reference")]
Code = Annotated[str, Is(pattern="^[A-Z0-9]{3}$"), "ISO 3166-1 alpha-3; EUE for the European Union."]
Revision = Annotated[int, Is(minimum=0)]
Confidence = Annotated[str, Is("Confidence", enum=tuple(SourceRow.Confidence.values))]
KindOfParticipant = Annotated[str, Is("KindOfParticipant", enum=tuple(ParticipantRow.Kind.values))]
KindOfName = Annotated[str, Is("KindOfName", enum=tuple(NameRow.Kind.values))]
RegionalGroup = Annotated[str, Is("RegionalGroup", enum=tuple(ParticipantRow.UNGroup.values))]
KindOfAction = Annotated[str, Is("KindOfAction", enum=tuple(kind.value for kind in ActionKind))]
KindOfStanding = Annotated[str, Is("KindOfStanding", enum=tuple(kind.value for kind in StandingKind))]
KindOfWindow = Annotated[str, Is("KindOfWindow", enum=tuple(kind.value for kind in WindowKind))]
Checked = Annotated[str, Is("Checked", enum=tuple(ArticleRow.Checked.values))]
