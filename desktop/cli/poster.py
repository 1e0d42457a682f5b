"""``main.py poster``: the poster of one recruit code as a picture or a page to print."""

import argparse

from desktop.cli.said import check_target, say
from desktop.desk import Desk
from desktop.errors import BadInput
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import RecruitCode
from desktop.scanning.posters import Poster, draw_poster
from desktop.scanning.printed import check_printed, save
from desktop.views.till import find_till
from resources import Words


def run_poster(desk: Desk, options: argparse.Namespace, words: Words) -> int:
    """Draw the poster of ``options.code``."""
    check_printed(options.out)
    check_target(options.out)
    code = parse_code(options.code)
    if not isinstance(code, RecruitCode):
        raise BadInput("recruit_code_expected")
    headline = options.headline or words("cli.poster_headline")
    poster = Poster(code.text, headline, desk.read(find_till).store or "", options.label or "")
    save(draw_poster(poster, options.paper), options.out)
    say(words("cli.poster_saved", path=options.out))
    return 0
