"""The commands of drive about people who may become members."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.drive_tasks import day_of
from desktop.services.leads import NewLead, assign_lead, close_lead, follow_up, forget_lead, hear_consent, note_lead
from desktop.views.leads import open_leads


class Leads(Command, frozen=True):
    """Who may become a member, by the next day."""

    def run(self, counter: Counter) -> Facts:
        return {"leads": counter.desk.read(open_leads)}


class Lead(Command, frozen=True):
    """Somebody may become a member; ``consent``: they may be contacted."""

    name: str = ""
    phone: str = ""
    wechat: str = ""
    channel: str | None = None
    recruit: str | None = None
    consent: bool = False
    interest: str = ""
    guide: str | None = None
    due: str | None = None

    def run(self, counter: Counter) -> Facts:
        form = NewLead(
            name=self.name, phone=self.phone, wechat=self.wechat, channel=self.channel, recruit=self.recruit,
            consent=self.consent, interest=self.interest, for_guide=self.guide,
            due=day_of(self.due) if self.due else None,
        )  # fmt: skip
        return {"lead": counter.desk.do(note_lead, form).result()}


class FollowUp(Command, frozen=True):
    """How far a lead is, and the next day; or ``lost``: why it comes to nothing."""

    lead: str
    state: str | None = None
    due: str | None = None
    note: str = ""
    lost: str | None = None

    def run(self, counter: Counter) -> Facts:
        if self.lost:
            counter.desk.do(close_lead, self.lead, self.lost, self.note).result()
        else:
            day = day_of(self.due) if self.due else None
            counter.desk.do(follow_up, self.lead, self.state, due=day, note=self.note).result()
        return {}


class LeadGuide(Command, frozen=True):
    """Who looks after a lead, null is anybody."""

    lead: str
    guide: str | None

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(assign_lead, self.lead, self.guide).result()
        return {}


class LeadConsent(Command, frozen=True):
    """Whether a lead may be contacted; with ``forget`` they want to be forgotten."""

    lead: str
    agreed: bool = False
    forget: bool = False

    def run(self, counter: Counter) -> Facts:
        if self.forget:
            counter.desk.do(forget_lead, self.lead).result()
        else:
            counter.desk.do(hear_consent, self.lead, self.agreed).result()
        return {}
