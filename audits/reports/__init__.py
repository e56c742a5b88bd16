"""A report from frozen content to signed bytes: content, charts, rendering, signing. Knows no database."""
