"""Rows in, counts out: files and data frames of any kind, counted where they are."""
