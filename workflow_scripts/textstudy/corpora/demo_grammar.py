"""Sentence templates of the demo corpus, and their expansion.

A slot `{name}` is replaced by a random entry of that name, then the slots inside that entry are. TOPICAL and CONTRAST
sentences are filled from the lexicons of demo_topics; CHATTER sentences say nothing about any group.
"""

import random
import re
from collections.abc import Mapping, Sequence


def choices(text: str) -> list[str]:
    """Return the alternatives in a text, separated by `|` or line ends; an alternative may be empty."""
    return [part for line in text.split("\n") for part in line.strip().split("|")]


TOPICAL = choices("""The {thing} is {degree} {quality}{tail}.|{opener} the {thing} needs a {quality} {thing}.
{trouble_start} {trouble}.|I {manage} to {action}{when}.|Has anybody here tried to {action} with a {quality} {thing}?
If {trouble}, {advice} {action}.|{person} told me to {action} before {trouble}.
You cannot {action} without the right {thing}.|{opener} {trouble}{tail}.
{opener} {stuff} and {stuff} are {degree} {quality}.|Most {stuff} need some care, otherwise {trouble}.
Is there a {quality} {thing} for {stuff}?|My {thing} came with {stuff}, which are {degree} {quality}.
{when_start} I {action_past} {action}.|What I want is a {thing} for {stuff}.|{advice_start} {action}, or {trouble}.
{person} swears by a {quality} {thing}.|The trouble with {stuff} is that {trouble}.
There is nothing {quality} about {stuff}{tail}.|We had a {thing} {when_short}, and {trouble}.
I have read about {stuff} for {number} {period}, but never about {stuff}.
Every {thing} I have seen so far was {quality}.|It takes {number} {period} to {action}{tail}.|How often do you {action}?
A {quality} {thing} is worth the money.|{opener} it is easier to {action} than to {action}.
Nobody warned me that {trouble}.|{stuff_start} are {degree} {quality} these days.
Compare the {thing} with the {thing} and you will see why {trouble}.|They wanted to {action}, so they sold the {thing}.
As long as {trouble}, there is no point trying to {action}.|{when_start} {person} let me look at a {thing}.
The {quality} ones are fine for {stuff}, {hedge}.|Do not {action} until you have checked the {thing}.
Where can I find a {quality} {thing}?|It is always the {thing}: {trouble}, and then {trouble}.
First {action}, then {action}.|I would not trust a {quality} {thing}{tail}.""")

# These name things of both groups of a pair: only the word order tells which group is meant, not a bag of words.
CONTRAST = choices("""Forget the {other}, what matters here is the {thing}.
{opener} this is about {stuff} rather than {other_stuff}.|I know little about the {other} but a lot about the {thing}.
Ask about the {thing} here, and about the {other} in the other group.
The {other} is a side issue, the {thing} is the real question.|We discuss {stuff}, not {other_stuff}.
Once it was all {other_stuff}, now I care only for {stuff}.|The {thing} comes first and the {other} comes second.
No more {other_stuff}, please: back to {stuff}.|Give me a {thing} over a {other} any day.""")

CHATTER = choices("""I have been reading this group for {number} {period}{tail}.|Thanks in advance for any {help}.
{opener} your mileage may vary.|Please reply by e-mail, as I do not read this group {often}.
I will post a summary if there is enough {help}.|{person} said the same {when_short}.
Sorry if this has been asked before.|My news feed was down {when_short}, so I may have missed something.
You are missing the point{tail}.|That is a matter of taste{tail}.|I could not agree more.
I disagree, but {hedge} we mean the same thing.|Just my two cents.|{opener} people will argue about anything.
Has this been covered in the FAQ?|The price was {number} pounds {when_short}.
Does anyone have the phone number of the shop?|{when_start} I moved house, and everything is still in boxes.
No flames, please.|It depends on what you are used to, {hedge}.
I heard it from {person}, so take it with a grain of salt.|Life is too short for this.
There was a long thread about it {when_short}.|I am posting this for {person}, who has no account.
Speaking only for myself, of course.|The weather here has been awful {when_short}.|{opener} it is cheaper by mail order.
It took me {number} {period} to find that out.|Write to me if you are ever in town.
I am not sure I follow your argument{tail}.|Call it what you like, it works for me.
We talked about it over a café au lait {when_short}.|Could somebody with more experience comment on that?
Let us agree to differ.|I bought mine {when_short} and never looked back.
{person} asked for a reference, and I cannot find it.|It was naïve of me, {hedge}.
Remember that you get what you pay for.|Not everybody has that much money or time.|Can we drop this subject now?""")

