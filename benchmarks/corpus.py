"""Write a site of any number of articles, each with all the parts that an article can have; the same arguments, the same bytes.

    python benchmarks/corpus.py FOLDER [--articles 1000] [--seed 7] [--dialect citewell]

An article has about 3,000 words (23 KB): front matter as an editor writes it, with six terms, a pipeline of eight steps,
a checklist of ten questions, five questions with answers, eight sources, five companions and three of forty tags; and nine
sections with strong words, lists, a quotation, a table, a block of code, fifteen citations and six links. It uses its own
terms and two of others. The words are English, and mean nothing.

Other generators number footnotes and know no companions. The dialect `footnotes` gives them the same article: citations
are footnotes, and the day is called `date`.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from math import prod
from pathlib import Path
from random import Random
from typing import TypeVar

_Item = TypeVar("_Item")


def _several(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# fmt: off
_ADJECTIVES = _several("""
    abdominal accidental accurate acidic acute advanced aerobic ageing airborne alkaline alternate ample analytical
    arterial automatic bacterial beneficial biological bitter blended bound brief broad buffered calm catalytic
    charged circular coarse coastal common compact complete composite conscious consistent conventional corrected
    costly covert cumulative damp defensive delicate dense descriptive diffuse digestive directional distant diverse
    divided domestic dominant double dry early effective elastic electrical emotional entire equal essential evident
    exact excessive expected exposed external faint familiar favourable fertile fibrous filtered finite firm fluid
    fractional frequent fresh frozen functional fused generous gentle genuine global granular habitual harmonic hidden
    historical hollow humid identical idle imaginary immediate independent inherited inner intensive internal
    invisible irregular joint laminar lasting layered lean light liquid local loose lunar magnetic major manual
    marginal mature mechanical medicinal mild mineral minimal minor mixed modest momentary muscular mutual narrow
    natural nightly nocturnal noisy nutritional objective occasional opposite ordinary organic outer overlapping
    paired pale parallel patchy permanent physical porous portable positive practical predicted prevalent private
    productive prompt protective provisional radiant raw recurring relative remote repeated reported reserved
    respiratory rhythmic rigid robust rural saline scattered seasonal selective sensible sequential shallow silent
    simplified skeletal slender smooth solar sparse specific spherical standing statistical steady strict subtle
    successive supervised surgical suspended tactile temperate tentative terminal thorough tidal traditional
    transparent unequal universal unusual urban variable vertical vocal voluntary weekly
""")
_NOUNS = _several("""
    absorbent accident account activity adolescent advantage agent airway allergen analysis anatomy anchor angle
    antidote apparatus appetite archive arrangement artery assembly attendance average background balance barrier beam
    belt benefit bias bone bottle brain branch bread breakfast breath bundle calendar canal capacity capillary carbon
    cartridge category cause cell census chain chamber channel charter circulation circumference climate clinic clock
    cluster coating collection column comparison component condition confidence congestion container contrast copy
    corridor cough crystal current curve cycle damage deficit delay density deposit detector device diagnosis diary
    diet difference digest digestion dimension direction disc discovery disorder distance distribution dose drift
    durability ecosystem effect element embryo emission energy environment equipment error evaluation evaporation
    examination exercise expansion experiment explanation expression extract fabric factor fermentation fever field
    film filter flow fold forecast formation foundation fracture fragment frame frequency function glass gradation
    grain graph gravity habit harvest heart humour hydration hypothesis illness image impulse indicator infection
    inflammation ingredient inheritance injury inspection instruction insulin interference intestine invention iron
    journal kernel kidney laboratory lamp latency layer leaf lens likelihood limb liquidity liver location lung
    machinery magnitude maintenance margin material meal measure mechanism medication melody membership memory mineral
    mirror mixture moisture molecule motif motion movement muscle narrative negotiation network noise nutrient
    nutrition observation occurrence operation opportunity organ oxygen pancreas panel participant pattern percentage
    perception performance physician pigment plate pollen population portion possibility posture preference
    preparation pressure procedure proportion publication pulse question questionnaire quota radiation rate reaction
    recollection record reduction reference reflex region relation remainder repetition resistance resolution resource
    restriction retention revision rhythm root salt sanitation saturation schedule season sediment seed selection
    sensation sensitivity separation settlement shadow similarity situation skeleton sleep slope solution spectrum
    spine starch stem stimulant storage structure substance sugar suggestion supplement surface survey suspension
    temperature temptation tendency tendon texture tide timer tolerance tone toxin transition treatment vaccination
    valve vapour vein ventilation vibration virus vitamin volume water workshop
