"""Files made or broken to harm whoever reads them: ``python -m tests.hostile`` reads a thousand, each in a process of its own.

`files` are the whole files that others are made from, `harm` breaks them, `made` are those written by hand, `readers` says what
reads which, `trial` reads one within limits, `__main__` reads all and prints a table.
"""
