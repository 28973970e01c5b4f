"""Addresses, places and organisations."""

import random
import re
from functools import cache
from pathlib import Path

import yaml
from figures import Numbers
from people import People

HERE = Path(__file__).parent
LISTS = HERE.parents[1] / "identifiers" / "lists"
STATES_EN = (
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii "
    "Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan "
    "Minnesota Mississippi Missouri Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania "
    "Tennessee Texas Utah Vermont Virginia Washington Wisconsin Wyoming Ontario Queensland Victoria "
    "Cornwall Kent Norfolk Devon Leinster Ulster"
).split() + ["New York", "New Jersey", "North Carolina", "South Dakota", "West Virginia", "New Mexico",
             "Rhode Island", "British Columbia", "New South Wales", "West Yorkshire", "Greater Manchester", "County Cork"]  # fmt: skip
ABBREVIATIONS = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC ON QC BC NSW VIC QLD"
).split()
STATES_ES = (
    "Álava Albacete Alicante Almería Asturias Ávila Badajoz Barcelona Burgos Cáceres Cádiz Cantabria "
    "Castellón Córdoba Cuenca Gerona Girona Granada Guadalajara Guipúzcoa Huelva Huesca Jaén León Lérida "
    "Lugo Madrid Málaga Murcia Navarra Orense Palencia Pontevedra Salamanca Segovia Sevilla Soria "
    "Tarragona Teruel Toledo Valencia Valladolid Vizcaya Bizkaia Zamora Zaragoza Andalucía Aragón "
    "Extremadura Galicia Jalisco Oaxaca Puebla Sonora Veracruz Yucatán Antioquia Cundinamarca Mendoza "
    "Tucumán Valparaíso Cusco Arequipa Lima"
).split() + ["La Rioja", "La Coruña", "A Coruña", "Las Palmas", "Islas Baleares", "Illes Balears", "Ciudad Real", "Santa Cruz de Tenerife",
             "Castilla y León", "Castilla-La Mancha", "Comunidad de Madrid", "Comunidad Valenciana", "País Vasco", "Cataluña",
             "Nuevo León", "Estado de México", "Valle del Cauca", "Buenos Aires", "Santa Fe", "Región Metropolitana", "CDMX"]  # fmt: skip
COUNTRIES = {
    "en": ("USA", "United States", "UK", "United Kingdom", "Canada", "Ireland", "Australia", "Mexico", "India",
           "Germany", "France", "Italy", "Poland", "Nigeria", "Kenya", "Brazil", "Vietnam", "Philippines", "Iraq", "Spain"),
    "es": ("España", "España", "España", "México", "Argentina", "Colombia", "Chile", "Perú", "Ecuador", "Venezuela", "Bolivia", "Marruecos",
           "Rumanía", "Francia", "Portugal", "Italia", "Alemania", "Cuba", "Honduras", "Senegal", "Reino Unido", "Guatemala", "Uruguay"),
}  # fmt: skip
TAILS = {
    "en": ("ville", "ton", "burg", " Falls", " Springs", "field", "port", " Heights", " Creek", "wood", "dale", " Grove", "ford", "bury", "ham", " City", " Beach", "mouth"),
    "es": ("",),
}  # fmt: skip
HEADS = {
    "en": ("Port", "New", "Lake", "Fort", "Mount", "East", "West", "North", "South", "San", "Santa", "St.", "El", "Los", "Upper", "Great", "Little"),
    "es": ("San", "Santa", "Villanueva de", "Puebla de", "Torre", "Castillo de", "Arroyo de", "Monte", "Alcalá de", "Fuente", "Puerto", "Valle de", "El", "La", "Los", "Las", "Villa", "Cabezas de", "Sant", "Vila"),
}  # fmt: skip
STREETS = {
    "en": ("{n} {last} Street", "{n} {tree} Ave", "{n} {last} Rd, Apt {n}", "{n} N {tree} St", "{n} {last} Lane", "Flat {n}, {n} {last} Close",
           "{n} {tree} Drive", "P.O. Box {n}", "{n} Old {last} Road", "{n} {n}th St", "{n} West {n}th Avenue", "Unit {n}, {n} {tree} Crescent",
           "{n} {last} Boulevard Suite {n}", "{n} {tree} Court", "{n} County Road {n}", "Rural Route {n}", "{n} Highway {n}", "{n} {last} Pl."),
    "es": ("C/ {last}, {n}", "Calle {last} {n}, {n}º B", "Avda. {last} nº {n}", "Avenida de {state}, {n}", "Plaza {last} {n}", "Pza. de {saint}, {n}, {n}º izq.",
           "Paseo de {last} {n}", "Ctra. de {city} km {n}", "Camino {tree} s/n", "c/ {first} {last} {n}-{n}º-A", "Carrera {n} # {n}-{n}", "Calle {n} No. {n}-{n}",
           "Av. {last} {n}, Col. {tree}", "Ronda de {saint}, {n}", "Travesía {last}, {n}, bajo", "Urb. {tree}, {n}", "Apartado de correos {n}", "Rúa {last}, {n}", "Carrer {last}, {n}"),
}  # fmt: skip
DEFAULTS = {
    "tree": ("Oak", "Elm", "Maple"), "saint": ("San Juan", "Santa Ana"), "adj": ("Green", "Sunny"),
    "hospital": ("{city} General Hospital", "Hospital de {city}"), "org": ("{last} Ltd",),
}  # fmt: skip
PATTERN = re.compile(r"\{(\w+)\}")
TALE = {"hospital", "clinic", "employer", "school", "university", "insurer", "pharmacy", "agency",
        "org", "landmark", "neighborhood", "ward_named"}  # fmt: skip


