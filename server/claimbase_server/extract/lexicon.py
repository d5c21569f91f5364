"""Word lists of news English: reporting verbs with their stance, finite verbs, people, organisations."""

from __future__ import annotations

from dataclasses import dataclass

from claimbase_server.extract.vocabulary import word_set
from claimbase_server.types import Stance


@dataclass(frozen=True)
class ReportingVerb:
    """What a reporting verb says about its content, and what may follow it.

    `object` is True when a bare noun phrase is content too ('denied the charge', 'announced the arrest').
    `inverts` is True when the verb may stand before its subject ('..., said the mayor').
    `recipient` is True when a hearer may follow ('told reporters that').
    `explicit` is True when content must start with 'that' or be a quotation ('show that').
    """

    stance: Stance
    object: bool = False
    inverts: bool = False
    recipient: bool = False
    explicit: bool = False


def _table(rows: dict[str, ReportingVerb]) -> dict[str, ReportingVerb]:
    """Expand rows of inflected forms ('say says said') into one entry a form."""
    return {form: verb for forms, verb in rows.items() for form in forms.split()}


_SPEECH = ReportingVerb(Stance.REPORTED, inverts=True)
_SPEECH_TO = ReportingVerb(Stance.REPORTED, inverts=True, recipient=True)
_NOTICE = ReportingVerb(Stance.REPORTED, object=True, inverts=True)
_FINDING = ReportingVerb(Stance.REPORTED, inverts=True, explicit=True)
_CLAIM = ReportingVerb(Stance.ALLEGED, inverts=True)
_BELIEF = ReportingVerb(Stance.ALLEGED)
_DENIAL = ReportingVerb(Stance.DENIED, object=True)
_DOUBT = ReportingVerb(Stance.DOUBTED, object=True)

REPORTING_VERBS: dict[str, ReportingVerb] = _table(
    {
        "say says said": _SPEECH,
        "add adds added explain explains explained state states stated declare declares declared": _SPEECH,
        "affirm affirms affirmed stress stresses stressed emphasise emphasised emphasize emphasized": _SPEECH,
        "note notes noted observe observed remark remarked comment commented recall recalls recalled": _SPEECH,
        "repeat repeats repeated reiterate reiterates reiterated reply replies replied": _SPEECH,
        "answer answers answered indicate indicates indicated admit admits admitted": _SPEECH,
        "concede concedes conceded acknowledge acknowledges acknowledged reveal reveals revealed": _SPEECH,
        "disclose disclosed communicate communicates communicated conclude concludes concluded": _SPEECH,
        "testify testifies testified suggest suggests suggested hint hints hinted": _SPEECH,
        "write writes wrote estimate estimates estimated calculate calculates calculated": _SPEECH,
        "recount recounts recounted relate relates related tweet tweeted complain complains complained": _SPEECH,
        "tell tells told inform informs informed assure assures assured": _SPEECH_TO,
        "warn warns warned notify notified": _SPEECH_TO,
        "denounce denounces denounced condemn condemns condemned": ReportingVerb(Stance.ALLEGED, object=True),
        "report reports reported announce announces announced confirm confirms confirmed": _NOTICE,
        "show shows showed find finds found rule rules ruled record records recorded counted": _FINDING,
        "agree agrees agreed": _FINDING,
        "claim claims claimed allege alleges alleged insist insists insisted contend contends contended": _CLAIM,
        "maintain maintains maintained swear swears swore assert asserts asserted": _CLAIM,
        "confess confesses confessed": _CLAIM,
        "believe believes believed think thinks thought suspect suspects suspected fear fears feared": _BELIEF,
        "assume assumes assumed presume presumes presumed": _BELIEF,
        "deny denies denied reject rejects rejected dismiss dismisses dismissed refute refutes refuted": _DENIAL,
        "rebut rebuts rebutted debunk debunks debunked disavow disavows disavowed": _DENIAL,
        "doubt doubts doubted dispute disputes disputed question questions questioned": _DOUBT,
    }
)

# A form that is as often a noun: a verb only where a clause follows.
NOUN_OR_VERB = word_set(
    "report reports claim claims state states note notes comment record records rule rules question questions"
    " doubt doubts dispute disputes fear fears suspect suspects answer answers reply estimate estimates show shows"
    " find stress tweet remark charge"
)
ACCUSING = word_set("accuse accuses accused accusing blame blames blamed blaming suspects suspected")
NAMING = word_set("identified identifies recognised recognized recognises described describes")
WITHDRAWING = word_set("withdrew withdraws withdrawn retracted retracts retract recanted recants recant")
STATEMENT_NOUNS = word_set(
    "claim claims statement statements accusation accusations allegation allegations confession testimony"
    " remark remarks report story charge charges version account accounts assertion words rumour rumours rumor rumors"
)
ALLEGATION_NOUNS = word_set("confession allegation allegations accusation accusations rumour rumours rumor rumors")

