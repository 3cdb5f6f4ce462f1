"""`make rehearse`: the life of an environment on this machine, with the commands of operators."""
