"""A session's work as a whole: taken down to be kept, and taken up again.

================ ====================================================================================================
`kinds`          the records of pages that work may hold
`capture`        the work of this session, to be kept, and whether it was changed since
`opening`        a work file opened by a job: checked, read, held against the release, its samples' steps made again
`take_up`        work that was kept as the work of this session
`keeper`         writes work to the disk beside the pages: of each session the latest, one after another
`at_rest`        work that rests on the disk by itself, taken up again, and why it has gone
`panel`          the sidebar's part: save, open, and what no longer fits
================ ====================================================================================================
"""
