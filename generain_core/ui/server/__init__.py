"""The page as a service for others: headers of safety, readiness, figures for monitoring, records of what was asked.

`service` starts it, `readiness` says whether the release is whole, `metrics` counts, `headers` guards, `records` writes the log.
"""
