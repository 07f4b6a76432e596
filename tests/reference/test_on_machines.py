"""The scripts for clusters: two machines build what one does, in the same bytes; an array goes on where it was stopped."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generain_core.settings import ASSETS
from tests.conftest import PROJECT, free_port
from tests.reference.simulate import MODEL, SAMPLES
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


def test_two_machines_of_slurm_build_the_reference_of_one(release, table, tmp_path) -> None:
    line = ["reference", "", "--model", MODEL, "--input", str(table), "--min-genes", "500", "--method", "pca"]
    here = os.environ | {"PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1", "GENERAIN_RELEASE": str(release.root)}
    tool(tmp_path, "srun", NODES)
    tool(tmp_path, "scontrol", "#!/usr/bin/env bash\necho 127.0.0.1\necho 127.0.0.1\n")
    job = {"SLURM_JOB_NODELIST": "node[1-2]", "SLURM_JOB_NUM_NODES": "2", "SLURM_JOB_ID": "7", "PORT": str(free_port())}
    job |= {"PYTHON": sys.executable, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    line[1] = str(tmp_path / "two")
    both = subprocess.run([CLUSTER / "machines.sh", *line, "--json"], env=here | job, capture_output=True, text=True, timeout=300)
    assert both.returncode == 0, both.stderr
    assert json.loads(both.stdout)["samples"] == SAMPLES  # one document: the second machine is silent
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
    file.write_text("# outcomes\ncohort 'my table.h5ad' --outcome response\n\n  # later\nperturb b.h5ad -o out/b\n")
    return file


@pytest.mark.parametrize("scheduler", ["SLURM_ARRAY_TASK_ID", "SGE_TASK_ID", "PBS_ARRAY_INDEX", "LSB_JOBINDEX"])
def test_each_job_does_its_line_once(tasks, scheduler) -> None:
    for number in ("1", "2", "1", "2"):
        assert array(tasks, **{scheduler: number}).returncode == 0
    calls = (tasks.parent / "calls").read_text().splitlines()
    assert calls == ["[cohort][my table.h5ad][--outcome][response]", "[perturb][b.h5ad][-o][out/b]"]


def test_what_failed_or_was_changed_is_done_again(tasks) -> None:
    (tasks.parent / "broken").touch()
    assert array(tasks, "2").returncode == 2
    (tasks.parent / "broken").unlink()
    assert array(tasks, "2").returncode == 0
    tasks.write_text(tasks.read_text().replace("out/b", "out/c"))
    assert array(tasks, "2").returncode == 0
    assert len((tasks.parent / "calls").read_text().splitlines()) == 3


@pytest.mark.parametrize("number", ["", "0", "3", "x", "1; touch hacked"])
def test_a_number_that_is_no_line_is_refused(tasks, number) -> None:
    answer = array(tasks, number)
    assert answer.returncode == 2
    assert answer.stderr.startswith("error: ")
    assert not (tasks.parent / "calls").exists()