DETERMINERS = word_set(
    "the a an this that these those his her its their our my your some many several most few all both each every no"
    " any another one two three four five six seven eight nine ten dozens hundreds thousands"
)
POSSESSIVES = word_set("his her its their our my your")
PREPOSITIONS = word_set(
    "in on at by for from to with of after before since during until within without over under about around near"
    " between among against through across along behind beyond despite following amid as like per via upon into"
)
BE_FORMS = word_set("is are was were be been being am")
AUXILIARIES = word_set(
    "is are was were am has have had do does did will would can could may might must shall should isn't aren't wasn't"
    " weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't it's he's she's"
    " that's there's who's i'm you're we're they're i've we've they've you've i'll we'll they'll he'll she'll it'll"
)
NEGATIONS = word_set("not n't never neither nor hardly")

_IRREGULAR_PAST = word_set(
    "went took made came left ran fell rose led held hit cut put set broke broken began begun became brought built"
    " bought burnt caught chose drew drove drank drowned ate fed felt fought found flew forgot forgave froze got gave"
    " grew hung heard hid kept knew laid lay lost let lent meant met paid quit read rode rang said sang sank sat saw"
    " sought sent shot shook shut slept slid sold spent spoke split spread sprang stood stole struck stuck swam swept"
    " swore taught told thought threw tore understood woke won wore wound withdrew wrote cost hurt burst bled bore dug"
    " wept swung clung blew bit bent forbade mistook foresaw overcame spun flung shone"
    " fled overthrew overtook undercut shrank stung sped leapt lit spoilt dealt crept"
)
_PRESENT = word_set(
    "says goes comes takes makes shows holds lies stands runs means wants needs knows sees gives gets finds leads"
    " leaves keeps lives works plays calls asks tells thinks becomes seems appears remains continues begins starts"
    " ends opens closes belongs carries names lists spells sits stays owes pays demands costs weighs measures"
    " contains includes involves employs denies claims admits confirms insists rejects writes reads adds warns"
    " believes estimates expects hopes plans intends promises refuses accepts offers presents speaks rejects contends"
    " designates recognises recognizes estimates values excludes corresponds undercuts faces covers serves helps"
    " brings buys sells sends moves turns rises falls grows drops depends exists applies affects causes allows"
    " requires puts provides produces receives suffers supports opposes backs fights kills attacks controls links"
    " reduces lasts considers decides declares describes differs disputes doubts explains feels fits follows"
    " happens hears"
    " houses lacks laughs looks loves maintains meets mentions notes occurs offers owns passes phones points prepares"
    " proves raises reports represents resigns returns reveals rules searches shakes shrugs sounds states stops"
    " suggests talks travels tries uses visits votes waits walks wins worries block blocks bear bears drifts hit"
)
# Finite only after a plural subject.
_BASE_FORMS = word_set(
    "want need hope plan believe claim call ask demand remain continue keep hold list carry know think see seem appear"
    " live work block face expect fear stand lie run stay say show report estimate insist deny reject accuse suspect"
    " agree warn write give take make go come lead leave play start begin stop lack use own speak"
)
_PLURAL_SUBJECTS = word_set("police people men women children authorities many some others both all most")
_NOT_PAST = word_set(
    "hundred indeed speed need feed seed weed breed bed red shed united unprecedented aged sacred naked wicked armed"
    " kindred exceed succeed proceed freed embed greed hatred"
)
FINITE_WORDS = AUXILIARIES | _IRREGULAR_PAST | _PRESENT
SUBJECT_PRONOUNS = word_set("i we you they who he she it this that these those there which nobody everyone somebody")


_BEFORE_NOUNS = PREPOSITIONS | POSSESSIVES | word_set("a an the no every being be")


def is_past(word: str) -> bool:
    """True for a lower-case word that may be a past tense ('fled', 'arrested')."""
    return word in _IRREGULAR_PAST or (word.endswith("ed") and len(word) > 3 and word not in _NOT_PAST)


