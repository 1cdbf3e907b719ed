"""The description of the API: valid, true of every answer, with real examples, readable under the strict policy."""

import json
import os
import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from drf_spectacular.validation import validate_schema

from api.index import Index
from api.schema import EXAMPLES, openapi
from api.urls import resources
from tests.api.addresses import ONE_OF_EACH

Get = Callable[..., Any]
SHOWN = 2
"""Rows that an example keeps of each list."""


@pytest.fixture
def schema(get: Get) -> dict[str, Any]:
    document: dict[str, Any] = get("schema/").json()
    return document


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_it_is_openapi_3_1_and_describes_every_resource(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)  # type: ignore[no-untyped-call]  # has no types
    assert len(schema["paths"]) == len(resources)
    operations = [operation["get"]["operationId"] for operation in schema["paths"].values()]
    assert len(set(operations)) == len(operations)
    assert set(ONE_OF_EACH) == set(operations)


def test_its_validator_changes_with_its_text(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    before = get("schema/")
    monkeypatch.setattr(Index, "__doc__", "Other words.")
    openapi.cache_clear()
    try:
        after = get("schema/", headers={"If-None-Match": before["ETag"]})
    finally:
        openapi.cache_clear()
    assert (after.status_code, after["ETag"] == before["ETag"]) == (200, False)


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("operation", ONE_OF_EACH)
def test_answers_are_as_described_and_nothing_more(get: Get, schema: dict[str, Any], operation: str) -> None:
    answer = get(ONE_OF_EACH[operation])
    assert answer.status_code == 200
    described = next(
        each["get"]["responses"]["200"]
        for each in schema["paths"].values()
        if each["get"]["operationId"] == operation
    )
    if "application/json" in described["content"]:
        components = json.loads(json.dumps(schema["components"]))
        for component in components["schemas"].values():
            if component.get("type") == "object":
                component["additionalProperties"] = False
        closed = {**described["content"]["application/json"]["schema"], "components": components}
        jsonschema.validate(answer.json(), closed, format_checker=jsonschema.FormatChecker())
    undescribed = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} - set(answer.headers)
    assert set(described["headers"]) - undescribed <= set(answer.headers)


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("slug", ["hanoi", "untoc", "budapest"])
def test_before_and_after_are_described_by_subject(get: Get, schema: dict[str, Any], slug: str) -> None:
    components = json.loads(json.dumps(schema["components"]))
    for component in components["schemas"].values():
        if component.get("type") == "object" and component.get("properties"):
            component["additionalProperties"] = False
    described = jsonschema.Draft202012Validator(
        {"$ref": "#/components/schemas/Change", "components": components},
        format_checker=jsonschema.FormatChecker(),
    )
    page = get(f"treaties/{slug}/changes/", since=0, limit=250).json()
    subjects = set()
    while page:
        for change in page["results"]:
            described.validate(change)
            subjects.add(change["subject"])
        page = page["next"] and get(page["next"]).json()
    assert subjects >= {"count", "standing", "window"}


def test_what_is_sent_to_webhooks_is_described(schema: dict[str, Any]) -> None:
    assert set(schema["webhooks"]) == {"change", "test"}
    sent = schema["webhooks"]["change"]["post"]
    content = sent["requestBody"]["content"]["application/json"]["schema"]
    assert content == {"$ref": "#/components/schemas/Change"}
    assert [each["name"] for each in sent["parameters"]] == [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ]
    assert set(sent["responses"]) == {"2XX", "410", "default"}


def test_the_examples_are_real_answers(get: Get) -> None:
    """Write them anew with EXAMPLES=write, after a change that the change log names."""
    real = {
        operation: _shortened(
            get(f"{address}{'&' if '?' in address else '?'}as_of=2026-11-21&revision=87").json()
        )
        if operation
        in {
            *("get_status", "get_standing", "list_standings", "list_actions"),
            *("list_windows", "list_changes", "get_forecast"),
        }
        else _shortened(get(address).json())
        for operation, address in ONE_OF_EACH.items()
        if operation not in {"get_feed", "get_dataset", "get_record"}
    }
    _renumber(real["list_changes"])
    if os.environ.get("EXAMPLES") == "write":
        EXAMPLES.write_text(json.dumps(real, ensure_ascii=False, indent=1) + "\n")
    assert json.loads(EXAMPLES.read_text()) == real


def _renumber(changes: Any) -> None:  # noqa: ANN401 - JSON
    """Count changes from 1, as ids go on counting in a database that other tests have used; name no host of tests."""
    for number, row in enumerate(changes["results"], 1):
        row["id"] = number
    for name in ("permalink", "poll"):
        changes[name] = re.sub(r"(until|after)=\d+", r"\1=318", changes[name])
    changes["poll"] = changes["poll"].replace("http://testserver", "https://tracker.example")


def _shortened(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return {name: _shortened(each) for name, each in value.items()}
        case list():
            return [_shortened(each) for each in value[:SHOWN]]
    return value


def test_the_changes_of_reference_data_are_described_by_their_serializer(schema: dict[str, Any]) -> None:
    listed = schema["components"]["schemas"]["CorrectionList"]["properties"]["reference"]
    assert listed["items"] == {"$ref": "#/components/schemas/ReferenceChange"}
    assert listed["description"].startswith("Changes of participants, sources and names")
    described = schema["components"]["schemas"]["ReferenceChange"]
    assert set(described["required"]) == {"name", "participant", "amended", "reason", "decided_at"}
