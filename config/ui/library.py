"""The one tag library every module of this package adds to."""

from django import template

register = template.Library()
