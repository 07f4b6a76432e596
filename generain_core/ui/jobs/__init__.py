"""Long work outside the script: the queue, and a job as a page shows it.

============= ============================================================================================================
`job_view`    long work outside the script: the queue of this process, and a job as a page shows it
`limits`      what the operator allows to wait, and how long work goes on that nobody is there for
`preparation` what is made for all users ahead: begun by itself, used as soon as it is there
`presence`    whether anybody is there for a session's work
`queue`       the queue of long work: bounded, one job at a time on a device, users in turn, long work in slices
`tasks`       long work that a child process does for the app: each opens what it needs by its place on the disk
============= ============================================================================================================
"""
