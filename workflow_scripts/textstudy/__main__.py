"""`python -m textstudy` is the command `textstudy`."""

from textstudy.cli import main

main()
