"""What the pages say of statements: what stands, what was withdrawn, who objects to whom, and what follows."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from ratification.ledger.content import ActionContent
from ratification.ledger.writing import LedgerError
from ratification.models import Action
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.effects import effect_sentence, effects_between
from ratification.rules.statements.life import statements_on
from tests.ratification.rules.test_statements import QATAR, TODAY, act

Get = Callable[..., str]
Say = Callable[..., ActionContent]
Publish = Callable[[ActionContent], Action]


@pytest.fixture
def qatar(get: Get) -> Action:  # noqa: ARG001 - the facts stand in the database
    """The bundled reservation of Qatar to articles 14, 15 and 16."""
    return Action.objects.get(treaty__slug="hanoi", participant__iso3="QAT", provisions=["14", "15", "16"])


def test_article_after_a_withdrawal(get: Get, say: Say, published: Publish) -> None:
    """A withdrawn declaration is shown as withdrawn, with the day and the act, and not as standing."""
    said = published(say("BRA declaration 2026-11-10", provisions=["40"], summary="On languages."))
    page = get("/articles/40/")
    assert "Statements in force" in page
    assert "Statements no longer in force" not in page
    published(say("BRA withdrawal_of_statement 2026-11-15", relates_to=said))
    page = get("/articles/40/")
    assert re.search(
        r'Statements no longer in force.*On languages.*<span class="tag withdrawn">withdrawn</span> since '
        r'<time datetime="2026-11-15">.*withdrawal of statement',
        page,
    )
    assert "Statements in force<" not in page
    before = get("/articles/40/", as_of=date(2026, 11, 14))
    assert "Statements in force<" in before
    assert "withdrawn</span>" not in before
    assert "Statements in force<" in get("/articles/40/", revision=(said.revision or 0))


def test_withdrawal_in_two_steps_and_its_refusals(
    get: Get, say: Say, published: Publish, qatar: Action
) -> None:
    published(say("QAT withdrawal_of_statement 2026-11-10", provisions=["14"], relates_to=qatar))
    with pytest.raises(
        LedgerError, match=r"It names 14; what stands of the reservation of .* is articles 15 and 16"
    ):
        published(say("QAT withdrawal_of_statement 2026-11-11", provisions=["14"], relates_to=qatar))
    with pytest.raises(LedgerError, match="It names 63"):
        published(say("QAT withdrawal_of_statement 2026-11-11", provisions=["63(3)"], relates_to=qatar))
    page = get(f"/statements/{qatar.revision}/")
    assert re.search(r"withdrawn</span> article 14 since", page)
    assert re.search(r"maintained</span> articles 15 and 16", page)
    assert "article 14 since" in get("/articles/15/")
    assert "Statements in force<" in get("/articles/15/")
    published(say("QAT withdrawal_of_statement 2026-11-12", provisions=["15", "16"], relates_to=qatar))
    assert "withdrawn</span> since" not in get(f"/statements/{qatar.revision}/", as_of=date(2026, 11, 11))
    with pytest.raises(LedgerError, match="has been taken back already"):
        published(say("QAT withdrawal_of_statement 2026-11-13", relates_to=qatar))


def test_objection_page_and_the_pages_that_name_it(
    get: Get, say: Say, published: Publish, qatar: Action
) -> None:
    objection = published(
        say(
            "FRA objection 2026-11-10",
            provisions=["14"],
            relates_to=qatar,
            precludes=False,
            texts=[
                {"language": "fr", "status": "authentic", "text": "La France fait objection."},
                {"language": "en", "status": "own", "text": "France objects."},
            ],
        )
    )
    page = get(f"/statements/{objection.revision}/")
    assert "Objection of France to the reservation of Qatar" in page
    assert "does not preclude entry into force between the two (VCLT 20(4)(b))" in page
    assert re.search(r'Authentic text <small>fr</small></h3> <blockquote lang="fr"><p>La France', page)
    assert "This project’s own translation" in page
    assert (
        "Between Qatar and France, article 14 does not apply as far as the reservation of Qatar goes" in page
    )
    for address in ("/participants/FRA/", "/articles/14/", f"/statements/{qatar.revision}/"):
        page = get(address)
        assert "does not preclude entry into force between the two" in page, address
        assert "Qatar" in page
    assert "Objection of France" in get("/participants/QAT/")


def test_confirmation_on_ratification(get: Get, say: Say, published: Publish) -> None:
    """Azerbaijan's four reservations await confirmation; its ratification confirms those that it names, and no more."""
    four = list(Action.objects.filter(treaty__slug="hanoi", participant__iso3="AZE", kind="reservation"))
    assert len(four) == 4
    assert "awaiting confirmation</span>" in get("/articles/7/")
    published(say("AZE ratification 2026-11-10"))
    page = get(f"/statements/{four[0].revision}/")
    assert "ratification of 10 Nov 2026 did not confirm it" in page
    for reservation in four[:3]:
        published(say("AZE confirmation_of_reservation 2026-11-10", relates_to=reservation))
    assert "confirmed</span> since" in get("/articles/7/")
    assert "awaiting confirmation</span>" in get("/articles/63/")
    with pytest.raises(LedgerError, match="names it makes no second one"):
        published(say("AZE reservation 2026-11-10", provisions=["63(3)"]))
    published(say("AZE confirmation_of_reservation 2026-11-10", relates_to=four[3]))
    assert (
        Action.objects.filter(treaty__slug="hanoi", participant__iso3="AZE", kind="reservation").count() == 4
    )
    with pytest.raises(LedgerError, match="was confirmed"):
        published(say("AZE confirmation_of_reservation 2026-11-11", relates_to=four[3]))


def test_a_corrected_statement_keeps_its_address_and_its_acts(
    get: Get, say: Say, published: Publish, qatar: Action, client: Client
) -> None:
    published(say("QAT withdrawal_of_statement 2026-11-10", provisions=["16"], relates_to=qatar))
    first = get(f"/statements/{qatar.revision}/")
    assert "withdrawn</span> article 16" in first
    assert client.get("/statements/1/").status_code == 404
    assert client.get(f"/statements/{qatar.revision}/?as_of=2026-01-01").status_code == 404


def test_effects_between_two_parties() -> None:
    """VCLT 21: excluded or modified between the two; with an objection kept out; with another not in force at all."""
    reserved = [*QATAR[:2], act("13", "QAT", "reservation", "2026-02-01", "14", "15", excludes=True)]
    objection = act("30", "FRA", "objection", "2026-06-01", "14", target="13", precludes=False)
    (effect,) = effects_between(statements_on(reserved, TODAY), "FRA", "QAT")
    assert effect_sentence(effect, "Qatar", "France") == (
        "Between Qatar and France, articles 14 and 15 do not apply (VCLT 21(1))."
    )
    read = statements_on([*reserved, objection], TODAY)
    assert [effect_sentence(each, "Qatar", "France") for each in effects_between(read, "QAT", "FRA")] == [
        (
            "Between Qatar and France, article 14 does not apply as far as the reservation of Qatar goes, to which "
            "France objects (VCLT 21(3))."
        ),
        "Between Qatar and France, article 15 does not apply (VCLT 21(1)).",
    ]
    assert [effect.kind for effect in effects_between(read, "QAT", "BRA")] == ["excluded"]
    waiting = [reserved[0], reserved[2]]
    assert statements_on(waiting, TODAY).by_id["13"].state == ProvisionState.AWAITING_CONFIRMATION
    assert effects_between(statements_on(waiting, TODAY), "QAT", "BRA") == ()
