"""Small hard cases of who is who, by name. Each lists persons, and of each person the records that senders have.

Written from domain.md section 8 and from what registers are known to get wrong, not from the synthetic region. All cases are linked
together as one region: names that several cases share are more people, not fewer.
"""

from dataclasses import dataclass
from typing import Any

D, W, S, B, C = "dudley", "walsall", "sandwell", "birmingham", "coventry"
P = "west_midlands_police"


@dataclass(frozen=True)
class Said:
    """What a sender says of a person; ``since`` and ``until`` are the months in which it says so."""

    partner: str
    given: str
    family: str
    born: str | None
    more: dict[str, Any]
    ref: str | None = None
    """Names a record that several sayings are of; else each is a record of its own."""
    month: str = "2026-01"


@dataclass(frozen=True)
class Case:
    """``persons``: the records of each. ``is_sure``: not finding them together is a fault as well, not only a miss."""

    name: str
    persons: list[list[Said]]
    is_sure: bool = False


def said(partner: str, given: str, family: str, born: str | None = None, **more: Any) -> Said:
    """A record, or one month of it."""
    return Said(partner, given, family, born, more, more.pop("ref", None), more.pop("month", "2026-01"))


def nhs(n: int) -> str:
    """The first NHS number with a right check digit from the ``n``-th hundred on."""
    for serial in range(400_000_000 + n * 100, 400_000_000 + n * 100 + 100):
        digits = f"{serial:09d}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{digits}{0 if check == 11 else check}"
    raise AssertionError


def upn(n: int, year: str = "20") -> str:
    """A permanent UPN with the right check letter."""
    number = f"332{4000 + n:04d}{year}{n % 1000:03d}"
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[sum(int(digit) * weight for weight, digit in enumerate(number, start=2)) % 23] + number


def nino(n: int, suffix: str = "A") -> str:
    """A National Insurance number."""
    return f"JC{100_000 + n}{suffix}"


def at(n: int, authority: str = "DY1") -> dict[str, str]:
    """A home of its own."""
    return {
        "uprn": str(10_000 + n),
        "address": f"{n} Larch Grove",
        "postcode": f"{authority}{n % 9 + 1}{'ABDEFGHJ'[n % 8]}{'LNPQRSTU'[n // 8 % 8]}",
    }


def _people_at(home: dict[str, str], *people: tuple[str, str, str, str | None]) -> list[list[Said]]:
    return [[said(partner, given, family, born, **home)] for partner, given, family, born in people]


