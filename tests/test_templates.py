"""What a run takes over from the one before is made anew when anything changes that it was made from."""

from pathlib import Path

import pytest

from tests import templates
from tests.templates import digest_of, kept_between_runs, once_in


def test_a_file_is_made_once_for_all_runs_of_the_same_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(number: int) -> str:
        (tmp_path / f"run{number}").mkdir()

        def make(draft: Path) -> None:
            draft.write_text(f"made by run {number}")

        return kept_between_runs(once_in(tmp_path / f"run{number}"))("record", make).read_text()

    monkeypatch.setattr(templates, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(templates, "digest_of", lambda *_: "as it was")
    assert [run(1), run(2)] == ["made by run 1", "made by run 1"]
    monkeypatch.setattr(templates, "digest_of", lambda *_: "changed")
    assert [run(3), run(4)] == ["made by run 3", "made by run 3"]
    assert len([*(tmp_path / "kept").iterdir()]) == 1


@pytest.mark.parametrize("change", ["content", "name", "another file", "a file of its own"])
def test_each_change_of_the_sources_is_seen(tmp_path: Path, change: str) -> None:
    (tmp_path / "rules").mkdir()
    file, pinned = tmp_path / "rules" / "clause.py", tmp_path / "pinned.txt"
    file.write_text("days = 90")
    pinned.write_text("django==5.2")
    before = digest_of(tmp_path, ("rules", "pinned.txt"))
    (file.with_suffix(".pyc")).write_text("compiled")
    digest_of.cache_clear()
    assert digest_of(tmp_path, ("rules", "pinned.txt")) == before
    match change:
        case "content":
            file.write_text("days = 30")
        case "name":
            file.rename(file.with_name("clauses.py"))
        case "another file":
            (tmp_path / "rules" / "days.csv").touch()
        case _:
            pinned.write_text("django==5.3")
    digest_of.cache_clear()
    assert digest_of(tmp_path, ("rules", "pinned.txt")) != before
