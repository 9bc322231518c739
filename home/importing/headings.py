"""Which column is what: the names programs give their columns, in English and Spanish."""

import unicodedata

FIRST_NAME, LAST_NAME, WHOLE_NAME, NUMBER = "first name", "last name", "whole name", "record number"
EMAIL, PHONE, LANGUAGE, TIME_ZONE = "e-mail", "phone", "language", "time zone"
SPECIALIST, STARTED, BORN = "specialist", "start date", "birth date"

# Compared without case, accents, spaces and signs. Not here on purpose: "no" and "#" (often just 1, 2, 3 …,
# another number for the same person tomorrow), "fecha de alta" (begins a job, ends a hospital stay).
NAMES = {
    FIRST_NAME: "first name, firstname, first, given name, forename, nombre, nombres, primer nombre, nombre de pila",
    LAST_NAME: "last name, last, surname, family name, apellido, apellidos, primer apellido",
    WHOLE_NAME: "name, full name, whole name, client name, participant name, member name, client, participant, member, "
    "nombre completo, nombre y apellido, nombre y apellidos, apellidos y nombre, cliente, participante",
    NUMBER: "external id, id, client id, participant id, member id, person id, record id, record number, mrn, "
    "client number, id externo, id cliente, id del cliente, identificador, número de cliente, número de expediente, "
    "expediente, número de registro",
    EMAIL: "e-mail, e-mail address, mail, client e-mail, correo, correo electrónico, dirección de correo, "
    "dirección de correo electrónico",
    PHONE: "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, cell, cell phone, teléfono, "
    "número de teléfono, celular, teléfono celular, móvil, teléfono móvil",
    LANGUAGE: "language, preferred language, lang, idioma, idioma preferido, lengua",
    TIME_ZONE: "time zone, tz, zona horaria, huso horario",
    SPECIALIST: "specialist e-mail, specialist, peer specialist, peer specialist e-mail, e-mail of specialist, "
    "correo del especialista, correo de la especialista, correo electrónico del especialista, "
    "correo electrónico de la especialista, e-mail del especialista, e-mail de la especialista, especialista",
    STARTED: "start date, start, started, opened, date opened, enrolled, date enrolled, enrollment date, intake date, "
    "fecha de inicio, fecha inicio, inicio, fecha de ingreso, fecha ingreso",
    BORN: "birth date, date of birth, dob, birthday, fecha de nacimiento, fecha nacimiento, nacimiento",
}


def folded(text: str) -> str:
    """Without case and accents, with single spaces: how names are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def _bare(heading: str) -> str:
    return "".join(sign for sign in folded(heading) if sign.isalnum())


_MEANING = {_bare(name): field for field, names in NAMES.items() for name in names.split(", ")}


def meaning(heading: str) -> str | None:
    """The field a heading stands for; None for a column that is not read."""
    return _MEANING.get(_bare(heading[:200]))
