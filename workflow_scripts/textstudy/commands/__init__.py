"""What the commands of `textstudy` do, one module each."""
