"""Words for messages."""

from generain_core.text import Count, echo, is_one_line, listed, signed, with_noun


def test_what_was_given_fits_into_a_message() -> None:
    assert echo("TP53") == "'TP53'"
    assert echo("a\nb") == "'a b'"
    assert echo("x" * 41) == f"'{'x' * 40}…'"
    assert is_one_line("TP53")
    assert not is_one_line("TP53\u2028")


def test_lists_read_as_in_a_sentence() -> None:
    assert listed([]) == ""
    assert listed(["A"]) == "A"
    assert listed(["A", "B", "C"], "or") == "A, B or C"
    assert listed(list("ABCDEFGH")) == "A, B, C, D, E, F and 2 more"


def test_one_is_no_plural() -> None:
    assert [with_noun(n, "sample") for n in (0, 1, 1234)] == ["0 samples", "1 sample", "1,234 samples"]
    template = "{n:,} {n:sample was|samples were} left out"
    assert [template.format(n=Count(n)) for n in (1, 2000)] == ["1 sample was left out", "2,000 samples were left out"]


def test_signs_are_true_ones() -> None:
    assert [signed(value, 1) for value in (2.0, -0.5, 0.0, -0.01)] == ["+2.0", "−0.5", "0.0", "0.0"]
    assert signed(0.25, 2, plus=False) == "0.25"
