"""Worker threads keep torch to one core each and leave it alone elsewhere."""

import torch

from generain_core.samples.binning.threads import workers


def test_torch_is_single_threaded_in_workers_only() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        with workers(2) as pool:
            assert list(pool.map(lambda _: torch.get_num_threads(), range(4))) == [1] * 4
            assert torch.get_num_threads() == 3
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
