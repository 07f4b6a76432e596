"""The commands, a file a group: each adds its commands to the line, asks the library, and phrases the answer."""
