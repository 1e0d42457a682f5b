"""How far a lead is: joined is for good, and of all else the newest word counts. Pure."""

from typing import Literal

LeadState = Literal["new", "contacted", "invited", "arrived", "joined", "lost"]
OPEN: tuple[LeadState, ...] = ("new", "contacted", "invited", "arrived")
STEPS: tuple[LeadState, ...] = ("contacted", "invited", "arrived")  # what a guide says of one, besides that it is lost
OUTREACH: tuple[LeadState, ...] = ("contacted", "invited")  # only of those who agreed to be contacted
REASONS = ("not_interested", "unreachable", "elsewhere", "other")
# Why it is lost, if no guide lost it: taken back, the same person as another lead, or to be forgotten.
MISTAKE, TWICE, FORGOTTEN = "mistake", "twice", "forgotten"
PARTNER = "partner"  # the channel of whoever another business sends