@cache
def words(language: str) -> dict[str, list[str]]:
    """The word lists of a language."""
    path = HERE / language / "words.yaml"
    found = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {key: [str(v) for v in values] for key, values in found.items() if values}


@cache
def listed(name: str) -> tuple[str, ...]:
    """Entries of a list of ``rules/identifiers/lists``."""
    path = LISTS / f"{name}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else ["Madison", "Soria"]
    return tuple(line for line in lines if line and not line.startswith("#"))


class Places:
    """Draws places and organisations."""

    def __init__(self, language: str, rng: random.Random, people: People, numbers: Numbers) -> None:
        self._language = language
        self._rng = rng
        self._people = people
        self._numbers = numbers

    def city(self) -> str:
        """A town, real or invented."""
        dice, family = self._rng.random(), self._people.family()
        if dice < 0.6:
            return self._rng.choice(listed("places"))
        if dice < 0.8:
            return f"{self._rng.choice(HEADS[self._language])} {family}"
        return f"{family}{self._rng.choice(TAILS[self._language])}"

    def state(self) -> str:
        """A state, province or region."""
        if self._language == "es":
            return self._rng.choice(STATES_ES)
        return self._rng.choice(ABBREVIATIONS if self._rng.random() < 0.55 else STATES_EN)

    def county(self) -> str:
        """A county or district."""
        family = self._people.family()
        if self._language == "es":
            return self._rng.choice((f"comarca de {family}", self.state(), f"Partido de {family}"))
        return self._rng.choice((f"{family} County", f"County of {family}", f"{family}shire", f"{family} Parish"))

    def country(self) -> str:
        """A country."""
        return self._rng.choice(COUNTRIES[self._language])

    def zip(self) -> str:
        """A post code of some country."""
        d, u = self._numbers.digits, self._numbers.letters
        if self._language == "es":
            return self._rng.choice((d(5), d(5), d(5), d(5), d(5), d(5), f"{u(1)}{d(4)}{u(3)}", d(4)))
        return self._rng.choice((d(5), d(5), d(5), f"{d(5)}-{d(4)}", f"{u(2)}{d(1)} {d(1)}{u(2)}", f"{u(1)}{d(1)} {d(1)}{u(2)}",
                                 f"{u(2)}{d(2)} {d(1)}{u(2)}", f"{u(1)}{d(1)}{u(1)} {d(1)}{u(1)}{d(1)}", d(4), d(5)))  # fmt: skip

    def street(self) -> str:
        """A street with a number."""
        patterns = [*STREETS[self._language], *words(self._language).get("street", ())]
        return self._filled(self._rng.choice(patterns))

    def named(self, kind: str) -> str:
        """An organisation or landmark of a kind."""
        patterns = words(self._language).get(kind) or DEFAULTS.get(kind) or DEFAULTS["org"]
        return self._filled(self._rng.choice(patterns))

    def _filled(self, pattern: str) -> str:
        return PATTERN.sub(lambda name: self._part(name[1]), pattern)

    def _part(self, name: str) -> str:
        rng = self._rng
        if name == "n":
            return str(rng.choice((rng.randint(1, 30), rng.randint(1, 200), rng.randint(100, 9999))))
        if name == "state":
            return rng.choice(STATES_ES if self._language == "es" else STATES_EN)
        drawn = {"last": self._people.family, "first": self._people.given, "city": self.city}
        if name in drawn:
            return drawn[name]()
        return rng.choice(words(self._language).get(name) or DEFAULTS[name])
