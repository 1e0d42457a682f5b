"""``main.py doctor``: what this machine lacks."""

from pathlib import Path

from desktop.cli.said import say
from desktop.doctor import examine, print_report
from resources import Words


def run_doctor(home: Path, words: Words) -> int:
    """Print the findings; 1 if something is missing."""
    lines, code = print_report(examine(home), words)
    for line in lines:
        say(line)
    return code
