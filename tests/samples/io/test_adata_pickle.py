import builtins
import codecs
import copyreg
import io
import os
import pickle
import pickletools
import subprocess
import sys
import types

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.formats.adata_pickle import read_adata_pickle
from tests.samples.known import SYMBOLS, Known, counts

X = counts(2).T.copy() / 7


@pytest.fixture
def adata(monkeypatch):
    """Return a maker of instances of a class data.adata.Adata, there only for pickling."""
    module = types.ModuleType("data.adata")
    cls = type("Adata", (), {"__module__": "data.adata", "__qualname__": "Adata"})
    module.Adata = cls
    monkeypatch.setitem(sys.modules, "data", types.ModuleType("data"))
    monkeypatch.setitem(sys.modules, "data.adata", module)

    def make(**fields):
        instance = cls()
        instance.__dict__.update({"obs_names": ["a", "b"], "var_names": SYMBOLS[: X.shape[1]], "X": X, "shape": X.shape} | fields)
        return instance

    return make


def old(raw: bytes) -> bytes:
    """Return a text pickle as numpy 1 wrote it: its modules have no underscore."""
    return raw.replace(b"numpy._core", b"numpy.core")


def read(path, raw: bytes):
    path.write_bytes(raw)
    return read_adata_pickle(path)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", ["<f8", ">f8", "<f4", "<i8", "<u2"])
def test_protocols_and_types(tmp_path, adata, protocol, kind):
    values = (X * 7).astype(kind)
    obs, var, found = read(tmp_path / "a.pickle", pickle.dumps(adata(X=values), protocol))
    assert obs == ("a", "b")
    assert var == tuple(SYMBOLS[: X.shape[1]])
    np.testing.assert_array_equal(found, values)


def test_fortran_order_and_old_numpy(tmp_path, adata):
    raw = old(pickle.dumps(adata(X=np.asfortranarray(X)), 2))
    assert b"numpy.core.multiarray" in raw
    np.testing.assert_array_equal(read(tmp_path / "a.pickle", raw)[2], X)


@pytest.mark.parametrize("protocol", [2, 4, 5])
@pytest.mark.parametrize(
    "make",
    [list, tuple, np.array, lambda names: np.array(names, dtype=object), lambda names: pd.Index(names, dtype=object)],
    ids=["list", "tuple", "strings", "objects", "index"],
)
def test_names(tmp_path, adata, make, protocol):
    raw = pickle.dumps(adata(var_names=make(SYMBOLS[: X.shape[1]])), protocol)
    assert read(tmp_path / "a.pickle", raw)[1] == tuple(SYMBOLS[: X.shape[1]])


def test_becomes_an_expression(tmp_path, adata):
    path = tmp_path / "a.pickle"
    path.write_bytes(pickle.dumps(adata()))
    found = read_expression(path, Known())
    assert found.samples == ("a", "b")
    assert found.identifiers == tuple(SYMBOLS[: X.shape[1]])
    np.testing.assert_array_equal(found.values, X)


