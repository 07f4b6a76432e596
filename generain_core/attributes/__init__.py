"""The predicted attributes of every gene: store, queries, rules, evidence."""

from generain_core.attributes.store.attribute_store import AttributeStore, find_attribute, is_converted, open_store
from generain_core.attributes.store.conversion import convert, disk_need

__all__ = ["AttributeStore", "convert", "disk_need", "find_attribute", "is_converted", "open_store"]
