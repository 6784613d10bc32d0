"""Two small drops with something of everything: rows to quarantine, to blank and never to store. All people are invented."""

SANDWELL = {
    "people.csv": "person_ref,given_name,family_name,date_of_birth,nhs_number,address,postcode,resident_from\n"
    + "".join(
        f"S{n},Given{n},Family{n % 97},19{n % 60 + 20}-0{n % 9 + 1}-11,,{n} Mill Lane of a rather long name in West Bromwich,B70 1AA,2019-05-01\n"
        for n in range(3000)
    )
    # One row that is quarantined, and one that loses its NHS number, of which the check digit is 7.
    + "S3000,Ann,Baker,1990-02-30,,1 Mill Lane,B70 1AA,2019-05-01\nS3001,Cara,Dean,1990-02-03,9434765918,1 Mill Lane,B70 1AA,2019-05-01\n",
    "support_needs.csv": "person_ref,need,from_date,to_date\n"
    + "".join(f"S{n},HOUSING,2026-0{n % 9 + 1}-01,\n" for n in range(200))
    + "NOBODY,HOUSING,2026-01-01,\n",
}

_ROLES = ("OFFENDER", "VICTIM", "SUSPECT", "WITNESS")

POLICE = {
    "people.csv": "person_ref,given_name,family_name,date_of_birth,resident_from\n"
    + "".join(f"N{n},Given{n},Family{n % 89},1990-0{n % 9 + 1}-12,2020-01-01\n" for n in range(2000)),
    "offences.csv": "offence_ref,person_ref,role,offence_class,offence_date,disposal\n"
    + "".join(
        f"O{n},N{n},{_ROLES[n % 4]},THEFT,2026-08-0{n % 9 + 1},{'CAUTION' if n % 5 else 'COMMUNITY_RESOLUTION'}\n" for n in range(2000)
    )
    + "O2000,N1,OFFENDER,THEFT,2099-01-01,CAUTION\n",
}

# A tenth of the consents is of no day: the file is held, and a person decides.
DUDLEY = {
    "people.csv": "person_ref,given_name,family_name,resident_from\n"
    + "".join(f"D{n},Given{n},Family{n},2020-01-01\n" for n in range(300)),
    "consent.csv": "person_ref,scope,decision,effective_from\n"
    + "".join(f"D{n},SUPPORT,GIVEN,2026-{'09' if n % 10 else '99'}-01\n" for n in range(300)),
}

DROPS = {"sandwell": SANDWELL, "dudley": DUDLEY, "west_midlands_police": POLICE}
PERIOD = "2026-10"
