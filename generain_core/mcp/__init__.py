"""The door for agents: a server of the Model Context Protocol over a release.

`server` builds it, `serve` runs it on standard input and output or on a local port, `door` is what all tools share,
`folders` decides which files they may touch, `work` runs what takes long, `answers` has what they answer, `tools` has a file
a subject, `resources` what there is to read.
"""