class Runs:
    """Pickles as a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def _hostile(mark) -> dict[str, object]:
    command, code = f"touch {mark}", f"open({str(mark)!r}, 'w').close()"
    payload = Runs(os.system, command)
    return {
        "os.system": payload,
        "eval": Runs(builtins.eval, code),
        "exec": Runs(builtins.exec, code),
        "open": Runs(builtins.open, str(mark), "w"),
        "import": Runs(builtins.__import__, "os"),
        "subprocess": Runs(subprocess.Popen, ["touch", str(mark)]),
        "getattr": Runs(getattr, Runs(builtins.__import__, "os"), "system"),
        "copyreg": Runs(copyreg._reconstructor, Runs, object, None),
        "nested": [[{"a": (payload,)}]],
        "object array": np.array([payload, "x"], dtype=object),
        "dtype": Runs(np.dtype, payload),
        "pickle in pickle": Runs(pickle.loads, pickle.dumps(payload)),
        "file of numpy": Runs(np.fromfile, "/etc/passwd"),
        "load of numpy": Runs(np.load, "/etc/passwd", None, True),
        "runstring": Runs(codecs.lookup, "rot13"),
        "apply": Runs(pd.read_pickle, str(mark)),
        "timedelta": pd.Timedelta(1),
        "frame": pd.DataFrame({"a": [1]}),
    }


NAMES = sorted(_hostile("x"))


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("place", ["alone", "X", "obs_names", "extra"])
def test_code_does_not_run(tmp_path, adata, kind, protocol, place):
    mark = tmp_path / "ran"
    payload = _hostile(mark)[kind]
    raw = pickle.dumps(payload if place == "alone" else adata(**{place: payload}), protocol)
    with pytest.raises(GeneRAINError, match="nothing of it was run"):
        read(tmp_path / "a.pickle", raw)
    assert not mark.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"cdata.adata\nAdata.__init__.__globals__\n.",
        b"\x80\x04\x8c\ndata.adata\x8c\x18Adata.__class__.__base__\x93.",
        b"cnumpy\nndarray.__class__\n.",
        b"ccodecs\nencode\n.",
        b"c_codecs\ndecode\n.",
        b"cbuiltins\ngetattr\n.",
        b"c__builtin__\neval\n(S'1'\ntR.",
        b"ios\nsystem\n(S'true'\no.",
        b"(ios\nsystem\n.",
        b"\x82\x01.",
        b"Pid\n.",
        b"cnumpy.core.multiarray\n_reconstruct.__globals__\n.",
        b"cgenerain_core.samples.adata_pickle\n_ALLOWED\n.",
    ],
)
def test_opcodes_by_hand_lead_nowhere(tmp_path, raw):
    with pytest.raises(GeneRAINError):
        read(tmp_path / "a.pickle", raw)


def test_stand_ins_can_not_be_changed(tmp_path, adata):
    attacks = [
        b"cdata.adata\nAdata\n(NS'obs_names'\nS'x'\nds\x86b.",
        b"\x80\x02cdata.adata\nAdata\nN}X\t\x00\x00\x00obs_namesX\x01\x00\x00\x00xs\x86b.",
        b"\x80\x02cnumpy\ndtype\nN}X\x05\x00\x00\x00_callX\x01\x00\x00\x00xs\x86b.",
        b"\x80\x02cnumpy\nndarray\nN}X\x04\x00\x00\x00nameX\x01\x00\x00\x00xs\x86b.",
    ]
    for raw in attacks:
        with pytest.raises(GeneRAINError):
            read(tmp_path / "bad.pickle", raw)
    np.testing.assert_array_equal(read(tmp_path / "a.pickle", pickle.dumps(adata()))[2], X)


@pytest.mark.parametrize("protocol", [2, 4])
def test_arrays_that_lie_about_their_size(tmp_path, adata, protocol):
    raw = pickle.dumps(adata(X=np.arange(60.0).reshape(2, 30)), protocol)
    shape = next(i for i, (op, arg, _) in enumerate(pickletools.genops(raw)) if op.name == "BININT1" and arg == 30)
    at = [position for _, _, position in pickletools.genops(raw)][shape]
    lying = raw[: at + 1] + b"\xff" + raw[at + 2 :]
    with pytest.raises(GeneRAINError, match="don't agree|damaged"):
        read(tmp_path / "a.pickle", lying)


def test_parts_that_do_not_agree(tmp_path, adata):
    for fields in ({"obs_names": ["a"]}, {"X": "text"}, {"X": np.array([["a"]])}, {"var_names": 3}, {"X": X.ravel()}):
        with pytest.raises(GeneRAINError, match="don't agree"):
            read(tmp_path / "a.pickle", pickle.dumps(adata(**fields)))
    with pytest.raises(GeneRAINError, match="holds no Adata"):
        read(tmp_path / "a.pickle", pickle.dumps([1, 2]))


def test_cut_off_at_every_hundredth_byte(tmp_path, adata):
    raw = pickle.dumps(adata())
    for end in range(0, len(raw), 97):
        with pytest.raises(GeneRAINError):
            read(tmp_path / "a.pickle", raw[:end])


def test_pickle_under_another_name_is_read_the_same_way(tmp_path, adata):
    mark = tmp_path / "ran"
    path = tmp_path / "table.csv"
    path.write_bytes(pickle.dumps(Runs(os.system, f"touch {mark}")))
    with pytest.raises(GeneRAINError, match="nothing of it was run"):
        read_expression(path, Known())
    assert not mark.exists()


def test_the_payloads_would_run_if_unpickled(tmp_path):
    mark = tmp_path / "ran"
    pickle.load(io.BytesIO(pickle.dumps(Runs(os.system, f"touch {mark}"))))  # noqa: S301
    assert mark.exists()
