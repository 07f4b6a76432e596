"""The predicted attributes of every gene: store, queries, rules, evidence."""

from generain_core.attributes.convert import convert, disk_need
from generain_core.attributes.store import AttributeStore, find_attribute, is_converted, open_store

__all__ = ["AttributeStore", "convert", "disk_need", "find_attribute", "is_converted", "open_store"]
