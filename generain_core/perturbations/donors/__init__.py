"""Several samples of one donor, which are not independent.

`recognize` tells donors by a column or by the samples' names, `repeats` says which come again within a group, `one_value` makes
one value of each donor and group before anything is tested, or says that they were kept apart.
"""
