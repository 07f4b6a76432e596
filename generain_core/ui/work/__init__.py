"""A session's work as a whole: taken down to be kept, and taken up again.

================ ====================================================================================================
`kinds`          the records of pages that work may hold
`capture`        the work of this session, to be kept, and whether it was changed since
`opening`        a work file opened by a job: checked, read, held against the release, its samples' steps made again
`take_up`        work that was kept as the work of this session
`panel`          the sidebar's part: save, open, and what no longer fits
================ ====================================================================================================
"""
