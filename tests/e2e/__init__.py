"""Journeys of real people through a real installation: supervisor, web server, worker, Chromium."""
