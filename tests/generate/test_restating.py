"""The task told again is no report."""

from auditor.generate.restating import RUN, restates

TOLD = "Low mood on most days for weeks, with little drive, poor sleep and a sense of being no use."
OTHER = "Worry about many everyday things that cannot be stopped, with tense muscles and bad sleep."


def test_a_definition_in_other_letters_and_marks_is_one() -> None:
    assert restates(f"Assessment: {TOLD.upper().replace(',', ' -')} Plan to follow.", [OTHER, TOLD])


def test_a_report_in_its_own_words_is_none() -> None:
    report = "She has felt low on most days for weeks, has little drive and lies awake until four."
    assert not restates(report, [OTHER, TOLD])


def test_twelve_words_in_a_row_are_too_many() -> None:
    words = TOLD.split()
    assert restates(f"He told of {' '.join(words[2 : 2 + RUN])} again.", [TOLD])
    assert not restates(f"He told of {' '.join(words[2 : 1 + RUN])} again.", [TOLD])


def test_runs_of_two_definitions_do_not_add_up() -> None:
    one, other = TOLD.split(), OTHER.split()
    assert not restates(" ".join([*one[-7:], *other[:7]]), [TOLD, OTHER])


def test_what_is_short_has_no_run() -> None:
    assert not restates("Low mood.", ["Low mood."])
    assert not restates("", [TOLD])
    assert not restates(TOLD, [])