def is_finite(word: str, previous: str) -> bool:
    """True for a lower-case word that may be a finite verb after `previous`; no tagger, so it may err."""
    if word in AUXILIARIES:
        return True
    if previous in _BEFORE_NOUNS or "-" in word:
        return False
    if word in FINITE_WORDS or is_past(word):
        return True
    if word in _BASE_FORMS and (previous in _PLURAL_SUBJECTS or (previous.endswith("s") and len(previous) > 3)):
        return True
    return previous in ("i", "we", "you", "they") and word.isalpha() and word not in DETERMINERS


CONNECTIVES = word_set(
    "however but and meanwhile also later then still yet nevertheless moreover furthermore so thus therefore instead"
    " earlier now today yesterday unfortunately separately nor or again finally indeed besides additionally"
)
ADVERBS = word_set(
    "also later then still now already again even just only once since quickly has had have however never always often"
    " first further ever soon long thus both all earlier today yesterday therefore is was are were been"
)
TIME_WORDS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december today yesterday tonight tomorrow jan feb mar apr jun jul aug sep sept oct"
    " nov dec late early last this next"
)
FUTURE_AUXILIARIES = word_set("will shall won't i'll we'll they'll he'll she'll it'll")
PLANNING_VERBS = word_set(
    "plan plans planned intend intends intended vow vows vowed pledge pledges pledged promise promises promised"
    " hope hopes hoped want wants"
)
PENDING_PARTICIPLES = word_set("due set expected scheduled planned")

ORGANISATION_WORDS = word_set(
    "ministry office police council party agency bureau court company union group lines bank commission committee"
    " government authority authorities army force forces command department board institute university hospital club"
    " association organisation organization federation embassy service services station newspaper radio television"
    " presidency kremlin parliament congress senate coalition alliance station ship school factory watchdog"
    " regulator operator insurer site museum"
    " tribunal statement report survey guard news team firm campaign prosecutor's mayor's"
)
PERSON_WORDS = word_set(
    "man woman boy girl mayor minister president spokesman spokeswoman spokesperson director captain skipper manager"
    " official lawyer prosecutor chief commander doctor nurse judge secretary chairman chairwoman owner driver witness"
    " teacher widow wife husband mother father son daughter sister brother aunt uncle ambassador governor general"
    " colonel deputy candidate leader resident survivor neighbour neighbor guard engineer scientist expert professor"
    " journalist reporter analyst adviser advisor suspect detainee musician student coach player fisherman farmer"
    " leader officer soldier sergeant lieutenant inspector counsel clerk founder head king queen prince pope bishop"
)
FEMALE_WORDS = word_set(
    "woman girl spokeswoman chairwoman widow wife mother daughter sister aunt ms mrs queen businesswoman lady she"
)
MALE_WORDS = word_set(
    "man boy spokesman chairman husband father son brother uncle mr sir king prince pope fisherman businessman he"
)
PLURAL_NOUNS_WITHOUT_S = word_set("police people men women children authorities")

_PAST_OF_GERUND = {
    "being": "was", "having": "had", "taking": "took", "giving": "gave", "making": "made", "going": "went",
    "coming": "came", "leaving": "left", "knowing": "knew", "saying": "said", "telling": "told", "selling": "sold",
    "buying": "bought", "paying": "paid", "stealing": "stole", "shooting": "shot", "hitting": "hit",
    "setting": "set", "putting": "put", "cutting": "cut", "holding": "held", "hiding": "hid", "meeting": "met",
    "running": "ran", "sending": "sent", "spending": "spent", "building": "built", "bringing": "brought",
    "breaking": "broke", "driving": "drove", "writing": "wrote", "speaking": "spoke", "seeing": "saw",
    "keeping": "kept", "losing": "lost", "getting": "got", "doing": "did", "falling": "fell", "finding": "found",
    "fighting": "fought", "throwing": "threw", "letting": "let", "misleading": "misled", "leading": "led",
    "feeding": "fed", "drawing": "drew", "flying": "flew", "withdrawing": "withdrew", "teaching": "taught",
    "lying": "lied", "wearing": "wore", "striking": "struck", "spreading": "spread", "forgetting": "forgot",
    "beginning": "began", "becoming": "became", "fleeing": "fled", "seeking": "sought", "undermining": "undermined",
}  # fmt: skip


def past_of_gerund(word: str) -> str:
    """The past tense of an '-ing' form: 'amassing' -> 'amassed', 'taking' -> 'took'."""
    if word in _PAST_OF_GERUND:
        return _PAST_OF_GERUND[word]
    stem = word[: -len("ing")]
    if stem.endswith("y") and len(stem) > 1 and stem[-2] not in "aeiou":
        return stem[:-1] + "ied"
    return stem + "ed"
