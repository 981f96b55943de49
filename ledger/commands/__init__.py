"""What can be done: one function a command, typed values in, an Outcome out. `cli.py` names the groups."""
