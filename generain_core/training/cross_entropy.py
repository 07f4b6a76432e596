"""Cross-entropy over a large vocabulary without ever holding all logits, forwards or backwards."""

from typing import Any

import torch

from generain_core.models.loss import LOGIT_BYTES


def summed_cross_entropy(
    states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, targets: torch.Tensor
) -> torch.Tensor:
    """Return the sum of cross-entropies (nats, float32) of `targets` under the logits ``states @ weight.T + bias``.

    Logits of so many places at a time as fit into `LOGIT_BYTES` are made, used for the loss and for the gradients of states,
    weight and bias at once, and dropped.

    Args:
        states: places × width.
        weight: words × width.
        bias: words, or None.
        targets: the true word of each place.
    """
    if torch.is_grad_enabled():
        function: Any = _Summed.apply
        total: torch.Tensor = function(states, weight, bias, targets)
        return total
    return _walk(states, weight, bias, targets, None)


class _Summed(torch.autograd.Function):
    """The sum, with its gradients made on the way forwards."""

    @staticmethod
    def forward(ctx: Any, states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, targets: torch.Tensor) -> Any:
        """Return the sum and keep the gradients."""
        gradients = (torch.zeros_like(states), torch.zeros_like(weight), torch.zeros_like(bias) if bias is not None else None)
        total = _walk(states, weight, bias, targets, gradients)
        ctx.save_for_backward(*gradients)
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        """Return the kept gradients times that of the sum."""
        return (
            *(None if gradient is None else gradient * upstream[0].to(gradient.dtype) for gradient in ctx.saved_tensors),
            None,
        )


def _walk(
    states: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None,
    targets: torch.Tensor,
    gradients: tuple[torch.Tensor, torch.Tensor, torch.Tensor | None] | None,
) -> torch.Tensor:
    device = states.device.type
    narrow = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else torch.float32
    total = torch.zeros((), device=states.device)
    step = max(1, LOGIT_BYTES // (4 * weight.shape[0]))
    with torch.autocast(device, enabled=False):
        words = weight.to(narrow)
        for i in range(0, len(states), step):
            some, wanted = states[i : i + step].to(narrow), targets[i : i + step, None]
            logits = (some @ words.T).float()
            if bias is not None:
                logits += bias
            norm = torch.logsumexp(logits, 1, keepdim=True)
            total += (norm - logits.gather(1, wanted)).sum()
            if gradients is None:
                continue
            wrong = logits.sub_(norm).exp_()
            wrong.scatter_add_(1, wanted, torch.full_like(norm, -1.0))
            if gradients[2] is not None:
                gradients[2].add_(wrong.sum(0))
            wrong = wrong.to(narrow)
            gradients[0][i : i + step] = (wrong @ words).to(gradients[0].dtype)
            if narrow == torch.float32:
                gradients[1].addmm_(wrong.T, some)
            else:
                gradients[1].add_(wrong.T @ some)
    return total