""")
_HEADS = _several("""
    assay atlas audit chart check code coefficient constant count criterion draft equation exponent fraction gap gauge
    grade grid index interval inventory ladder ledger limit list log map matrix mean method metric model norm panel
    plan profile proof quotient range rank ratio register report rule scale schedule score screen sheet span standard
    step sum table test threshold total trace
""")
_VERBS = _several("""
    absorbs accelerates accompanies accumulates adjusts admits affects alerts answers balances borrows breaks captures
    checks colours combines complements compresses conceals concentrates contradicts coordinates corrects counts
    covers crosses decides deepens determines distorts doubles drains echoes encourages enters entertains exaggerates
    exceeds extends feeds fills generates guides halves holds illustrates imitates influences intensifies interrupts
    joins lifts lowers maintains matches mimics moves multiplies needs neutralises offsets opens orders overestimates
    passes penetrates permits postpones pulls raises reaches recalls reinforces repeats represents resists scatters
    shifts signals simplifies smooths sorts spares spreads steers stores strengthens substitutes surrounds tests thins
    transforms undermines widens
""")
_PLACES = (
    "afterwards", "among adolescents", "among volunteers", "at bedtime", "at intervals", "before breakfast",
    "between appointments", "between measurements", "despite reminders", "during childhood", "during pregnancy",
    "everywhere", "for generations", "in retirement", "in supermarkets", "in winter", "occasionally", "on average",
    "overnight", "throughout adulthood", "under supervision", "with difficulty", "within minutes", "without exception",
)
_JOINS = _several("""
    because although provided since though unless until whenever wherever whereas while
""")
_TOPICS = (
    "Salt", "Sugar", "Night work", "Cold water", "Hay fever", "Back pain", "Strong coffee", "Green tea",
    "Knee braces", "Fish oil", "Walking", "School lunches", "Morning light", "Ear drops", "Fever", "Fasting", "Fibre",
    "Fluoride", "Hand washing", "Herbal baths", "Ice packs", "Loud music", "Magnesium", "Midday naps", "Mouth wash",
    "Nose sprays", "Olive oil", "Posture", "Pulse watches", "Red meat", "Running shoes", "Sauna", "Screen time",
    "Soft drinks", "Sun cream", "Tooth paste", "Vitamin drops", "Wheat", "Yoga", "Zinc",
)
_ANGLES = (
    "what was measured and what was not", "the long way to a fair test", "how large is the effect", "who was asked",
    "a guide for the careful", "what changed since the first trials", "the case for doubt",
    "what the numbers leave out", "where experts disagree", "from headline to source", "questions before you pay",
    "the trouble with averages", "what happens when it stops", "why one study is not enough",
    "harms that are rarely counted", "a short history",
)
_KICKERS = (
    "Asked and answered", "Behind the headline", "In plain words", "Looked up", "One question, many trials",
)
_TAGS = _several("""
    ageing air allergy babies back blood bones brain breathing cold cooking ears exercise eyes feet fever food hands
    hearing heart heat joints kidneys light lungs medicines minerals mouth muscles noise nose pain school skin sleep
    stomach teeth vitamins water work
""")
_FAMILIES = _several("""
    Ashgrove Bexley Cardew Dunmore Ellery Fairholt Garrick Hartnoll Ivery Jessop Kingsnorth Lathbury Merrow Nettleton
    Orchard Pemberly Quarles Rushden Selwood Thornbury Underhay Vexford Wadham Yelverton
""")
_GIVEN = _several("""
    Ada Ben Cleo Dora Edwin Freya Gus Hana Ivo Jana Kofi Lena Milo Nora
