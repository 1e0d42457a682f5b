"""The commands of drive: what each takes, and what it does. docs/drive.md shows every one."""

from pathlib import Path

import msgspec

from desktop.drive_appointments import Appointments, Book, Cancel, Move
from desktop.drive_codes import Forget, Item, Recruit, Recruits, TakeVoucher, Teach, item_facts
from desktop.drive_contents import Contents, Replied, Use
from desktop.drive_counter import Command, Counter, Facts, unknown
from desktop.drive_credit import Credit
from desktop.drive_leads import FollowUp, Lead, LeadConsent, LeadGuide, Leads
from desktop.drive_members import Erase, Merge, Separate
from desktop.drive_occasions import Invite, Occasions
from desktop.drive_ownership import Assign, Claim, HandOver, Release, Served, Valuable
from desktop.drive_portraits import Entity, Rate, ShowProfile, Tag, Untag
from desktop.drive_privacy import Access, Answered, Request, Requests
from desktop.drive_samples import Sample, Samples
from desktop.drive_status import Acknowledge, LetGo, Status, Sync
from desktop.drive_tasks import Done, Postpone, Task, Tasks
from desktop.drive_wishes import Wish
from desktop.drive_worth import AddPoints, Ask, Coupons, Exchange, Gift, Redeem, Rewards, Unredeem
from desktop.errors import BadInput, NotFound, NotNow, TillError
from desktop.scanning.decode import decode_file
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.guides import sign_on
from desktop.services.members import Application, amend, enrol
from desktop.services.preferences import note_preference
from desktop.services.samples import hand_out
from desktop.services.trust import serve_shown
from desktop.services.undo import undo
from desktop.services.visits import (
    add_line,
    change_line,
    finish_visit,
    hold_visit,
    recall_visit,
    remove_line,
    serve,
    serve_code,
    void_visit,
    write_note,
)
from desktop.status import Link
from desktop.views.lookup import (
    GuideSeen,
    MemberSeen,
    NewCard,
    NewMemberCode,
    NewProductCode,
    PaymentSeen,
    ProductSeen,
    RecruitSeen,
    SampleSeen,
    TokenSeen,
    UnknownText,
    VoucherSeen,
    code_of,
)
from desktop.views.search import find_members
from desktop.views.till import find_guides
from desktop.views.visit import find_visit_of_line


class Scan(Command, frozen=True):
    """A scanned text: a member is served, a product comes into the visit."""

    text: str

    def run(self, counter: Counter) -> Facts:
        match counter.look_up(self.text):
            case MemberSeen(member_id, kind):
                visit_id = counter.desk.do(serve, member_id).result()
                return {"kind": kind, "member": counter.member(member_id), "visit": counter.visit(visit_id)}
            case TokenSeen(member_id, text):
                shown = counter.desk.do(serve_shown, text).result()
                visit = counter.visit(shown.visit_id)
                return {"kind": "token", "sure": shown.sure, "member": counter.member(member_id), "visit": visit}
            case ProductSeen(product, label, kind):
                line_id = counter.desk.do(add_line, product.gtin, label=label).result()
                return {"kind": kind, **_line(counter, line_id)}
            case VoucherSeen(voucher):
                return {"kind": "voucher", "voucher": voucher}
            case SampleSeen(quota_id, title):
                given = counter.desk.do(hand_out, quota_id).result()
                return {"kind": "sample", "sample": {"id": quota_id, "title": title}, "given": given}
            case RecruitSeen(recruit):
                return {"kind": "recruit", "recruit": recruit, "offer": "enrol"}
            case GuideSeen(guide_id, name):
                counter.desk.do(sign_on, guide_id).result()
                return {"kind": "badge", "guide": {"id": guide_id, "name": name}}
            case NewMemberCode(code) if counter.hub.status().link is not Link.ALONE:
                visit_id = counter.desk.do(serve_code, code).result()
                return {"kind": "code", "words": counter.words("counter.by_code"), "visit": counter.visit(visit_id)}
            case sight:
                raise unknown(sight)


