"""What is promised of sure answers; `evaluate.thresholds` chooses thresholds that keep it. Imports nothing, for all."""

ERRORS = (0.01, 0.02, 0.05, 0.10)  # wanted shares of errors among what is answered
USUAL_ERROR = 0.05  # the one that is meant where none is named
COVERAGES = (0.90, 0.95, 0.99)  # wanted probabilities that a set of labels holds the true one
CERTAINTY = 0.9  # share of the draws of validation documents in which there are no more errors than wanted
NEVER = 2.0  # a threshold that no confidence reaches