""")
_JOURNALS = (
    "Acta of Household Medicine", "Annual Record of Small Trials", "Bulletin of Plain Results", "Diet and Evidence",
    "Journal of Repeated Measures", "Notes on Public Health", "Quarterly of Fair Tests", "Trials in Daily Life",
)
_STEPS = (
    "The question", "People", "Lots", "Treatment", "Watching", "Counting", "Comparison", "Report",
)
_HEADINGS = (
    "What {} is said to do", "Where the idea comes from", "How it would have to work", "What has been tried",
    "What was found, and in whom", "Where the findings disagree", "What could go wrong", "Who pays for the studies",
    "What to ask next",
)
# fmt: on
# Letters after % are places of an adjective, a noun, a verb, a place and a joining word.
_SENTENCES = tuple(
    (re.sub("%[a-z]", "%s", sentence), tuple(re.findall("%([a-z])", sentence)), len(sentence.split()))
    for sentence in (
        "The %a %n %v every %a %n %p.",
        "Each %a %n %v one %a %n, %j the %n %v another.",
        "No %a %n %v this %n, %j the %a %n %v some %a %n.",
        "One %a %n %v that %a %n — %a %n %p.",
        "Neither “%a %n” nor “%a %n” %v the %a %n %p.",
        "Every %n within %a %n %v the %a %n; this %n %v another %a %n.",
    )
)
_CODE = """```python
def {name}_by_week(visits, weeks={weeks}):
    \"\"\"Give the mean {name} of each week; a week without visits has none.\"\"\"
    found = {{}}
    for visit in visits:
        week = visit["day"] // 7
        if week < weeks and visit["{name}"] is not None:
            found.setdefault(week, []).append(visit["{name}"] * {factor})
    # An empty week is told as such, not as zero.
    return {{week: sum(found[week]) / len(found[week]) for week in sorted(found)}}
```"""
_STRIDE = 100_003  # a prime, so that it comes past every place: terms one after another differ in all words
_SOURCES = "abcdefgh"
_MARKS = 15
_FIRST_DAY = date(2012, 3, 1)
SETTINGS = """title: A site to measure with
tagline: Articles of one shape, in any number.
base_url: https://example.org/
"""


@dataclass(frozen=True)
class Dialect:
    """What is written otherwise for another generator."""

    day: str  # key of the day on which a page was published
    mark: str  # a citation
    footnotes: bool  # whether the sources stand at the end, as footnotes


DIALECTS = {
    "citewell": Dialect(day="published", mark=" [@%s]", footnotes=False),
    "footnotes": Dialect(day="date", mark="[^%s]", footnotes=True),
}


@dataclass(frozen=True)
class _Work:
    """A source."""

    id: str
    title: str
    authors: tuple[str, ...]
    journal: str
    year: int
    url: str

    def record(self) -> Iterator[str]:
        """Give it as an entry of front matter."""
        yield from (
            f"  - id: {self.id}",
            "    type: article-journal",
            f"    title: {self.title}",
            "    author:",
        )
        yield from (f"      - {name}" for name in self.authors)
        yield from (
            f"    container-title: {self.journal}",
            f"    issued: {self.year}",
            f"    URL: {self.url}",
        )

    def footnote(self) -> str:
        """Give it as a footnote."""
        return f"[^{self.id}]: {'; '.join(self.authors)}. [{self.title}]({self.url}). *{self.journal}* ({self.year})."


class _Words:
    """Sentences of drawn words."""

    def __init__(self, seed: str) -> None:
        self.draw = Random(seed)  # noqa: S311 -- drawn to be the same again, not to be secret
        kinds = {"a": _ADJECTIVES, "n": _NOUNS, "v": _VERBS, "p": _PLACES, "j": _JOINS}
        drawn = {kind: self._endless(words) for kind, words in kinds.items()}
        self._phrase = (drawn["a"], drawn["n"])
        self._question = [drawn[kind] for kind in "anvanp"]
        self._sentence = self._endless(
            [(form, [drawn[kind] for kind in places], length) for form, places, length in _SENTENCES]
        )

    def _endless(self, items: Sequence[_Item]) -> Iterator[_Item]:
        while True:  # many at once cost far less than one by one
            yield from self.draw.choices(items, k=100)

    def phrase(self) -> str:
        return " ".join(map(next, self._phrase))

    def question(self) -> str:
        adjective, noun, verb, *other = map(next, self._question)
        return f"Which {adjective} {noun} {verb} the {' '.join(other)}?"

    def text(self, words: int) -> str:
        """Give sentences of about that many words."""
        said = []
        while words > 0:
            form, places, length = next(self._sentence)
            said.append(form % tuple(map(next, places)))
            words -= length
        return " ".join(said)

    def strong(self, words: int) -> str:
        """Give sentences whose second and third word are strong."""
        first, second, third, rest = self.text(words).split(" ", 3)
        return f"{first} **{second} {third}** {rest}"


def slug(number: int) -> str:
    """Give the name of an article's page."""
    return f"{_topic(number)}-{number:05}".lower().replace(" ", "-")