_GENERATIONS = [
    Case(
        "father and son of one name at one address",
        [
            [said(D, "Clive", "Aldous", "1960-05-06", **at(1)), said(P, "Clive", "Aldous", "1960-05-06", **at(1))],
            [said(D, "Clive", "Aldous", "1987-08-09", **at(1)), said(P, "Clive", "Aldous", "1987-08-09", **at(1))],
        ],
        is_sure=True,
    ),
    Case(
        "father at one sender, son of the same name and address at another",
        [[said(D, "Edmund", "Barrass", "1958-03-04", **at(2))], [said(W, "Edmund", "Barrass", "1984-11-12", **at(2))]],
    ),
    Case(
        "father and son of one name, the police have no date of birth",
        [
            [said(D, "Gerald", "Catling", "1955-02-11", **at(3))],
            [said(D, "Gerald", "Catling", "1980-10-21", **at(3))],
            [said(P, "Gerald", "Catling", None, **at(3))],
        ],
    ),
    Case(
        "mother and daughter of one name",
        [
            [said(S, "Imelda", "Dunmore", "1969-07-08", sex="2", **at(4)), said(P, "Imelda", "Dunmore", "1969-07-08", sex="2")],
            [said(S, "Imelda", "Dunmore", "2001-07-18", sex="2", **at(4))],
        ],
        is_sure=True,
    ),
    Case(
        "grandfather, father and son of one name, each at another sender",
        [
            [said(D, "Silas", "Eastgate", "1934-01-12", **at(5))],
            [said(W, "Silas", "Eastgate", "1961-06-13", **at(5))],
            [said(B, "Silas", "Eastgate", "1990-09-14", **at(5))],
        ],
    ),
    Case(
        "father and son of one name, both born on 1 January of a year",
        [[said(C, "Yusuf", "Farah", "1961-01-01", **at(6))], [said(S, "Yusuf", "Farah", "1988-01-01", **at(6))]],
    ),
    Case(
        "a son born on his father's birthday and named after him",
        [
            [said(D, "Ivor", "Gresham", "1962-05-16", **at(7))],
            [said(D, "Ivor", "Gresham", "1992-05-16", **at(7)), said(P, "Ivor", "Gresham", "1992-05-16", **at(7))],
        ],
        is_sure=True,
    ),
    Case(
        "father and son, whose birthdays differ by one digit",
        [[said(D, "Amos", "Hathersage", "1965-04-03", **at(8))], [said(D, "Amos", "Hathersage", "1995-04-03", **at(8))]],
    ),
    Case(
        "husband and wife both called Sam",
        [[said(W, "Sam", "Inglesby", "1980-04-05", sex="1", **at(9))], [said(B, "Sam", "Inglesby", "1982-09-15", sex="2", **at(9))]],
    ),
    Case(
        "stepbrothers of one name in one home",
        [[said(S, "Jack", "Jessop", "2011-03-04", **at(10))], [said(W, "Jack", "Jessop", "2013-12-24", **at(10))]],
    ),
]

_TWINS = [
    Case(
        "twins Aisha and Aysha, both at two senders with their NHS numbers",
        [
            [said(p, "Aisha", "Karim", "2015-02-03", sex="2", nhs_number=nhs(1), **at(20)) for p in (D, W)],
            [said(p, "Aysha", "Karim", "2015-02-03", sex="2", nhs_number=nhs(2), **at(20)) for p in (D, W)],
        ],
        is_sure=True,
    ),
    Case(
        "twins Jamie and James, both at two senders without a number",
        [
            [said(p, "Jamie", "Lomas", "2014-06-07", sex="1", **at(21)) for p in (S, P)],
            [said(p, "James", "Lomas", "2014-06-07", sex="1", **at(21)) for p in (S, P)],
        ],
        is_sure=True,
    ),
    Case(
        "twins, of whom another sender knows one only",
        [
            [said(D, "Carly", "Mather", "2012-08-17", sex="2", **at(22))],
            [said(D, "Carla", "Mather", "2012-08-17", sex="2", **at(22)), said(P, "Carla", "Mather", "2012-08-17", sex="2", **at(22))],
        ],
        is_sure=True,
    ),
    Case(
        "twins who share their first name and differ in the second",
        [
            [said(p, "Muhammad", "Nazir", "2013-10-11", middle_names="Amir", upn=upn(23), **at(23)) for p in (B, S)],
            [said(p, "Muhammad", "Nazir", "2013-10-11", middle_names="Asim", upn=upn(24), **at(23)) for p in (B, S)],
        ],
    ),
    Case(
        "triplets Amy, Ami and Anya",
        _people_at(at(24), *((p, g, "Orchard", "2010-12-13") for p, g in ((D, "Amy"), (D, "Ami"), (D, "Anya")))),
    ),
    Case(
        "twins whose UPNs one sender has exchanged",
        [
            [
                said(C, "Reece", "Pilling", "2011-05-15", upn=upn(25), **at(25)),
                said(S, "Reece", "Pilling", "2011-05-15", upn=upn(26), **at(25)),
            ],
            [
                said(C, "Rhys", "Pilling", "2011-05-15", upn=upn(26), **at(25)),
                said(S, "Rhys", "Pilling", "2011-05-15", upn=upn(25), **at(25)),
            ],
        ],
    ),
    Case(
        "twins whom one sender has given the same NHS number",
        [
            [
                said(D, "Harpreet", "Quill", "2009-03-23", nhs_number=nhs(27), **at(26)),
                said(W, "Harpreet", "Quill", "2009-03-23", nhs_number=nhs(27)),
            ],
            [said(D, "Harjeet", "Quill", "2009-03-23", nhs_number=nhs(27), **at(26))],
        ],
    ),
    Case(
        "twins Frances and Francis",
        [
            [said(p, "Frances", "Redfern", "2008-07-19", sex="2", **at(27)) for p in (D, P)],
            [said(p, "Francis", "Redfern", "2008-07-19", sex="1", **at(27)) for p in (D, P)],
        ],
        is_sure=True,
    ),
    Case(
        "twins each in another authority after their parents have parted",
        [
            [said(D, "Tom", "Sedgley", "2014-04-14", sex="1", **at(28))],
            [said(W, "Tim", "Sedgley", "2014-04-14", sex="1", **at(29))],
            [
                said(P, "Stephen", "Sedgley", "1984-04-10", sex="1", **at(29)),
                said(W, "Stephen", "Sedgley", "1984-04-10", sex="1", **at(29)),
            ],
        ],
    ),
    Case(
        "sisters born on one day of two years",
        [
            [said(p, "Ellie", "Tranter", "2010-09-21", sex="2", **at(30)) for p in (D, P)],
            [said(p, "Elsie", "Tranter", "2012-09-21", sex="2", **at(30)) for p in (D, P)],
        ],
        is_sure=True,
    ),
    Case(
        "brothers whose dates of birth differ by one digit",
        [
            [said(p, "Marcus", "Upton", "2012-03-11", **at(31)) for p in (S, P)],
            [said(p, "Martin", "Upton", "2013-03-11", **at(31)) for p in (S, P)],
        ],
        is_sure=True,
    ),
    Case(
        "a baby without a name yet at the mother's, and with her NHS number",
        [
            [said(D, "Hannah", "Venner", "1996-05-07", sex="2", nhs_number=nhs(32), **at(32))],
            [said(W, "Baby", "Venner", "2025-11-30", nhs_number=nhs(32), **at(32))],
        ],
    ),
]


