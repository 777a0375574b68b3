"""Commands: one module each, named like its command, loaded when the command is called → `command`."""