def title(number: int) -> str:
    """Give the title of an article."""
    part, which = divmod(number // len(_TOPICS), len(_ANGLES))
    return f"{_topic(number)}: {_ANGLES[which]}" + (f", part {part + 1}" if part else "")


def term(number: int, at: int) -> str:
    """Give one of the six terms of an article. No two are alike."""
    kinds = (_HEADS, _NOUNS, _ADJECTIVES)
    turn, place = divmod(number * 6 + at, prod(map(len, kinds)))
    place = place * _STRIDE % prod(map(len, kinds))
    words = []
    for kind in kinds:
        place, which = divmod(place, len(kind))
        words.append(kind[which])
    return " ".join(reversed(words)) + (f" {turn + 1}" if turn else "")


def companions(number: int, articles: int) -> list[int]:
    """Give the articles that name this one as a companion, as it names them: five, or fewer where there are few."""
    far, near = articles * 5 // 13 or 1, articles // 7 or 1
    around = (number + step for step in (far, -far, near, -near))
    return [
        other
        for other in dict.fromkeys((*(at % articles for at in around), articles - 1 - number))
        if other != number
    ]


def article(number: int, articles: int, seed: int = 7, dialect: Dialect = DIALECTS["citewell"]) -> str:
    """Give the text of one article. It depends on the arguments only."""
    words = _Words(f"{seed}/{number}/{articles}")
    works = [_work(number, letter, words) for letter in _SOURCES]
    lines = chain(
        _matter(number, articles, words, works, dialect), _body(number, articles, words, works, dialect)
    )
    notes = "".join(f"\n{work.footnote()}\n" for work in works) if dialect.footnotes else ""
    return "\n".join(lines) + "\n" + notes


def _topic(number: int) -> str:
    return _TOPICS[number % len(_TOPICS)]


def _work(number: int, letter: str, words: _Words) -> _Work:
    draw = words.draw
    authors = tuple(f"{family}, {draw.choice(_GIVEN)}" for family in draw.sample(_FAMILIES, 3))
    year = draw.randrange(2004, 2025)
    return _Work(
        id=f"{authors[0].partition(',')[0].lower()}{year}-{number}{letter}",
        title=f"Does the {words.phrase()} change the {words.phrase()} of a {words.phrase()}? Trial {number}{letter}",
        authors=authors,
        journal=draw.choice(_JOURNALS),
        year=year,
        url=f"https://example.org/works/{year}/{number}-{letter}",
    )


def _matter(number: int, articles: int, words: _Words, works: list[_Work], dialect: Dialect) -> Iterator[str]:
    yield from (
        "---",
        f'title: "{title(number)}"',
        f"dek: {words.text(18)}",
        f"kicker: {words.draw.choice(_KICKERS)}",
    )
    yield f"{dialect.day}: {_FIRST_DAY + timedelta(days=number * 41 % 4900)}"
    yield f"tags: [{', '.join(words.draw.sample(_TAGS, 3))}]"
    if others := companions(number, articles):
        yield "companions:"
        yield from (f"  - page: {slug(other)}" for other in others)
    yield "terms:"
    for at in range(6):
        yield from (f"  - term: {term(number, at).capitalize()}", f"    definition: {words.text(9)}")
    yield "pipeline:"
    for name in _STEPS:
        yield from (f"  - name: {name}", f"    means: {words.text(7)}", f"    proof: {words.text(7)}")
        yield f'    question: "{words.question()}"'
    yield "checklist:"
    for _ in range(10):
        yield from (f'  - ask: "{words.question()}"', f"    why: {words.text(4)}")
    yield "faq:"
    for _ in range(5):
        yield from (f'  - question: "{words.question()}"', f"    answer: {words.text(14)}")
    yield "citations:"
    yield from chain.from_iterable(work.record() for work in works)
    yield "---"


def _body(number: int, articles: int, words: _Words, works: list[_Work], dialect: Dialect) -> Iterator[str]:
    draw = words.draw
    cited = [*draw.sample(works, len(works)), *draw.choices(works, k=_MARKS - len(works))]
    marks = (dialect.mark % work.id for work in cited)
    # The first is linked from here for certain, so that every article is linked from somewhere.
    linked = dict.fromkeys([(number + 1) % articles, *(draw.randrange(articles) for _ in range(20))])
    links = [slug(other) for other in linked if other != number][:6]
    used = [*(term(number, at) for at in range(6)), *(term(draw.randrange(articles), at) for at in (0, 3))]
    yield from ("", words.strong(26) + next(marks), "", words.text(20))
    for at, heading in enumerate(_HEADINGS):
        yield from ("", f"## {heading.format(_topic(number).lower())}", "", words.strong(26) + next(marks))
        if at < len(links):
            said = f"More on the {words.phrase()} stands on [another page]({links[at]}.md)."
            yield from ("", words.text(16) + f" {said}" + (next(marks) if at % 2 else ""))
        if at < len(used):
            yield from ("", f"{words.text(10)} The {used[at]} is one way to tell. {words.text(10)}")
        if part := _PARTS.get(at):
            yield from part(words)
        yield from ("", words.text(14))
    yield from ("", words.strong(20) + next(marks) + " " + words.text(8) + next(marks))


def _list(words: _Words) -> Iterator[str]:
    yield ""
    yield from (f"- **{words.phrase().capitalize()}.** {words.text(9)}" for _ in range(5))


def _numbered(words: _Words) -> Iterator[str]:
    yield ""
    yield from (f"{at}. {words.text(9)}" for at in range(1, 5))


def _quotation(words: _Words) -> Iterator[str]:
    yield from ("", f"> {words.text(26)}", ">", f"> {words.text(12)}")


def _table(words: _Words) -> Iterator[str]:
    yield from (
        "",
        "### In numbers",
        "",
        "| What | First visit | Last visit | Seen in |",
        "| --- | ---: | ---: | :--- |",
    )
    for _ in range(6):
        first, last = words.draw.uniform(1, 99), words.draw.uniform(1, 99)
        yield f"| {words.phrase().capitalize()} | {first:.1f} | {last:.1f} | {words.phrase()} |"


def _code(words: _Words) -> Iterator[str]:
    name, weeks, factor = words.draw.choice(_NOUNS), words.draw.randrange(4, 53), words.draw.randrange(2, 100)
    yield from ("", _CODE.format(name=name, weeks=weeks, factor=factor))


_PARTS = {1: _list, 2: _table, 3: _code, 4: _list, 5: _quotation, 6: _list, 7: _numbered, 8: _list}
"""What a section holds beside its paragraphs, by its place."""


def write(folder: Path, articles: int, seed: int = 7) -> None:
    """Write the content of a site into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.yaml").write_text(SETTINGS, encoding="utf-8")
    write_articles(folder / "articles", articles, seed)


def write_articles(
    folder: Path, articles: int, seed: int = 7, dialect: Dialect = DIALECTS["citewell"]
) -> None:
    """Write articles into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(articles):
        (folder / f"{slug(number)}.md").write_text(article(number, articles, seed, dialect), encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Write a site to measure with.")
    parser.add_argument(
        "folder", type=Path, help="for another dialect: the folder of the articles themselves"
    )
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--dialect", choices=DIALECTS, default="citewell")
    given = parser.parse_args()
    if given.dialect == "citewell":
        write(given.folder / "content", given.articles, given.seed)
    else:
        write_articles(given.folder, given.articles, given.seed, DIALECTS[given.dialect])


if __name__ == "__main__":
    main()
