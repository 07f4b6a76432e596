"""What a user keeps: the work file, which opens to the state that was saved, and work that rests on disk by itself.

============== ====================================================================================================
`contents`     what work consists of: lists, gene sets, samples with their bins and results, choices
`records`      values as JSON with their arrays aside, and back: of known records alone, so that nothing of a file is run
`tables`       tables and their indexes taken apart, and put together again
`arrays`       arrays of numbers as files of their own, under their checksums
`kinds`        the records that work may hold
`manifest`     what a work file says of itself: program, release, and the checksum of each of its members
`archive`      the work file: written whole or not at all, checked before anything of it is read
`parts`        work taken apart into the members of a work file, and put together again
`work_file`    all that a user set up in one file, opened again to the same state on any computer
`resting`      work at rest on the disk, found by its token and its browser together, for as long as it may be kept
`capsule`      a result that can be run again, with all that it stands on
`fit`          what of kept work fits the release that is open, and what no longer does
============== ====================================================================================================
"""
