"""Names of people, in the ways that notes write them."""

import random
from functools import cache
from importlib import import_module

# Weights of the locales that names come from: readers of either language meet all of them.
LOCALES = {
    "en": {
        "en_US": 30, "en_GB": 10, "en_IN": 6, "en_IE": 3, "en_NZ": 2, "es_MX": 5, "es_ES": 4,
        "de_DE": 3, "fr_FR": 3, "it_IT": 3, "nl_NL": 2, "pl_PL": 2, "pt_BR": 2, "sv_SE": 1,
        "da_DK": 1, "fi_FI": 1, "cs_CZ": 1, "hu_HU": 1, "ro_RO": 1, "hr_HR": 1, "tr_TR": 1,
        "id_ID": 1, "no_NO": 1, "sl_SI": 1, "lt_LT": 1, "et_EE": 1, "es_CO": 1,
    },
    "es": {
        "es_ES": 40, "es_MX": 18, "es_CO": 10, "es_CL": 6, "pt_BR": 2, "pt_PT": 2,
        "en_US": 3, "en_GB": 2, "de_DE": 2, "fr_FR": 2, "it_IT": 2, "ro_RO": 2, "pl_PL": 1,
        "nl_NL": 1, "tr_TR": 1,
    },
}  # fmt: skip
SYLLABLES = (
    "an", "ba", "bel", "ca", "chi", "da", "do", "el", "em", "fa", "ga", "gu", "ha", "hi", "im",
    "ja", "ka", "ko", "la", "len", "li", "ma", "mi", "mo", "na", "nel", "no", "o", "or", "pa", "qui",
    "ra", "ri", "ro", "sa", "sha", "si", "so", "ta", "ti", "to", "u", "va", "vi", "wa", "xa", "ya",
    "yu", "za", "zo", "kwa", "nde", "tchi", "ngo", "dri", "bri", "sten", "berg", "ski", "wicz",
)  # fmt: skip
ENDINGS = ("", "", "", "n", "s", "th", "r", "son", "ez", "ova", "man", "ton", "ley", "ian", "ini")
PARTICLES = {
    "en": ("de", "van", "von", "de la", "Mc", "O'", "Mac", "St. ", "al-", "bin", "Di", "Du", "van der"),
    "es": ("de", "de la", "del", "de los", "San", "Santa", "y", "van", "Mc", "O'", "i"),
}
COMPOUND = (
    "María del Carmen", "María José", "José Luis", "Juan Carlos", "Ana Belén", "María Teresa",
    "Miguel Ángel", "Francisco Javier", "María de los Ángeles", "José Antonio", "Luis Fernando",
    "María Dolores", "Juan José", "Rosa María", "Víctor Hugo", "María del Mar", "Jesús María",
    "María Luisa", "Carlos Alberto", "Mª Carmen", "Mª José", "M.ª Jesús", "Fco. Javier", "Jose M.ª",
    "Ma. Guadalupe", "Ma. Elena", "José Mª", "Ma Fernanda", "Luz Marina", "Blanca Nieves",
)  # fmt: skip


@cache
def pool(locale: str, kind: str) -> tuple[str, ...]:
    """Given (``first_names``) or family names (``last_names``) of one of Faker's locales."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    names: dict[str, None] = {}
    for attribute in dir(provider):
        if attribute.startswith(kind[:-1]) and "names" in attribute or attribute == kind:
            value = getattr(provider, attribute)
            if isinstance(value, tuple | list | dict):
                names.update(dict.fromkeys(value))
    return tuple(sorted(n for n in names if isinstance(n, str) and n.strip()))


class People:
    """Draws names; ``patient`` is the same person throughout a note."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._language = language
        self._rng = rng
        self.patient = self.person()

    def given(self) -> str:
        """A given name."""
        if self._language == "es" and self._rng.random() < 0.12:
            return self._rng.choice(COMPOUND)
        return self._name("first_names")

    def family(self) -> str:
        """A family name."""
        name = self._name("last_names")
        dice = self._rng.random()
        if dice < 0.03:
            particle = self._rng.choice(PARTICLES[self._language])
            return f"{particle}{'' if particle[-1] in chr(39) + 'c- ' else ' '}{name}"
        if dice < 0.07:
            return f"{name}-{self._name('last_names')}"
        return name

    def person(self) -> tuple[str, str, str]:
        """Given name, family name and, in Spanish, mostly a second family name."""
        second = self._language == "es" and self._rng.random() < 0.7
        return self.given(), self.family(), self.family() if second else ""

    def families(self, person: tuple[str, str, str]) -> str:
        """One family name, or both."""
        _, family, second = person
        return f"{family} {second}" if second and self._rng.random() < 0.35 else family

    def full(self, person: tuple[str, str, str]) -> str:
        """A whole name in one of the usual ways."""
        given, family, second = person
        families = f"{family} {second}".strip()
        rng = self._rng
        middle = rng.choice("ABCDEFGHIJKLMNOPRSTVW")
        first = given[0]
        ways = (
            (58, f"{given} {families}"),
            (7, f"{given} {middle}. {families}"),
            (2, f"{given} {middle} {families}"),
            (5, f"{given} {self.given()} {families}"),
            (8, f"{families}, {given}"),
            (2, f"{families}, {given} {middle}."),
            (3, f"{families} {given}"),
            (4, f"{first}. {families}"),
            (2, f"{first}.{middle}. {families}"),
            (1, f"{families}, {first}."),
            (1, f"{first} {families}"),
            (4, f"{given} {families}".upper()),
            (3, f"{families}, {given}".upper()),
            (2, f"{families.upper()}, {given}"),
            (1, f"{given} {families.upper()}"),
            (3, f"{given} {family}"),
            (4, f"{given} {family[0]}."),
            (1, f"{given} {family[0]}"),
            (1, f"{given} {middle}. {family[0]}."),
            (1, f"{given}  {families}"),
            (1, f"{given} “{self.given()}” {families}"),
            (1, f'{given} "{self.given()[:4]}" {families}'),
            (1, f"{given} {families} {rng.choice(('Jr.', 'Sr.', 'III', 'II'))}"),
        )
        return rng.choices([w for _, w in ways], [n for n, _ in ways])[0]

    def initials(self, person: tuple[str, str, str]) -> str:
        """Initials as signers and typists put them."""
        letters = [part[0].upper() for part in " ".join(person).split() if part[0].isalpha()][:4]
        dots, spaced = ".".join(letters) + ".", ". ".join(letters) + "."
        plain = "".join(letters)
        return self._rng.choices((dots, plain, spaced, plain.lower()), (6, 5, 1, 0))[0]

    def _name(self, kind: str) -> str:
        rng = self._rng
        if rng.random() < 0.08:
            count = rng.choice((2, 2, 3, 3, 4))
            return ("".join(rng.choices(SYLLABLES, k=count)) + rng.choice(ENDINGS)).capitalize()
        weights = LOCALES[self._language]
        locale = rng.choices(list(weights), list(weights.values()))[0]
        return rng.choice(pool(locale, kind) or pool("en_US", kind))
