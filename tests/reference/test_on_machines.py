"""The scripts for clusters: two machines build what one does, in the same bytes; an array goes on where it was stopped."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import anndata
import numpy as np
import pytest

from generain_core.cli.parser import parse
from generain_core.settings import ASSETS
from tests.conftest import PROJECT, free_port
from tests.reference.simulate import MODEL
from tests.reference.test_reference import tree

CLUSTER = ASSETS / "cluster"
NODES = """#!/usr/bin/env bash
# Both machines of a job, played by this one.
"$@" & "$@"
first=$?
wait $! && exit $first
"""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the scripts are for bash")


def tool(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(script)
    path.chmod(0o755)


def uneven(table: Path, path: Path) -> Path:
    """Write 60 samples with 30 to 120 genes each: batches are of samples of like length, and lengths are shorter than is read."""
    adata = anndata.read_h5ad(table)[:60].copy()
    rng = np.random.default_rng(0)
    kept = np.zeros(adata.shape, bool)
    for row in kept:
        row[rng.permutation(len(row))[: rng.integers(30, 120)]] = True
    adata.X = np.where(kept, np.asarray(adata.X) + 1, 0)
    adata.write_h5ad(path)
    return path


def test_two_machines_of_slurm_build_the_reference_of_one(release, table, tmp_path) -> None:
    source = uneven(table, tmp_path / "uneven.h5ad")
    line = ["reference", "", "--model", MODEL, "--input", str(source), "--min-genes", "20", "--method", "pca"]
    here = os.environ | {"PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1", "GENERAIN_RELEASE": str(release.root)}
    tool(tmp_path, "srun", NODES)
    tool(tmp_path, "scontrol", "#!/usr/bin/env bash\necho 127.0.0.1\necho 127.0.0.1\n")
    job = {"SLURM_JOB_NODELIST": "node[1-2]", "SLURM_JOB_NUM_NODES": "2", "SLURM_JOB_ID": "7", "PORT": str(free_port())}
    job |= {"PYTHON": sys.executable, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    line[1] = str(tmp_path / "two")
    both = subprocess.run([CLUSTER / "machines.sh", *line, "--json"], env=here | job, capture_output=True, text=True, timeout=300)
    assert both.returncode == 0, both.stderr
    assert json.loads(both.stdout)["samples"] == 60  # one document: the second machine is silent
    line[1] = str(tmp_path / "one")
    subprocess.run([sys.executable, "-m", "generain_core", *line], env=here, check=True, capture_output=True, timeout=300)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def array(tasks: Path, number: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    line = [str(CLUSTER / "array.sh"), str(tasks), *([number] if number else [])]
    here = os.environ | {"PROGRAM": str(tasks.parent / "generain")} | environment
    return subprocess.run(line, cwd=tasks.parent, env=here, capture_output=True, text=True, check=False)


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    """Return a list of commands, beside a program that writes down what it was asked and fails where it is told to."""
    tool(tmp_path, "generain", '#!/usr/bin/env bash\nprintf "[%s]" "$@" >> calls; echo >> calls\n[ ! -e broken ] || exit 2\n')
    file = tmp_path / "tasks.txt"
    file.write_text("# outcomes\ncohort 'my table.h5ad' --predict response\n\n  # later\nperturb b.h5ad -o out/b\n")
    return file


@pytest.mark.parametrize("scheduler", ["SLURM_ARRAY_TASK_ID", "SGE_TASK_ID", "PBS_ARRAY_INDEX", "LSB_JOBINDEX"])
def test_each_job_does_its_line_once(tasks, scheduler) -> None:
    for number in ("1", "2", "1", "2"):
        assert array(tasks, **{scheduler: number}).returncode == 0
    calls = (tasks.parent / "calls").read_text().splitlines()
    assert calls == ["[cohort][my table.h5ad][--predict][response]", "[perturb][b.h5ad][-o][out/b]"]


def test_what_failed_or_was_changed_is_done_again(tasks) -> None:
    (tasks.parent / "broken").touch()
    assert array(tasks, "2").returncode == 2
    (tasks.parent / "broken").unlink()
    assert array(tasks, "2").returncode == 0
    tasks.write_bytes(tasks.read_bytes().replace(b"out/b", b"out/c").replace(b"\n", b"\r\n"))
    assert array(tasks, "2").returncode == 0
    assert (tasks.parent / "calls").read_text().splitlines() == [
        *["[perturb][b.h5ad][-o][out/b]"] * 2,
        "[perturb][b.h5ad][-o][out/c]",
    ]


@pytest.mark.parametrize("number", ["", "0", "3", "x", "1; touch hacked"])
def test_a_number_that_is_no_line_is_refused(tasks, number) -> None:
    answer = array(tasks, number)
    assert answer.returncode == 2
    assert answer.stderr.startswith("error: ")
    assert not (tasks.parent / "calls").exists()


def test_commands_of_guide_and_scripts_are_the_programs() -> None:
    paths = [CLUSTER / "array.sh", CLUSTER / "machines.sh", ASSETS / "guide/shell.md"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    command = r"((?:cohort|perturb|embed|reference|train) .*)"
    lines = re.findall(r"^(?:#\s+)?(?:sbatch .*machines\.sh )?" + command + "$", text, re.MULTILINE)
    assert len(lines) >= 9
    for line in lines:
        parse(shlex.split(line))
