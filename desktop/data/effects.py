"""What events do to the tables: every projection there is, known once this is imported."""

from desktop.data import appointments, code_projections, contents, escrow_projections, leads, portraits, requests, tasks
from desktop.data.projections import project, project_many

__all__ = ["EVERY", "project", "project_many"]

# known once imported
EVERY = (appointments, code_projections, contents, escrow_projections, leads, portraits, requests, tasks)
