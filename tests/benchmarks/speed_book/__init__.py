"""How fast everything is: each piece of work beside the usual way and the floor, as the work grows; one command, one table."""