def _sharers(given: str, family: str, born: str, *where: str, **more: Any) -> list[list[Said]]:
    """People of one name and birthday, each in another authority and in a home of their own."""
    return [
        [said(partner, given, family, born, **at(100 + sum(map(ord, given + family + partner)) % 800, area), **more)]
        for partner, area in zip((D, W, C, B), where, strict=False)
    ]


_NAME_SHARERS = [
    Case("two called Mohammed Khan, born on one day", _sharers("Mohammed", "Khan", "1990-06-07", "DY2", "WS3")),
    Case("three called Mohammed Khan, born on another", _sharers("Mohammed", "Khan", "1985-09-17", "DY2", "WS3", "CV4")),
    Case(
        "Muhammad and Mohammed Hussain, born on one day",
        [
            [said(B, "Muhammad", "Hussain", "1993-02-14", **at(40, "B10"))],
            [said(C, "Mohammed", "Hussain", "1993-02-14", **at(41, "CV6"))],
        ],
    ),
    Case("two called Harpreet Kaur, born on one day", _sharers("Harpreet", "Kaur", "1988-04-14", "DY3", "WS2", sex="2")),
    Case("two called Manpreet Kaur, born on one day", _sharers("Manpreet", "Kaur", "1995-11-05", "DY3", "WS2", sex="2")),
    Case("two called Gurpreet Singh, born on one day", _sharers("Gurpreet", "Singh", "1979-12-01", "DY4", "WS5", sex="1")),
    Case(
        "Jaspreet Kaur and Jaspreet Singh, born on one day",
        [
            [said(S, "Jaspreet", "Kaur", "1991-03-13", sex="2", **at(42, "B66"))],
            [said(D, "Jaspreet", "Singh", "1991-03-13", sex="1", **at(43, "DY5"))],
        ],
    ),
    Case(
        "a brother and a sister called Jaspreet in one home",
        [
            [said(S, "Jaspreet", "Kaur", "1999-03-13", sex="2", **at(44, "B66"))],
            [said(W, "Jaspreet", "Singh", "2001-08-23", sex="1", **at(44, "B66"))],
        ],
    ),
    Case("two called Priya Patel, born on one day", _sharers("Priya", "Patel", "1992-10-20", "DY6", "WS4", sex="2")),
    Case("two called Fatima Begum, born on 1 January of a year", _sharers("Fatima", "Begum", "1984-01-01", "DY7", "WS6", sex="2")),
    Case("two called Mohammed Ali, born on 1 January of a year", _sharers("Mohammed", "Ali", "1978-01-01", "DY7", "WS6", sex="1")),
    Case(
        "namesakes of one birthday with two NHS numbers",
        [
            [said(D, "Leonora", "Wadham", "1990-03-02", nhs_number=nhs(45), **at(45))],
            [said(W, "Leonora", "Wadham", "1990-03-02", nhs_number=nhs(46), **at(46, "WS1"))],
        ],
    ),
    Case(
        "namesakes of one birthday with two UPNs",
        [
            [said(D, "Kayleigh", "Yardley", "2012-03-02", upn=upn(47), **at(47))],
            [said(W, "Kayleigh", "Yardley", "2012-03-02", upn=upn(48), **at(48, "WS1"))],
        ],
    ),
    Case(
        "namesakes of one birthday with two PNC ids",
        [
            [said(P, "Dominic", "Ackroyd", "1986-07-28", pnc_id="20001234501A")],
            [said(P, "Dominic", "Ackroyd", "1986-07-28", pnc_id="20031234502B")],
        ],
    ),
    Case(
        "a name and birthday that fit two people of one register, and the police say no more",
        [
            [said(B, "Imran", "Bashir", "1987-01-22", **at(49, "B11"))],
            [said(B, "Imran", "Bashir", "1987-01-22", **at(50, "B29"))],
            [said(P, "Imran", "Bashir", "1987-01-22")],
        ],
    ),
    Case(
        "two of one register with one name and birthday; the police know the address of one",
        [
            [said(B, "Nadia", "Chaudhry", "1989-02-23", **at(51, "B11")), said(P, "Nadia", "Chaudhry", "1989-02-23", **at(51, "B11"))],
            [said(B, "Nadia", "Chaudhry", "1989-02-23", **at(52, "B29"))],
        ],
    ),
    Case(
        "two with one name only, born on 1 January",
        [
            [said(C, "Tenzin", "Tenzin", "1980-01-01", **at(53, "CV1"))],
            [said(W, "Tenzin", "Tenzin", "1980-01-01", **at(54, "WS9"))],
        ],
    ),
    Case(
        "two of one name, of whom nobody knows a birthday, in two places",
        [
            [said(D, "Bernard", "Dobbs", None, **at(55))],
            [said(P, "Bernard", "Dobbs", None, **at(56, "CV2"))],
        ],
    ),
    Case(
        "cousins of one name in one home",
        [
            [said(S, "Abdul", "Rehman", "2007-05-25", **at(57, "B70"))],
            [said(D, "Abdul", "Rehman", "2009-10-02", **at(57, "B70"))],
        ],
    ),
]

