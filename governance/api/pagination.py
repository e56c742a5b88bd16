"""Pages of lists. A module of its own: DRF loads it by name while its views are still being imported."""

from rest_framework import pagination


class UidCursorPagination(pagination.CursorPagination):
    """Pages that stay right while rows are added: `?cursor=`, newest first."""

    ordering = ("-created_at", "-id")
    page_size_query_param = "limit"
    max_page_size = 200
