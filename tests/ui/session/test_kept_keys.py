"""Choices come back with one's work; what is pressed does not, for Streamlit shows no button that was given a value."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator

from generain_core import ui
from generain_core.ui.session import kept_keys
from tests.conftest import PROJECT

PRESSED = ("button", "download_button", "form_submit_button", "file_uploader")


def keys_of(kinds: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield module and key, as far as it is spelled there, of all widgets of some kinds."""
    for each in pkgutil.walk_packages(ui.__path__, "generain_core.ui."):
        module = importlib.import_module(each.name)
        tree = ast.parse((PROJECT / f"{each.name.replace('.', '/')}{'/__init__' * each.ispkg}.py").read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in kinds:
                for word in call.keywords:
                    if word.arg == "key":
                        yield each.name, spelled(word.value, module)


def spelled(key: ast.expr, module: object) -> str:
    """Return a key as it is spelled, a variable part of it as *."""
    if isinstance(key, ast.Constant):
        return str(key.value)
    if isinstance(key, ast.JoinedStr):
        return "".join(spelled(each, module) for each in key.values)
    value = getattr(module, key.id, None) if isinstance(key, ast.Name) else None
    return value if isinstance(value, str) else "*"


def test_no_button_and_no_upload_is_kept_as_a_choice() -> None:
    keys = list(keys_of(PRESSED))
    assert len(keys) > 60
    assert [(module, key) for module, key in keys if kept_keys.is_registered(key)] == []


def test_choices_are_kept_and_actions_are_not(monkeypatch) -> None:
    state = {"cohort_metric": "auroc", "cohort_run": False, "sum_example": False, "perturb_most": 3, "unknown": 1}
    list(keys_of(()))
    monkeypatch.setattr(kept_keys.st, "session_state", state)
    assert kept_keys.current()[0] == {"cohort_metric": "auroc", "perturb_most": 3}
    kept_keys.put({"cohort_run": False, "cohort_metric": "auprc"})
    assert (state["cohort_metric"], state["cohort_run"]) == ("auprc", False)  # as it was, not given anew
    assert state[kept_keys._PENDING] == {"cohort_run": False}
