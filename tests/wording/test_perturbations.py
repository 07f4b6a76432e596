"""Every code has its sentence."""

from generain_core.perturbations.notes import Note, NoteKind
from generain_core.wording import perturbations
from generain_core.wording.perturbations import note_sentence


def test_every_kind_of_note_has_one_sentence() -> None:
    assert set(perturbations._TEMPLATES) | set(perturbations._LISTS) == set(NoteKind)
    assert not set(perturbations._TEMPLATES) & set(perturbations._LISTS)


def test_the_space_stands_before_the_sentence() -> None:
    note = Note(NoteKind.ROUGH_SPREAD, {"freedom": 2}, space="embedding")
    assert note_sentence(note).startswith("Embedding: The spread of controls was estimated with 2 degrees of freedom")


def test_braces_in_names_stay() -> None:
    note = Note(NoteKind.WITHOUT_LABEL, {"samples": 3, "column": "{x}"})
    assert note_sentence(note) == "3 samples without a value in {x} were left out."