_HOSTEL = {"uprn": "77001", "address": "St Chad's House", "postcode": "B46AA"}
_CARE_HOME = {"uprn": "77002", "address": "The Elms Care Home", "postcode": "DY83ZZ"}
_HALL = {"uprn": "77003", "address": "Priory Hall", "postcode": "CV15FB"}
_PRISON = {"uprn": "77004", "address": "HMP Winson Green", "postcode": "B184AS"}
_SHARED_HOUSE = {"uprn": "77005", "address": "9 Tame Road", "postcode": "B661PQ"}
_TOWER = {"uprn": "77006", "postcode": "WV11XX"}
_REFUGE = {"uprn": "77007", "address": "c/o PO Box 12", "postcode": "WS11ZZ"}

_CROWDED = [
    Case(
        "a hostel of twenty: two senders, no two records of one person",
        [
            [said((B, P)[n % 2], given, family, f"19{70 + n}-0{n % 9 + 1}-1{n % 10}", **_HOSTEL)]
            for n, (given, family) in enumerate(
                zip(
                    [
                        "John",
                        "John",
                        "Paul",
                        "Paul",
                        "Mark",
                        "Mark",
                        "Ali",
                        "Ali",
                        "Ahmed",
                        "Ahmed",
                        "Lee",
                        "Lee",
                        "Ian",
                        "Ian",
                        "Sean",
                        "Sean",
                        "Dean",
                        "Dean",
                        "Karl",
                        "Karl",
                    ],
                    [
                        "Eagle",
                        "Egan",
                        "Fagan",
                        "Fagin",
                        "Gale",
                        "Gayle",
                        "Hale",
                        "Hail",
                        "Iqbal",
                        "Ikbal",
                        "Jarvis",
                        "Jervis",
                        "Keane",
                        "Keen",
                        "Lamb",
                        "Lam",
                        "Moss",
                        "Morse",
                        "Nunn",
                        "Nunn",
                    ],
                    strict=True,
                )
            )
        ],
    ),
    Case(
        "a hostel: three of unknown birthday and one given name",
        _people_at(_HOSTEL, (B, "Tony", "Oakden", None), (P, "Tony", "Oakley", None), (S, "Tony", "Oakes", None)),
    ),
    Case(
        "a hostel: two recorded as born on 1 January 1900",
        _people_at(_HOSTEL, (B, "Joseph", "Pask", "1900-01-01"), (P, "Joseph", "Parks", "1900-01-01")),
    ),
    Case("a hostel: brothers", _people_at(_HOSTEL, (B, "Dawit", "Tesfay", "1998-01-01"), (P, "Daniel", "Tesfay", "1999-01-01"))),
    Case(
        "a care home: women of one name and generation",
        _people_at(
            _CARE_HOME, (D, "Mary", "Quarmby", "1931-02-03"), (S, "Mary", "Quarmby", "1933-12-08"), (P, "Mary", "Quarmley", "1930-05-03")
        ),
    ),
    Case(
        "a hall: students of one given name and year",
        _people_at(_HALL, (C, "Wei", "Zhang", "2005-03-04"), (P, "Wei", "Zhao", "2005-09-14"), (W, "Wei", "Zhang", "2005-11-24")),
    ),
    Case(
        "a prison: men of one family name",
        _people_at(
            _PRISON, (B, "Kevin", "Rudge", "1984-04-04"), (P, "Kieran", "Rudge", "1994-04-04"), (S, "Kelvin", "Rudge", "1974-04-14")
        ),
    ),
    Case(
        "a shared house: four called Mohammed",
        _people_at(
            _SHARED_HOUSE,
            *(
                (S, "Mohammed", "Sadiq", "1990-01-01"),
                (P, "Mohammed", "Sajid", "1990-01-01"),
                (B, "Mohammed", "Saeed", "1990-01-01"),
                (D, "Mohammed", "Sami", "1991-01-01"),
            ),
        ),
    ),
    Case(
        "a tower under one number: two of one name in two flats, no birthday",
        [
            [said(W, "Derek", "Tibbs", None, address="Flat 3, Heath Tower", **_TOWER)],
            [said(P, "Derek", "Tibbs", None, address="Flat 61, Heath Tower", **_TOWER)],
        ],
    ),
    Case(
        "a tower under one number: neighbours of one given name",
        [
            [said(W, "Joan", "Uttley", "1950-06-16", address="Flat 7, Heath Tower", **_TOWER)],
            [said(P, "Joan", "Underhill", "1951-06-16", address="Flat 8, Heath Tower", **_TOWER)],
        ],
    ),
    Case(
        "a refuge: two of one given name whose birthday is not told",
        _people_at(_REFUGE, (W, "Shabana", "Akhtar", None), (P, "Shabana", "Bibi", None)),
    ),
    Case(
        "people of no fixed abode, of one name",
        [
            [said(P, "Robert", "Vale", None, address="of no fixed abode", pnc_id="19951234503C")],
            [said(B, "Robert", "Vale", "1977-07-17", address="of no fixed abode")],
            [said(S, "Robert", "Vale", "1967-03-27", address="No fixed abode")],
        ],
    ),
]

