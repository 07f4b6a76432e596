"""The pages of several visitors share the cores: linear algebra of one page takes one of them."""

import os
import subprocess
import sys

import pytest

SAYS = (
    "from generain_core.ui.server.service import share_cores; share_cores()\n"
    "from threadpoolctl import threadpool_info\n"
    "print(*sorted({each['num_threads'] for each in threadpool_info() if each['user_api'] == 'blas'}))"
)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core can't be shared")
@pytest.mark.parametrize(("asked", "threads"), [(None, "1"), ("2", "2")])
def test_linear_algebra_of_a_page_takes_one_core_unless_asked(asked, threads) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment |= {"OPENBLAS_NUM_THREADS": asked} if asked else {}
    done = subprocess.run([sys.executable, "-c", SAYS], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [threads]
