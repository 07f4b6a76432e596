"""Classes of transformers, named by many threads at once in a process that has none of them yet."""

import subprocess
import sys

from tests.conftest import PROJECT

SCRIPT = """
import threading
from generain_core.models.transformer_classes import bert_classes, gpt_classes
start, wrong = threading.Barrier(8), []
def name(classes):
    start.wait()
    try:
        assert all(isinstance(each, type) for each in classes())
    except BaseException as problem:
        wrong.append(problem)
threads = [threading.Thread(target=name, args=((gpt_classes, bert_classes)[i % 2],)) for i in range(8)]
for each in threads:
    each.start()
for each in threads:
    each.join()
assert not wrong, wrong
"""


def test_threads_may_name_them_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