_ONE_PERSON = [
    Case("a maiden name that is sent", [[said(D, "Bronwen", "Walcott", "1988-09-10", former_family_name="Yeomans", sex="2", **at(60)), said(W, "Bronwen", "Yeomans", "1988-09-10", sex="2")]], is_sure=True),
    Case(
        "married meanwhile: the police keep the old name",
        [
            [
                said(D, "Rosalind", "Abney", "1979-04-05", ref="a", **at(61)),
                said(D, "Rosalind", "Brough", "1979-04-05", ref="a", month="2026-02", **at(61)),
                said(P, "Rosalind", "Abney", "1979-04-05", month="2026-02"),
            ]
        ],
        is_sure=True,
    ),
    Case("day and month exchanged", [[said(D, "Cedric", "Clowes", "1983-04-09", **at(62)), said(P, "Cedric", "Clowes", "1983-09-04", **at(62))]], is_sure=True),
    Case("1 January for an unknown day, at one address", [[said(D, "Hodan", "Dirie", "1986-01-01", **at(63)), said(W, "Hodan", "Dirie", "1986-08-19", **at(63))]], is_sure=True),
    Case("one wrong digit of the birthday, at one address", [[said(D, "Winifred", "Eccles", "1949-11-03", **at(64)), said(P, "Winifred", "Eccles", "1949-11-08", **at(64))]], is_sure=True),
    Case("Zoë and ZOE", [[said(D, "Zoë", "O'Neil", "1991-07-11", **at(65)), said(P, "ZOE", "ONEIL", "1991-07-11")]], is_sure=True),
    Case("double barrels", [[said(D, "Mary-Jane", "Smith-Frobisher", "1993-07-12"), said(W, "Mary Jane", "SMITH FROBISHER", "1993-07-12")]], is_sure=True),
    Case("given and family name exchanged", [[said(B, "Nguyen", "Quang", "1984-12-12", **at(66)), said(P, "Quang", "Nguyen", "1984-12-12", **at(66))]], is_sure=True),
    Case(
        "a temporary UPN gives way to the permanent one",
        [
            [
                said(D, "Callum", "Fenwick", "2014-03-02", ref="a", upn="A3324001140019"[:12] + "A", **at(67)),
                said(D, "Callum", "Fenwick", "2014-03-02", ref="a", upn=upn(67), month="2026-02", **at(67)),
                said(W, "Callum", "Fenwick", "2014-03-02", upn=upn(67), month="2026-02", **at(68, "WS1")),
            ]
        ],
        is_sure=True,
    ),
    Case("a short form, with the NHS number", [[said(D, "Bob", "Garside", "1971-02-27", nhs_number=nhs(68), **at(69)), said(W, "Robert", "Garside", "1971-02-27", nhs_number=nhs(68))]], is_sure=True),
    Case("moved to another authority, with the UPN", [[said(D, "Poppy", "Hebden", "2013-06-30", upn=upn(69), **at(70)), said(C, "Poppy", "Hebdon", "2013-06-30", upn=upn(69), **at(71, "CV5"))]], is_sure=True),
    Case("mojibake", [[said(D, "RenÃ©e", "Lacroix", "1986-07-14", **at(72)), said(P, "Renée", "Lacroix", "1986-07-14")]], is_sure=True),
    Case("known to the police twice, by the PNC id", [[said(P, "Raymond", "Ibbotson", "1980-02-03", pnc_id="20011234504D"), said(P, "Ray", "Ibbotson", "1980-02-03", pnc_id="20011234504D")]], is_sure=True),
    Case("a new given name, with the NHS number", [[said(D, "Stephen", "Jephcott", "1990-10-10", sex="1", nhs_number=nhs(73), **at(73)), said(W, "Stephanie", "Jephcott", "1990-10-10", sex="2", nhs_number=nhs(73))]], is_sure=True),
    Case("a misspelt family name, at one address", [[said(S, "Doreen", "Kettlewell", "1961-08-18", **at(74)), said(P, "Doreen", "Ketelwel", "1961-08-18", **at(74))]], is_sure=True),
    Case("one name only, at one address", [[said(C, "Suryani", "", "1987-05-05", **at(75)), said(P, "Suryani", "", "1987-05-05", **at(75))]]),
]  # fmt: skip

