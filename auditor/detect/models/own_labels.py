"""What the labels of other people's NER models mean here.

``MEANINGS`` has our labels, and what OntoNotes, WikiNER, i2b2 2006 and 2014, obi/deid_roberta,
MEDDOCAN, Presidio and collections of personal data in general call them. ``IGNORED`` has what
identifies nobody: numbers and things, groups of people, kinship and sex, hours of a day, and the
tags for "nothing". Case and punctuation do not count. A label in neither is an error, because what
a model finds must not be dropped unseen.
"""

import re
from collections.abc import Iterable
from functools import cache

from auditor.errors import PolicyError

MEANINGS = {
    "NAME": "NAME PER PERS PERSON PERSON_NAME FULL_NAME FIRST_NAME MIDDLE_NAME LAST_NAME "
    "GIVEN_NAME FAMILY_NAME SURNAME PATIENT PATIENT_NAME DOCTOR DOCTOR_NAME HCW STAFF PHYSICIAN "
    "CLINICIAN NURSE USERNAME NOMBRE APELLIDO NOMBRE_SUJETO_ASISTENCIA NOMBRE_PERSONAL_SANITARIO",
    "AGE": "AGE EDAD EDAD_SUJETO_ASISTENCIA",
    "DATE": "DATE DATE_TIME DOB DATE_OF_BIRTH BIRTH_DATE FECHA FECHAS",
    "LOCATION": "LOCATION LOC GPE FAC FACILITY GEOGRAPHIC_LOCATION LOCATION_OTHER ADDRESS "
    "STREET_ADDRESS STREET BUILDING BUILDING_NUMBER ROOM ZIP ZIP_CODE POSTCODE POSTAL_CODE CITY "
    "TOWN COUNTY STATE PROVINCE REGION COUNTRY COORDINATE CALLE TERRITORIO PAIS",
    "ORG": "ORG ORGANIZATION ORGANISATION INSTITUTION COMPANY COMPANY_NAME EMPLOYER VENDOR "
    "HOSPITAL HOSP CLINIC DEPARTMENT WARD PATORG INSTITUCION CENTRO_SALUD",
    "PHONE": "PHONE PHONE_NUMBER TELEPHONE TELEPHONE_NUMBER FAX FAX_NUMBER PAGER CONTACT "
    "NUMERO_TELEFONO NUMERO_FAX",
    "EMAIL": "EMAIL EMAIL_ADDRESS CORREO_ELECTRONICO",
    "URL": "URL WEB WEBSITE DOMAIN_NAME URL_WEB",
    "IP": "IP IP_ADDR IP_ADDRESS IPV4 IPV6 DIREC_PROT_INTERNET",
    "ID": "ID ID_NUM ID_NUMBER UNIQUE_IDENTIFIER MEDICAL_RECORD MEDICAL_RECORD_NUMBER MRN SSN "
    "US_SSN SOCIAL_SECURITY_NUMBER NATIONAL_ID PASSPORT PASSPORT_NUMBER BIO_ID BIOMETRIC DEVICE "
    "DEVICE_ID ACCOUNT ACCOUNT_NUMBER LICENSE LICENSE_NUMBER DRIVER_LICENSE US_DRIVER_LICENSE "
    "CERTIFICATE_LICENSE_NUMBER HEALTH_PLAN HEALTH_PLAN_NUMBER HEALTH_PLAN_BENEFICIARY_NUMBER "
    "VEHICLE VEHICLE_ID LICENSE_PLATE CREDIT_CARD CREDIT_CARD_NUMBER IBAN IBAN_CODE PASSWORD "
    "MAC_ADDRESS OTHER_PHI PHI PII ID_SUJETO_ASISTENCIA ID_CONTACTO_ASISTENCIAL ID_ASEGURAMIENTO "
    "ID_TITULACION_PERSONAL_SANITARIO ID_EMPLEO_PERSONAL_SANITARIO IDENTIF_BIOMETRICOS "
    "IDENTIF_VEHICULOS_NRSERIE_PLACAS IDENTIF_DISPOSITIVOS_NRSERIE NUMERO_BENEF_PLAN_SALUD "
    "OTRO_NUMERO_IDENTIF",
    "PROFESSION": "PROFESSION OCCUPATION JOB JOB_TITLE PROFESION",
}
IGNORED = (
    "O OTHER MISC NONE PAD X CLS SEP CARDINAL ORDINAL MONEY PERCENT QUANTITY TIME NORP NRP "
    "LANGUAGE LAW EVENT PRODUCT WORK_OF_ART TITLE SEX GENDER NATIONALITY SEXO_SUJETO_ASISTENCIA "
    "FAMILIARES_SUJETO_ASISTENCIA OTROS_SUJETO_ASISTENCIA"
)
PREFIX = re.compile(r"([BIELSU])[-_](.+)", re.DOTALL)  # begin, inside, end, last, single, unit


def meanings(tags: Iterable[str]) -> dict[str, str]:
    """Our label for every tag of a model, or an empty one for what identifies nobody.

    Raises PolicyError when a label is in neither table, or none identifies anybody.
    """
    named = {tag: _parts(tag)[1] for tag in sorted(tags)}
    if strange := [tag for tag, name in named.items() if name not in _known()]:
        raise PolicyError(
            f"no meaning is known for its label {strange[0]!r}; rename it in the model to one of "
            f"{', '.join(MEANINGS)}, or to MISC if it identifies nobody"
        )
    meant = {tag: _known()[name] for tag, name in named.items()}
    if not any(meant.values()):
        raise PolicyError(
            f"no label of it identifies anybody (it has: {', '.join(meant) or 'none'}); name a "
            "model that was trained to find names"
        )
    return meant


def prefix(tag: str) -> str:
    """The letter before the label, such as the B of ``B-PER``, or nothing."""
    return _parts(tag)[0]


def _parts(tag: str) -> tuple[str, str]:
    whole = _fold(tag)
    match = None if whole in _known() else PREFIX.fullmatch(tag)  # E-MAIL has no prefix
    return (match[1], _fold(match[2])) if match else ("", whole)


@cache
def _known() -> dict[str, str]:
    """Our label for every name in the tables, as ``_fold`` writes it."""
    known = {_fold(name): ours for ours, names in MEANINGS.items() for name in names.split()}
    return known | {_fold(name): "" for name in IGNORED.split()}


def _fold(name: str) -> str:
    return re.sub(r"[\W_]", "", name).upper()
