"""Long work outside the script: the queue, and a job as a page shows it.

========== ==================================================================================================
`job_view` long work outside the script: the queue of this process, and a job as a page shows it
`queue`    the queue of long work: bounded, one worker a device, users in turn
`tasks`    long work that a child process does for the app: each opens what it needs by its place on the disk
========== ==================================================================================================
"""