# Replies that say hardly anything, one of them in Cyrillic.
SHORT = choices("""Me too.|Thanks!|What he said.|Does anyone know?|No.|Is it still for sale?
Could you post the source of that?|Why?|Same here, for {number} {period} now.|Seconded. {person} agrees.
Спасибо, очень интересно!|I doubt it{tail}.|Test message, please ignore.|:-)""")

_SLOTS = {
    "degree": "very|rather|quite|not very|far too|hardly|surprisingly|often|never|almost always|a little",
    "opener": """In my experience|I think|As far as I know|Frankly,|Of course|To be fair,|It seems|I suspect
    On the other hand,|Well,|Also,|As a rule,|I am told|Oddly enough,|In the end|Usually|I must say|Last I heard,
    For what it is worth,|Perhaps|Granted,""",
    "tail": """|||||| , I think|, if you ask me|, at least for now|, believe it or not|, as usual|, to say the least
    , or so they say|, whatever {person} says|, and I speak from experience|, as we all found out {when_short}
    , though I may be wrong""",
    "trouble_start": """It happens when|The problem is that|I wonder why|My fear is that|I keep hearing that
    Sooner or later|Again and again""",
    "manage": "managed|failed|hope|tried|decided|intend|learned|forgot|plan|never meant|was told|used",
    "when": "||| {when_short}| after {number} {period}| in the end| all by myself| with help from {person}",
    "when_short": """last week|last summer|in March|the other day|yesterday|this morning|on Tuesday|over Christmas
    a while ago|at the weekend|in February|this spring|two years ago|in Köln|in São Paulo|back in 1989""",
    "when_start": """Last week|Yesterday|Some time ago|On Sunday|Over Easter|In April|This morning|Once|Years ago
    The other day""",
    "action_past": "had to|tried to|was asked to|wanted to|finally got to|helped {person} to|forgot to|decided to",
    "advice": "you should|you had better|I would|try to|it helps to|there is no harm if you|I always",
    "advice_start": "Always|You have to|Better|Remember to|Please|Either you|One must",
    "hedge": """I suppose|perhaps|if I remember correctly|more or less|in theory|at any rate|all things considered
    apparently""",
    "person": """a friend|my brother|someone at work|an old colleague|my neighbour|Renée|Jürgen|Margaret
    the man at the shop|my boss|Piotr|a student of mine|somebody on this group|my sister|Björn|Anneke|my wife
    my flatmate|the previous poster""",
    "number": "two|three|four|five|six|ten|some twenty|a dozen|7|15|30|at least two|almost a hundred",
    "period": "days|weeks|months|hours|evenings|years|weekends",
    "help": "help|pointers|advice|answers|suggestions|hints|information|response",
    "often": "often|every day|regularly|at weekends|any more",
}

SUBJECTS = choices("""{thing} problem|Need help: {thing}|{stuff_start}?|{stuff_start} and {stuff}
Question about the {thing}|{quality} {thing}?|How to {action}|Why {trouble}|Best {thing}?|{stuff_start} (long)
Looking for a {thing}|Summary: {stuff}|FAQ: {stuff}|advice on a {quality} {thing}""")

MOTTOES = choices("""{stuff_start} do it in {number} {period}.|My other {thing} is {quality}.
Never {action} on a Friday.|Old {stuff} never die.|So many {stuff}, so little time.|I'd rather {action}.
Have {thing}, will travel.""")
_GENERAL = {slot: choices(text) for slot, text in _SLOTS.items()}

_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?=[aeioAEIO]|un(?!i))")  # "an uncertain" but "a unique"

Lexicon = Mapping[str, Sequence[str]]


def lexicon_of(topic: Lexicon, *, other: Lexicon) -> dict[str, list[str]]:
    """Return slot → entries for sentences about `topic`; `{other}` and `{other_stuff}` come from its rival, `other`."""
    capital = [entry[0].upper() + entry[1:] for entry in topic["stuff"]]
    return {**_GENERAL, **topic, "stuff_start": capital, "other": other["thing"], "other_stuff": other["stuff"]}


def expand(template: str, lexicon: Lexicon, random_generator: random.Random) -> str:
    """Return `template` with every slot replaced, "an" for "a" before a vowel, and a capital first letter."""
    used = set()

    def draw(entries: Sequence[str]) -> str:
        weights = [1 / (rank + 8) for rank in range(len(entries))]  # a mild form of Zipf's law
        return random_generator.choices(entries, weights)[0]

    def fill(slot: re.Match) -> str:
        entries = lexicon[slot[1]]
        entry = draw(entries)
        if entry in used:  # a second try avoids most repetitions
            entry = draw(entries)
        used.add(entry)
        return entry

    while "{" in template:
        template = _SLOT.sub(fill, template)
    text = _ARTICLE.sub(r"\1n ", template).replace(" ,", ",")
    return text[0].upper() + text[1:]