_IDENTIFIERS = [
    Case(
        "a wife recorded with her husband's NINO",
        [
            [said(D, "Devraj", "Lalwani", "1980-02-03", sex="1", nino=nino(1), **at(80)), said(W, "Devraj", "Lalwani", "1980-02-03", sex="1", nino=nino(1))],
            [said(D, "Mira", "Lalwani", "1982-04-05", sex="2", nino=nino(1), **at(80)), said(W, "Mira", "Lalwani", "1982-04-05", sex="2", nino=nino(2))],
        ],
    ),
    Case(
        "a wife with her husband's NINO, each at one sender only",
        [[said(D, "Nitin", "Mistry", "1975-06-03", sex="1", nino=nino(3), **at(81))], [said(W, "Nita", "Mistry", "1977-06-13", sex="2", nino=nino(3), **at(81))]],
    ),
    Case(
        "somebody else's NHS number",
        [[said(D, "Octavia", "Norcross", "1959-10-03", nhs_number=nhs(82), **at(82))], [said(W, "Jerome", "Oduya", "1994-05-23", nhs_number=nhs(82), **at(83, "WS2"))]],
    ),
    Case(
        "a brother's UPN",
        [[said(D, "Felix", "Prowse", "2011-01-13", upn=upn(84), **at(84))], [said(W, "Hugo", "Prowse", "2013-04-17", upn=upn(84), **at(84))]],
    ),
    Case(
        "an accomplice's PNC id",
        [[said(P, "Lewis", "Quennell", "1990-01-13", pnc_id="20101234505E")], [said(P, "Ashley", "Rooke", "1992-06-23", pnc_id="20101234505E")]],
    ),
    Case(
        "a protected person whom another sender knew: kept apart whatever is known",
        [
            [said(D, "Celeste", "Sturgess", "1990-03-02", nhs_number=nhs(86), **at(86))],
            [said(W, "Celeste", "Sturgess", "1990-03-02", nhs_number=nhs(86), is_protected=True, **at(87, "WS3"))],
        ],
    ),
    Case(
        "a protected child and the police",
        [[said(S, "Aurelia", "Thwaite", "2012-03-12", is_protected=True, **at(88))], [said(P, "Aurelia", "Thwaite", "2012-03-12", **at(88))]],
    ),
    Case(
        "one NHS number of two valid ones, one name and home: twins or a mistake, never joined unasked",
        [[said(D, "Barnaby", "Uren", "2010-03-02", nhs_number=nhs(89), **at(89))], [said(W, "Barnaby", "Uren", "2010-03-02", nhs_number=nhs(90), **at(89))]],
    ),
    Case(
        "a false edge between two pairs does not chain them",
        [
            [said(p, "Geraldine", "Vickery", "1964-08-08", nhs_number=nhs(91), **at(90)) for p in (D, B)],
            [said(p, "Gerald", "Vickery", "1964-08-09", nhs_number=nhs(92), **at(90)) for p in (D, W)],
        ],
        is_sure=True,
    ),
]  # fmt: skip

CASES = [*_GENERATIONS, *_TWINS, *_NAME_SHARERS, *_CROWDED, *_ONE_PERSON, *_IDENTIFIERS]
