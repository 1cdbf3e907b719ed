"""Archives and records that were cut, spoilt, reordered or doubled: refused in a sentence, or the same record."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ratification.operations import archive, verify
from ratification.record.chain import ChainError
from tests.templates import Once
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

Lines = list[bytes]
MEMBERS = (
    *("ratification.Revision", "ratification.Action", "treaty.Treaty", "treaty.Source", "states.Participant"),
    "manifest",
)
STRANGE = (b"1", b"[]", b"null", b"{}", b'"x"', b"\xff", b"[" * 5000, b'{"id":[]}', b"NaN", b"\0", b"")


def _shuffle(lines: Lines, chance: random.Random) -> None:
    chance.shuffle(lines)


def _double(lines: Lines, chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))


def _drop(lines: Lines, chance: random.Random) -> None:
    del lines[chance.randrange(len(lines))]


def _cut(lines: Lines, chance: random.Random) -> None:
    number = chance.randrange(len(lines))
    lines[number] = lines[number][: chance.randrange(max(len(lines[number]), 1))]


def _spoil(lines: Lines, chance: random.Random) -> None:
    number = chance.randrange(len(lines))
    spoilt = bytearray(lines[number] or b" ")
    spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    lines[number] = bytes(spoilt)


def _estrange(lines: Lines, chance: random.Random) -> None:
    lines[chance.randrange(len(lines))] = chance.choice(STRANGE)


def _end_early(lines: Lines, chance: random.Random) -> None:
    del lines[chance.randrange(len(lines)) :]


DAMAGES = (_shuffle, _double, _drop, _cut, _spoil, _estrange, _end_early)


def packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def content(hanoi: Treaty, once: Once) -> bytes:  # noqa: ARG001 - its record
    """An archive of the Convention's record: equal records make equal archives, so that one is enough."""

    def make(draft: Path) -> None:
        archive.write(draft)

    return once("verified.zip", make).read_bytes()


@pytest.fixture
def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def heads_of(content: bytes, seen: list[str]) -> list[str]:
    return [record.head for record in verify.verify(content, seen) if record.hashes]


def is_the_same_or_refused(content: bytes, heads: list[str]) -> bool:
    """Whether it is taken; then it has every head that was seen. Anything but a refusal fails the test."""
    try:
        return heads_of(content, heads) == heads
    except ChainError:
        return False


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("member", MEMBERS)
def test_a_damaged_member_is_refused_or_changes_nothing(
    content: bytes, members: dict[str, bytes], member: str, damage: Callable[[Lines, random.Random], None]
) -> None:
    heads = heads_of(content, [])
    name = next(each for each in members if each.startswith(member))
    taken = 0
    for seed in range(3):
        lines = members[name].split(b"\n")[:-1]
        damage(lines, random.Random(seed))  # noqa: S311 - the same damage each time
        spoilt = packed({**members, name: b"".join(line + b"\n" for line in lines)})
        taken += is_the_same_or_refused(spoilt, heads)
    if member.endswith(("Revision", "Action")) and damage in {_double, _drop, _cut, _end_early}:
        assert taken == 0


def test_a_file_cut_anywhere_or_with_a_flipped_bit_is_refused_or_the_same(content: bytes) -> None:
    heads = heads_of(content, [])
    chance = random.Random(1)  # noqa: S311 - the same damage each time
    assert not any(
        is_the_same_or_refused(content[: chance.randrange(len(content))], heads) for _ in range(15)
    )
    for _ in range(15):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        is_the_same_or_refused(bytes(flipped), heads)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_readers_never_see_two_records(members: dict[str, bytes], content: bytes) -> None:
    """A member, or a row, that stands twice: a program that takes the first would verify what another never sees."""
    doubled = io.BytesIO(content)
    with zipfile.ZipFile(doubled, "a") as made:
        made.writestr("ratification.Action.jsonl", b"")
    with pytest.raises(ChainError, match="two members of one name"):
        verify.verify(doubled.getvalue())
    name = "ratification.Revision.jsonl"
    first = members[name].split(b"\n")[0] + b"\n"
    with pytest.raises(ChainError, match="two rows of one number"):
        verify.verify(packed({**members, name: members[name] + first}))


def test_a_treaty_left_out_takes_no_revision_out_of_sight(members: dict[str, bytes]) -> None:
    with pytest.raises(ChainError, match="treaties that are missing"):
        verify.verify(packed({**members, "treaty.Treaty.jsonl": b""}))


def test_a_head_in_the_manifest_is_that_of_the_revisions(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    manifest["heads"]["hanoi"] = "87:" + "0" * 64
    with pytest.raises(ChainError, match="manifest names another head"):
        verify.verify(packed({**members, "manifest.json": json.dumps(manifest).encode()}))


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_list_of_revisions_is_refused_or_the_same(
    members: dict[str, bytes], content: bytes, damage: Callable[[Lines, random.Random], None]
) -> None:
    heads = heads_of(content, [])
    rows = members["ratification.Revision.jsonl"].split(b"\n")[:-1]
    for seed in range(8):
        lines = [json.loads(row)["text"].encode() for row in rows]
        damage(lines, random.Random(seed))  # noqa: S311 - the same damage each time
        assert not is_the_same_or_refused(b"".join(line + b"\n" for line in lines), heads) or damage is _spoil


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(
    ("member", "column", "value", "reason"),
    [
        ("ratification.Revision", "number", 0, "the row of revision 1 is not what its text says"),
        ("ratification.Revision", "recorded_at", "2020-01-01T00:00:00+00:00", "is not what its text says"),
        ("ratification.Revision", "shown", "0" * 64, "is not what its text says"),
        ("ratification.Record", "revision", 3, "names another length than it has"),
    ],
)
def test_what_stands_beside_the_texts_of_revisions_is_held_against_them(
    hanoi: Treaty,  # noqa: ARG001 - there is a record
    tmp_path: Path,
    member: str,
    column: str,
    value: object,
    reason: str,
) -> None:
    file = tmp_path / "archive.zip"
    archive.write(file)
    with zipfile.ZipFile(file) as parts:
        members = {name: parts.read(name) for name in parts.namelist()}
    first, *rest = members[f"{member}.jsonl"].split(b"\n")
    members[f"{member}.jsonl"] = b"\n".join(
        [json.dumps({**json.loads(first), column: value}).encode(), *rest]
    )
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as parts:
        for name, content in members.items():
            parts.writestr(name, content)
    with pytest.raises(ChainError, match=reason):
        verify.verify(changed.getvalue())
