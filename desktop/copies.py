"""Handing a member a copy of all that is known of them: the file, and the line that says who did so and when."""

import os
from datetime import tzinfo
from pathlib import Path

import msgspec

from desktop.data.durable import put_in_place
from desktop.desk import Desk
from desktop.errors import BadInput, NotFound
from desktop.services.privacy import give_copy
from desktop.views.dossier import Dossier, find_dossier, lines_of
from resources import Words

FORMS = (".json", ".pdf")


def save_copy(desk: Desk, member_id: str, path: Path, words: Words, zone: tzinfo | None = None) -> str:
    """Write everything of a member to a .json or .pdf that only its owner may read; gives the request it answers.

    The file is there only once that is written down. Raises BadInput ``copy_format`` (path), NotFound
    ``member_unknown``, OSError.
    """
    if path.suffix.lower() not in FORMS:
        raise BadInput("copy_format", path=str(path))
    dossier = desk.read(find_dossier, member_id, desk.clock.now(), words, zone)
    if dossier is None:
        raise NotFound("member_unknown")
    part = path.with_name(path.name + ".part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        if path.suffix.lower() == ".json":
            part.write_bytes(msgspec.json.format(msgspec.json.encode(dossier.data), indent=2))
        else:
            _draw(dossier, words, part, zone)
        request_id = desk.do(give_copy, member_id, path.suffix.lower()[1:]).result()
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)
    return request_id


def _draw(dossier: Dossier, words: Words, path: Path, zone: tzinfo | None) -> None:
    from desktop.scanning.pages import save_pages  # drawing costs a tenth of a second to import: the first copy pays

    title = f"{words('dossier.title')} · {dossier.name} · {dossier.made_at.astimezone(zone):%Y-%m-%d %H:%M}"
    save_pages(title, lines_of(dossier, words), lambda page, pages: words("dossier.page", page=page, pages=pages), path)