class ScanImage(Command, frozen=True):
    """The first code in a picture that leads somewhere, as if it had been scanned."""

    path: str

    def run(self, counter: Counter) -> Facts:
        texts = [found.text for found in decode_file(Path(self.path)).found]
        if not texts:
            raise BadInput("picture_without_code")
        return Scan(next((text for text in texts if _leads_somewhere(counter, text)), texts[0])).run(counter)


class Enrol(Command, frozen=True):
    """A new member, who is served at once."""

    phone: str
    name: str = ""
    consents: tuple[str, ...] = ()
    channel: str | None = None
    birthday: str | None = None
    code: str | None = None
    card: str | None = None
    recruit: str | None = None
    lead: str | None = None
    impressions: tuple[tuple[str, str], ...] = ()
    guardian: bool = False
    wechat: str | None = None

    def run(self, counter: Counter) -> Facts:
        new = counter.desk.do(enrol, Application(**msgspec.structs.asdict(self))).result()
        return {"code": new.code, "member": counter.member(new.member_id), "visit": counter.visit(new.visit_id)}


class Amend(Command, frozen=True):
    """Other particulars of a member; those that are not named stay."""

    text: str
    name: str | msgspec.UnsetType | None = msgspec.UNSET
    birthday: str | msgspec.UnsetType | None = msgspec.UNSET
    gender: str | msgspec.UnsetType | None = msgspec.UNSET
    channel: str | msgspec.UnsetType | None = msgspec.UNSET
    wechat: str | msgspec.UnsetType | None = msgspec.UNSET

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        told = {"name": self.name, "birthday": self.birthday, "gender": self.gender, "channel": self.channel}
        told |= {"wechat": self.wechat}
        fields = {field: value for field, value in told.items() if value is not msgspec.UNSET}
        counter.desk.do(amend, member_id, **fields).result()
        return {"member": counter.member(member_id)}


class Consent(Command, frozen=True):
    """A member agrees to a purpose, or takes it back."""

    text: str
    purpose: str
    agreed: bool

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        if self.agreed:
            counter.desk.do(give_consents, member_id, (self.purpose,), channel="counter").result()
        else:
            counter.desk.do(withdraw_consent, member_id, self.purpose).result()
        return {"consents": counter.profile(member_id).consents}


class Action(Command, frozen=True):
    """What became of a product."""

    line: str
    action: str
    reason: str | None = None

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(change_line, self.line, self.action, self.reason).result()
        return _line(counter, self.line)


class Remove(Command, frozen=True):
    """A product goes out of the visit again."""

    line: str

    def run(self, counter: Counter) -> Facts:
        visit = counter.desk.read(find_visit_of_line, self.line)
        counter.desk.do(remove_line, self.line).result()
        return {"visit": counter.visit(visit.id) if visit else None}


class Prefer(Command, frozen=True):
    """Something learned of the person who is served."""

    value: str
    facet: str = "other"
    sentiment: str = "likes"

    def run(self, counter: Counter) -> Facts:
        preference_id = counter.desk.do(note_preference, self.facet, self.value, self.sentiment).result()
        return {"preference": preference_id, "visit": counter.running()}


class Note(Command, frozen=True):
    """A line of note in the visit."""

    text: str

    def run(self, counter: Counter) -> Facts:
        note_id = counter.desk.do(write_note, self.text).result()
        return {"note": note_id, "visit": counter.running()}


class Anonymous(Command, frozen=True):
    """A visit of nobody known."""

    def run(self, counter: Counter) -> Facts:
        return {"visit": counter.visit(counter.desk.do(serve, None).result())}


class Hold(Command, frozen=True):
    """The visit is parked."""

    def run(self, counter: Counter) -> Facts:
        return {"visit": counter.visit(counter.desk.do(hold_visit).result())}


class Recall(Command, frozen=True):
    """A parked visit is taken up again: the named one, or the latest."""

    visit: str | None = None

    def run(self, counter: Counter) -> Facts:
        return {"visit": counter.visit(counter.desk.do(recall_visit, self.visit).result())}


class Finish(Command, frozen=True):
    """The visit ends."""

    def run(self, counter: Counter) -> Facts:
        return {"visit": counter.visit(counter.desk.do(finish_visit).result())}


