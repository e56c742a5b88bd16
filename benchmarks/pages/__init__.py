"""How long pages take on the server, and how many queries they make, with many assessments under way."""
