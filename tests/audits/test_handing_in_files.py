"""Files are looked at before they are taken, counted by the worker, and their rows deleted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from audits.models import Evaluation
from audits.services.handing_in import FileColumns, Provenance, hand_in_file
from governance import services
from governance.errors import InvalidError, TooLargeError
from governance.models import User, Version
from tests.audits.conftest import result_of, write_rows

Work = Callable[[Evaluation], Evaluation]
COLUMNS = FileColumns(groups=("race",), label="two_year_recid", prediction="flagged")
HEADER = "race,two_year_recid,flagged\n"


@pytest.fixture
def hand_in(version: Version, engineer: User) -> Callable[..., Evaluation]:
    def hand(content: bytes, name: str = "p.csv", columns: FileColumns = COLUMNS, **said: Any) -> Evaluation:
        return hand_in_file(
            version=version, content=ContentFile(content, name), name=name, columns=columns, by=engineer, **said
        )

    return hand


def rows(tmp_path: Path) -> bytes:
    return write_rows(tmp_path / "rows.csv", divide=5).read_bytes()


def test_the_worker_counts_the_file_and_the_rows_are_deleted(
    hand_in: Callable[..., Evaluation], owed: Evaluation, work: Work, tmp_path: Path, run_on_commit: Any
) -> None:
    handed = hand_in(rows(tmp_path))
    assert handed == owed
    kept = Path(handed.upload.path)
    assert kept.exists()
    with run_on_commit():
        done = work(handed)
    done.refresh_from_db()
    assert (done.status, done.grade, done.row_total) == ("completed", "server", 1227)
    assert not done.upload
    assert not kept.exists()
    assert done.counts is not None
    assert done.counts["n_rows"] == 1227


def test_repeated_rows_and_final_decisions_are_counted_where_their_columns_are_named(
    hand_in: Callable[..., Evaluation], work: Work
) -> None:
    lines = [
        f"{'Other' if person % 2 else 'Caucasian'},{person % 3 % 2},{(person + visit) % 2},{person % 2},p{person}"
        for person in range(120)
        for visit in range(3)
    ]
    columns = FileColumns(
        groups=("race",), label="two_year_recid", prediction="flagged", decision="detained", unit="person"
    )
    done = work(hand_in(("race,two_year_recid,flagged,detained,person\n" + "\n".join(lines)).encode(), columns=columns))
    done.refresh_from_db()
    assert done.status == "completed", done.error
    assert done.counts is not None
    assert done.result is not None
    assert (done.counts["columns"]["unit"], done.counts["columns"]["decision"]) == ("person", "detained")
    everyone = next(row for row in done.result["groups"] if row["group"] == {})
    assert everyone["metrics"]["override_rate"]["value"] == pytest.approx(1 / 3)
    assert "person" in everyone["metrics"]["selection_rate"]["method"]


def test_rows_are_kept_where_the_system_says_so(
    hand_in: Callable[..., Evaluation], version: Version, engineer: User, work: Work, tmp_path: Path, run_on_commit: Any
) -> None:
    services.change_system(system=version.model.system, by=engineer, keep_uploads_days=30)
    handed = hand_in(rows(tmp_path))
    with run_on_commit():
        done = work(handed)
    done.refresh_from_db()
    assert Path(done.upload.path).exists()
    assert done.upload_until is not None


@pytest.mark.parametrize(
    ("columns", "field", "said"),
    [
        (FileColumns(groups=("ethnicity",), label="two_year_recid", prediction="flagged"), "group", "'ethnicity'"),
        (FileColumns(groups=("race",), label="recid", prediction="flagged"), "label", "'recid'"),
        (FileColumns(groups=("race",), label="two_year_recid", score="s"), "score", "'s'"),
        (FileColumns(groups=("race",), label="two_year_recid", prediction="flagged", unit="u"), "unit", "'u'"),
    ],
)
def test_a_column_that_is_not_there_is_named_at_once(
    hand_in: Callable[..., Evaluation], tmp_path: Path, columns: FileColumns, field: str, said: str
) -> None:
    with pytest.raises(InvalidError, match=said) as refused:
        hand_in(rows(tmp_path), columns=columns)
    assert field in refused.value.fields
    assert not Evaluation.objects.exclude(status="waiting").exists()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "p.csv", "is empty"),
        (b"PK\x03\x04 something", "p.csv", "is another kind of file"),
        (b"PAR1 not really", "p.parquet", "not a complete Parquet file|damaged"),
        (b"race,race\na,b\n", "p.csv", "appears twice"),
        (b"\x80\x04 pickled", "p.csv", "pickle"),
        (HEADER.encode(), "p.xlsx", "send one of"),
    ],
)
def test_what_is_no_table_is_refused_at_once(
    hand_in: Callable[..., Evaluation], content: bytes, name: str, said: str
) -> None:
    with pytest.raises(InvalidError, match=said):
        hand_in(content, name)
    assert not Evaluation.objects.exclude(status="waiting").exists()


def test_a_file_beyond_the_limit_is_refused(hand_in: Callable[..., Evaluation], settings: Any, tmp_path: Path) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    with pytest.raises(TooLargeError, match="the limit is 1,000"):
        hand_in(rows(tmp_path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + "a,0,1\nb,2,1\n", "'two_year_recid'"),
        (HEADER + "a,,1\nb,0,1\n", "two_year_recid"),
        (HEADER + "a,NaN,1\nb,1,1\n", "not 0 and 1"),
        (HEADER, "no rows"),
        (HEADER + "a,0,maybe\na,1,1\nb,1,0\n", "flagged"),
    ],
)
def test_rows_that_cannot_be_counted_fail_with_a_plain_sentence(
    hand_in: Callable[..., Evaluation], work: Work, content: str, said: str, run_on_commit: Any
) -> None:
    handed = hand_in(content.encode())
    kept = Path(handed.upload.path)
    with run_on_commit():
        failed = work(handed)
    assert failed.status == "failed"
    assert said in failed.error
    assert "Traceback" not in failed.error
    assert not kept.exists()


def test_a_score_outside_its_range_fails_and_names_it(hand_in: Callable[..., Evaluation], work: Work) -> None:
    content = b"race,two_year_recid,score\n" + b"a,1,7\nb,0,11\n" * 40
    failed = work(hand_in(content, columns=FileColumns(groups=("race",), label="two_year_recid", score="score")))
    assert failed.status == "failed"
    assert "11" in failed.error


def test_the_rule_s_threshold_turns_scores_into_decisions(hand_in: Callable[..., Evaluation], work: Work) -> None:
    content = b"race,two_year_recid,score\n" + b"Asian,1,7\nCaucasian,0,3\nAsian,0,5\nCaucasian,1,4\n" * 40
    done = work(hand_in(content, columns=FileColumns(groups=("race",), label="two_year_recid", score="score")))
    selected = {
        tuple(row["group"].values()): row["metrics"]["selection_rate"]["value"] for row in result_of(done)["groups"]
    }
    assert (selected[("Asian",)], selected[("Caucasian",)]) == (1.0, 0.0)


def test_a_control_total_that_does_not_reconcile_fails(
    hand_in: Callable[..., Evaluation], work: Work, tmp_path: Path
) -> None:
    failed = work(hand_in(rows(tmp_path), provenance=Provenance(control_total=1228)))
    assert failed.status == "failed"
    assert "1228" in failed.error