class Void(Command, frozen=True):
    """The visit was opened by mistake."""

    def run(self, counter: Counter) -> Facts:
        return {"visit": counter.visit(counter.desk.do(void_visit).result())}


class Undo(Command, frozen=True):
    """The last deed is taken back."""

    def run(self, counter: Counter) -> Facts:
        done = counter.desk.do(undo).result()
        return {"undone": done.deed, "visit": counter.running()}


class Find(Command, frozen=True):
    """Members by phone suffix, pinyin, initials, card suffix or name."""

    text: str

    def run(self, counter: Counter) -> Facts:
        hits = counter.desk.read(find_members, self.text)
        return {
            "members": [
                {
                    "id": hit.member_id,
                    "code": counter.desk.read(code_of, hit.member_id),
                    "name": hit.name,
                    "phone": hit.phone,
                    "store": hit.store,
                }
                for hit in hits
            ]
        }


class SignOn(Command, frozen=True):
    """Another guide serves from now on: by badge, id or name."""

    text: str

    def run(self, counter: Counter) -> Facts:
        wanted = self.text.strip()
        named = [guide for guide in counter.desk.read(find_guides) if wanted in (guide.id, guide.badge, guide.name)]
        if not named:
            raise NotFound("guide_unknown")
        if len(named) > 1:
            raise NotNow("guide_ambiguous", count=len(named))
        counter.desk.do(sign_on, named[0].id).result()
        return {"guide": named[0]}


COMMANDS: dict[str, type[Command]] = {
    "scan": Scan,
    "scan_image": ScanImage,
    "enrol": Enrol,
    "amend": Amend,
    "consent": Consent,
    "wish": Wish,
    "merge": Merge,
    "separate": Separate,
    "erase": Erase,
    "access": Access,
    "request": Request,
    "request_met": Answered,
    "requests": Requests,
    "action": Action,
    "remove": Remove,
    "prefer": Prefer,
    "coupons": Coupons,
    "redeem": Redeem,
    "unredeem": Unredeem,
    "points": AddPoints,
    "rewards": Rewards,
    "exchange": Exchange,
    "gift": Gift,
    "ask": Ask,
    "voucher": TakeVoucher,
    "item": Item,
    "teach": Teach,
    "forget": Forget,
    "recruit": Recruit,
    "recruits": Recruits,
    "tasks": Tasks,
    "task": Task,
    "postpone": Postpone,
    "done": Done,
    "assign": Assign,
    "claim": Claim,
    "release": Release,
    "hand_over": HandOver,
    "served": Served,
    "valued": Valuable,
    "contents": Contents,
    "use": Use,
    "answered": Replied,
    "credit": Credit,
    "samples": Samples,
    "sample": Sample,
    "occasions": Occasions,
    "invite": Invite,
    "appointments": Appointments,
    "book": Book,
    "move": Move,
    "cancel": Cancel,
    "leads": Leads,
    "lead": Lead,
    "follow_up": FollowUp,
    "lead_guide": LeadGuide,
    "lead_consent": LeadConsent,
    "tag": Tag,
    "untag": Untag,
    "entity": Entity,
    "rate": Rate,
    "note": Note,
    "anonymous": Anonymous,
    "hold": Hold,
    "recall": Recall,
    "finish": Finish,
    "void": Void,
    "undo": Undo,
    "find": Find,
    "profile": ShowProfile,
    "guide": SignOn,
    "status": Status,
    "sync": Sync,
    "acknowledge": Acknowledge,
    "let_go": LetGo,
}


def _line(counter: Counter, line_id: str) -> Facts:
    """The line and its visit as they are now; another program at this till may have changed them meanwhile."""
    visit = counter.desk.read(find_visit_of_line, line_id)
    line = next((line for line in visit.lines if line.id == line_id), None) if visit else None
    about = item_facts(counter, line.item) if line and line.item else {}
    return {"line": line, **about, "visit": visit}


def _leads_somewhere(counter: Counter, text: str) -> bool:
    try:
        return not isinstance(
            counter.look_up(text), NewMemberCode | NewCard | NewProductCode | PaymentSeen | UnknownText
        )
    except TillError:  # a damaged code; the others in the picture may be whole
        return False
