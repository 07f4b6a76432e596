"""The authors' own classes of `transformers`, imported when first asked for, by one thread at a time.

`transformers` imports its parts when they are named, and two threads that name them at once may each see half of a module.
"""

import threading
from typing import Any, NamedTuple

_IMPORTING = threading.Lock()


class GptClasses(NamedTuple):
    """GPT-2: its configuration, its body, and the body with its head."""

    config: Any
    body: Any
    whole: Any


class BertClasses(NamedTuple):
    """BERT: its configuration, its body, its head, and both together."""

    config: Any
    body: Any
    head: Any
    whole: Any


def gpt_classes() -> GptClasses:
    """Import the classes of GPT-2."""
    with _IMPORTING:
        from transformers import GPT2Config, GPT2LMHeadModel, GPT2Model

        return GptClasses(GPT2Config, GPT2Model, GPT2LMHeadModel)


def bert_classes() -> BertClasses:
    """Import the classes of BERT."""
    with _IMPORTING:
        from transformers import BertConfig, BertForMaskedLM, BertModel
        from transformers.models.bert.modeling_bert import BertOnlyMLMHead

        return BertClasses(BertConfig, BertModel, BertOnlyMLMHead, BertForMaskedLM)
