"""`manage.py doctor`: what is well, what is not, and what to do about it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import doctor


class Command(BaseCommand):
    help = "Check this installation. Exit status 1 when something is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(doctor.examine())
        if options["json"]:
            self.stdout.write(json.dumps([line.as_json() for line in lines], indent=2))
        else:
            for line in lines:
                self._write(line)
        if any(line.state == doctor.State.PROBLEM for line in lines):
            sys.exit(1)

    def _write(self, line: doctor.Line) -> None:
        paint = {"ok": self.style.SUCCESS, "warning": self.style.WARNING, "problem": self.style.ERROR}[line.state]
        self.stdout.write(f"{paint(f'{line.state:<8}')} {line.name}: {line.detail}")
        if line.advice:
            self.stdout.write(f"{'':<8} -> {line.advice}")
