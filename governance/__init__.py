"""What exists and who may act: teams, systems, models, versions, cards, rules, data sets."""
