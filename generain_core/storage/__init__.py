"""What is kept on disk, whatever it is: cached arrays, files that are whole or not there, checksums, locks."""
