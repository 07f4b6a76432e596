"""A result that can be run again: the command, its inputs, the decisions on names, versions, results and a figure, in one zip.

=========== ====================================================================================================
`command`   a command's line taken apart: inputs, outputs, and what may stand in a capsule at all
`running`   a command run by a process of its own, in a folder of its own
`capsule`   saved, and run again
`compare`   results held against each other, number by number
`picture`   a result as a figure
=========== ====================================================================================================
"""
