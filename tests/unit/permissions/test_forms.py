"""What is typed into a form: ends, texts that are kept, and that nothing shows itself."""

from uuid import UUID

import pytest

from services.permissions.asking.forms import BlockForm, DelegateForm, FormWrong, end_of
from tests.permissions import moment


def test_a_day_ends_at_its_start_in_warsaw() -> None:
    assert end_of("2026-07-01") == moment("2026-07-01")


@pytest.mark.parametrize("text", ["2026-07-01T12:00:00", "2026-07-01T10:00:00+00:00", "2026-07-01T10:00Z"])
def test_a_time_without_a_zone_is_of_warsaw(text: str) -> None:
    assert end_of(text) == moment("2026-07-01T12:00:00")


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_what_is_no_day_of_our_times_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(FormWrong, match="must be a day") as error:
        end_of(text)
    assert error.value.field == "until"


@pytest.mark.parametrize("field", ["operator", "document", "reason"])
def test_a_pesel_is_not_kept_as_text(field: str) -> None:
    form = BlockForm(**{"operator": "hotline", "subject": "x", "viewer": "y", field: "see 85010112345"})
    with pytest.raises(FormWrong) as error:
        form.check()
    assert "85010112345" not in str(error.value)


def test_broken_text_is_refused() -> None:
    with pytest.raises(FormWrong):
        BlockForm(operator="hotline", subject="x", viewer="y", reason="a\x00b").check()


def test_with_a_pesel_comes_a_surname() -> None:
    with pytest.raises(FormWrong) as error:
        DelegateForm(by="x", viewer="85010112345").request(lambda _: UUID(int=1), lambda *_: b"")
    assert error.value.field == "surname"


def test_a_form_does_not_show_what_is_in_it() -> None:
    assert repr(DelegateForm(by="85010112345", viewer="15210112331")) == "DelegateForm(…)"
    assert "secret" not in repr(BlockForm(operator="h", subject="x", viewer="y", reason="secret").papers)
