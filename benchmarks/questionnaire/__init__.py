"""How fast questionnaires load and compute, beside other engines for conditions; `make bench-questionnaire` runs it."""
