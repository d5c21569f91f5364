"""The words of the domain as frozen values; this module imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Relation(Enum):
    """What a piece of evidence says about the claim under check."""

    SUPPORTS = "SUPPORTS"
    CONTRADICTS = "CONTRADICTS"
    NEUTRAL = "NEUTRAL"


class Verdict(Enum):
    """What the whole base says about the claim under check."""

    SUPPORTED = "SUPPORTED"
    CONTRADICTED = "CONTRADICTED"
    UNVERIFIED = "UNVERIFIED"


class Stance(Enum):
    """How the holder of a claim stands to its proposition."""

    ASSERTED = "ASSERTED"  # the narrator's own statement
    REPORTED = "REPORTED"  # somebody says so, plainly
    ALLEGED = "ALLEGED"  # claimed, accused, confessed, feared, rumoured
    DENIED = "DENIED"  # the holder says that the proposition is false
    DOUBTED = "DOUBTED"  # the holder doubts the proposition
    RETRACTED = "RETRACTED"  # the holder withdraws an earlier statement
    PLANNED = "PLANNED"  # announced or intended, not yet done


REFUSALS = (Stance.DENIED, Stance.DOUBTED, Stance.RETRACTED)  # their proposition counts with the opposite polarity


class ReasonType(Enum):
    """Why a piece of evidence stands where it stands."""

    SAME_STATEMENT = "SAME_STATEMENT"
    NEGATION = "NEGATION"
    QUANTITY = "QUANTITY"
    IDENTITY = "IDENTITY"
    TIME = "TIME"
    PLACE = "PLACE"
    DENIAL = "DENIAL"
    DEBUNK = "DEBUNK"
    OUTCOME = "OUTCOME"
    UPDATE = "UPDATE"
    ALLEGATION = "ALLEGATION"
    DIFFERENT_EVENT = "DIFFERENT_EVENT"


class ConflictKind(Enum):
    """What two stored claims disagree about."""

    QUANTITY = "quantity"
    IDENTITY = "identity"
    DENIAL = "denial"
    TIME = "time"
    PLACE = "place"
    OUTCOME = "outcome"
    OTHER = "other"


@dataclass(frozen=True)
class Quantity:
    """A number as an interval with what it counts.

    `low` and `high` are inclusive bounds, None where unbounded: 'at least 20' is (20, None),
    '26' is (26, 26), 'nearly 6,000' is (5700, 6000). `unit` is a normalised unit ('percent', 'USD', 'km',
    'year', ...) or '' for a plain count; `counted` is the normalised thing counted
    ('death', 'injury', 'detention', 'vehicle', ... or the lower-case head noun); `scope` is the
    place or group it is restricted to ('Almaty', 'security forces'), '' if none is named.
    `text` is the expression as written, e.g. 'more than 3,000'.
    """

    low: float | None
    high: float | None
    unit: str
    counted: str
    scope: str
    text: str


@dataclass(frozen=True)
class TimeInterval:
    """A half-open interval [start, end) of aware UTC datetimes, and the words it came from."""

    start: datetime
    end: datetime
    text: str


@dataclass(frozen=True)
class Document:
    """One text with its metadata; `id` is unique in its collection."""

    id: str
    text: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    author: str = ""
    publish_time: datetime | None = None
    language: str = ""
    create_time: datetime | None = None
    update_time: datetime | None = None
    etag: str = ""  # sha256 of text and metadata; equal etag means equal content


@dataclass(frozen=True)
class Claim:
    """One checkable statement of a document.

    `document_text[start:end] == quote` in Unicode code points. `text` is the quote with its white
    space made single spaces (a sentence broken over two paragraphs reads as one). `context` holds
    the preceding sentences that its pronouns need, '' when it stands alone. `attribution` names
    the holder, '' for the narrator. `proposition` is the content that the holder asserts, denies
    or doubts, without the reporting frame ('viewers doubted that he was a rioter' -> 'he was a
    rioter'); it equals `text` where there is no frame.
    """

    id: str  # '{document_id}.{n}', n counts from 0 in reading order
    document_id: str
    text: str
    quote: str
    start: int
    end: int
    context: str = ""
    attribution: str = ""
    stance: Stance = Stance.ASSERTED
    proposition: str = ""
    quantities: tuple[Quantity, ...] = ()
    time: TimeInterval | None = None


@dataclass(frozen=True)
class Pair:
    """Evidence text and the claim under check, as the scorer reads them."""

    premise: str
    hypothesis: str


@dataclass(frozen=True)
class Probabilities:
    """Calibrated probabilities of the three relations; they sum to 1."""

    entailment: float
    neutral: float
    contradiction: float


@dataclass(frozen=True)
class Source:
    """What evidence shows of the document it comes from (its text stays in the store)."""

    document_id: str
    title: str
    publisher: str
    url: str
    publish_time: datetime | None


@dataclass(frozen=True)
class Candidate:
    """A stored claim that retrieval returned, with its source and fused score (higher is nearer)."""

    claim: Claim
    source: Source
    score: float


@dataclass(frozen=True)
class Reason:
    """A typed reason with a sentence that a person can read."""

    type: ReasonType
    text: str


@dataclass(frozen=True)
class Evidence:
    """A stored claim set against the claim under check."""

    claim: Claim
    source: Source
    relation: Relation
    probabilities: Probabilities
    strength: float  # how much it counts towards its side, 0 to 1
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Timings:
    """Seconds spent in each part of a check."""

    retrieve: float = 0.0
    queue: float = 0.0
    infer: float = 0.0
    judge: float = 0.0
    total: float = 0.0


@dataclass(frozen=True)
class CheckResult:
    """The verdict on one claim, with the evidence on both sides, strongest first."""

    claim: str
    verdict: Verdict
    confidence: float  # 0 to 1, calibrated
    disputed: bool
    evidence: tuple[Evidence, ...]
    supporting_sources: int = 0  # independent: copies of one report count once
    contradicting_sources: int = 0
    summary: str = ""  # one readable sentence that says why
    model_revision: str = ""
    base_revision: int = 0
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True)
class Conflict:
    """Two stored claims that contradict each other."""

    id: str
    kind: ConflictKind
    confidence: float  # 0 to 1
    a: Candidate
    b: Candidate
    reason: str = ""


@dataclass(frozen=True)
class WatchedClaim:
    """A claim that is kept checked: its verdict, and what that was found against."""

    id: str
    text: str
    verdict: Verdict
    confidence: float  # 0 to 1, calibrated
    disputed: bool
    base_revision: int  # of the collection, that the verdict is known to hold for
    create_time: datetime
    check_time: datetime  # when it was last held against the collection
    grounds: str = ""  # digest of what the verdict rests on: while it stays, so does the verdict


@dataclass(frozen=True)
class VerdictChange:
    """A verdict on a watched claim that became another one, or that became or ceased to be disputed."""

    claim_id: str
    text: str
    old_verdict: Verdict
    old_disputed: bool
    new_verdict: Verdict
    new_disputed: bool
    confidence: float  # in the new verdict, 0 to 1
    base_revision: int  # of the collection, that the new verdict was found at
    time: datetime
