"""An option means one thing everywhere, is spelled one way, and its former spellings go on working unseen."""

import argparse

import pytest

from generain_core.cli.parser import parse
from tests.cli.test_readme import commands

FORMER = {
    "normalize IN -o OUT": {"--samples X": "--sheet X", "--values cpm": "--value-kind cpm"},
    "embed IN -o OUT --model GPT_Binning_By_Gene": {"--genes A,B": "--contextual A,B", "--samples X": "--sheet X"},
    "genes --rule R": {"--gmt X": "--write-gmt X"},
    "place IN -o OUT --reference R": {"--nearest X": "--write-nearest X"},
    "reference R --model GPT_Binning_By_Gene": {"--plane pca": "--method pca"},
    "archs4-pull -o OUT": {"--list X": "--accessions X", "--find X": "--search X"},
    "train --kind GPT_Binning_By_Gene -o OUT": {"--genes X": "--gene-list X", "--batch 3": "--batch-size 3"},
    "perturb IN -o OUT --by A --control B": {
        "--cosines X": "--write-alike X",
        "--foreseen X": "--write-agreement X",
        "--genes X": "--write-genes X",
        "--attributes X": "--write-attributes X",
        "--targets X": "--write-targets X",
        "--in-silico X": "--write-in-silico X",
        "--labels X": "--write-labels X",
        "--shifts X": "--write-shifts X",
        "--methods X": "--write-methods X",
        "--samples X": "--sheet X",
    },
}
CASES = [(line, old, new) for line, options in FORMER.items() for old, new in options.items()]
DIFFER = {"-o", "--output"}
"""Options whose value is a file of another kind in each command."""


@pytest.mark.parametrize(("line", "old", "new"), CASES, ids=[f"{line.split()[0]} {old}" for line, old, _ in CASES])
def test_former_spellings_go_on_working_and_stand_in_no_help(line, old, new) -> None:
    former, present = vars(parse([*line.split(), *old.split()])), vars(parse([*line.split(), *new.split()]))
    assert former == present
    assert former != vars(parse(line.split()))
    text = commands()[line.split()[0]].format_help()
    assert new.split()[0] in text
    assert f"{old.split()[0]} " not in text


def test_an_option_means_one_thing_everywhere() -> None:
    meanings: dict[str, dict[str, set[str]]] = {}
    for name, parser in commands().items():
        for action in parser._actions:
            if action.help != argparse.SUPPRESS:
                for option in action.option_strings:
                    meanings.setdefault(option, {}).setdefault(str(action.metavar), set()).add(name)
    several = {option: each for option, each in meanings.items() if len(each) > 1 and option not in DIFFER}
    assert several == {}


def test_the_help_of_a_model_says_what_the_models_do() -> None:
    text = " ".join(commands()["embed"].format_help().split())
    for name in ("GPT_protein_coding_lncRNAs", "BERT_Pred_Expr_Binning_By_Gene"):
        assert f"{name}: " in text


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_has_a_word_of_help(name) -> None:
    bare = [action.dest for action in commands()[name]._actions if not action.help and action.option_strings]
    assert bare == []
