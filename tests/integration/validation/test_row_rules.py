"""Every row rule on every feed: lines as senders write them, and what must become of each (exchange.md section 5).

The period is 2026-10, so that the last day known is 2026-10-31.
"""

from wholefamily import validation

AUTHORITY = {
    "people": """
person_ref,given_name,family_name,date_of_birth,sex,ethnicity,upn,nhs_number,nino,uprn,address,residence,resident_from,resident_to,protected
P1,Ada,Grey,2012-05-01,2,WBRI,B801200005001,9434765919,AB123456C,100070000001,1 High Street,MAIN,2020-01-01,,
,Bea,Grey,2012-05-01,2,,,,,,1 High Street,,2020-01-01,,
P4,Cid,,2012-05-01,1,,,,,,1 High Street,,2020-01-01,,
P5,Dan,Grey,2015-02-30,1,,,,,,1 High Street,,2020-01-01,,
P6,Eve,Grey,2012-05-01,2,,,,,,1 High Street,,01/02/2020,,
P7,Flo,Grey,2012-05-01,F,,,,,,1 High Street,,2020-01-01,,
P8,Gus,Grey,2012-05-01,1,W1,,,,,1 High Street,,2020-01-01,,
P9,Hal,Grey,1899-12-31,1,,,,,,1 High Street,,2020-01-01,,
P10,Ida,Grey,1900-01-01,2,,,,,,1 High Street,,2020-01-01,,
P11,Jon,Grey,2026-11-01,1,,,,,,1 High Street,,2020-01-01,,
P12,Kay,Grey,2026-10-31,2,,,,,,1 High Street,,2020-01-01,,
P13,Lee,Grey,,0,REFU,,,,,1 High Street,SHARED,2020-01-01,2031-01-01,Y
P14,Mia,Grey,,9,,,,,,1 High Street,,2020-05-02,2020-05-01,
P15,Ned,Grey,,,,,,,,1 High Street,,2020-05-01,2020-05-01,
P1,Ada,Grey,2012-05-01,2,WBRI,B801200005001,,,100070000001,1 High Street,MAIN,2020-01-01,,
P1,Ada,Grey,2012-05-01,2,WBRI,B801200005001,,,100070000002,2 Low Road,MAIN,2020-01-01,,
P18,Oda,Grey,,,,,,,,1 High Street,,2020-01-01,,yes
P19,Pip,Grey,,,,A801200005001,9434765918,QQ123456A,1000700000011,1 High Street,,2020-01-01,,N
P20,Rex,,2015-02-30,F,,A801200005001,,,,1 High Street,,2020-01-01,,
P21,Sam,Grey,,,,,,,,1 High Street,,2020-02-30,2019-01-01,
P22,Tom,Grey,,,,,,,,1 High Street,HOTEL,2020-01-01,,
""",
    "attendance": """
person_ref,upn,school_urn,academic_year,term,sessions_possible,sessions_authorised_absence,sessions_unauthorised_absence
P1,B801200005001,103000,2025/26,AUT,120,3,0
P1,A801200005001,103000,2025/26,SPR,110,0,0
P1,,103000,2025/27,SUM,110,0,0
P1,,103000,2024/25,AUT,-1,0,0
P1,,103000,2024/25,SPR,110,12.5,0
P1,,103000,2024/25,SUM,110,0,5%
NOBODY,,103000,2025/26,AUT,110,0,0
P4,,103000,2025/26,AUT,110,0,0
P1,,103000,2025/26,AUT,110,0,0
P1,,103000,2025/26,WIN,110,0,0
P1,,103000,1999/00,AUT,0,0,0
P1,,103000,2023/24,AUT,110,,0
P1,,103000,2023/24,SPR,99999999999,0,0
""",
    "exclusions": """
exclusion_ref,person_ref,school_urn,category,start_date,sessions,rescinded_on
E1,P1,103000,SUSP,2026-05-01,4,
E2,P1,,PERM,2026-10-31,,2026-10-31
E3,P1,103000,TEMP,2026-05-01,4,
E1,P12,103000,SUSP,2026-05-02,4,
E5,P1,103000,SUSP,2026-05-01,four,
E6,P1,103000,SUSP,2026-05-01,,2026-11-02
,P1,103000,SUSP,2026-05-01,,
,P1,103000,SUSP,2026-05-01,,
""",
    "school_places": """
person_ref,status,because_excluded,from_date,to_date
P1,ON_ROLL,,2025-09-01,2027-07-31
P12,PRU,Y,2025-09-01,
P12,PRU,Y,2025-09-01,2026-01-01
P12,HOME,,2025-09-01,
P13,NOT_ON_ROLL,X,2025-09-01,
P13,ON_ROLL,,2025-09-01,2025-08-31
""",
    "benefits": """
person_ref,nino,benefit,uc_conditionality,start_date,end_date,matched_on
P10,AB123456C,UC,SEARCHING,2026-01-01,2027-01-01,2026-10-15
P10,AB123456,PIP,,2026-01-01,,2026-10-15
P10,GB123456A,JSA,,2026-02-01,,2026-10-15
P10,,UC,LOOKING,2026-03-01,,2026-10-15
P10,,UC,,2026-04-01,,2026-11-15
P10,,UC,,2026-05-01,,
""",
    "asb_interventions": """
intervention_ref,person_ref,intervention,ground,start_date,end_date
A1,P10,NSP,ASB,2026-01-01,2027-01-01
A2,P10,LOCAL_LETTER,,2026-01-01,
A3,P10,NSP,NOISE,2026-01-01,
A4,P10,ABC,,1889-01-01,
A5,P10,ABC,,2026-02-01,2026-01-01
A1,P10,ABC,,2026-03-01,
A1,P12,ABC,,2026-03-01,
""",
    "support_needs": """
person_ref,need,from_date,to_date
P10,HOUSING,2026-01-01,2027-01-01
P10,DEBT,2026-01-01,
P10,HOUSING,2026-01-01,
P10,HOUSING,2026-12-01,
""",
    "work_outcomes": """
person_ref,outcome,start_date,end_date,verified_on
P10,EMPLOYED,2026-01-01,2027-01-01,2026-10-01
P10,HIRED,2026-01-01,,
P10,EMPLOYED,2026-02-01,,2026-12-01
""",
    "programme": """
family_ref,person_ref,role,attached_on,joined_on,left_on,closed_on,closure_reason,framework,lead_practitioner,notified_on
F1,P1,CHILD,2026-01-05,2026-01-05,,,,tf_2012,W1,2026-01-06
F1,P10,ADULT,2026-01-05,,,2026-10-31,moved,tf_2015,W1,
F1,P12,AUNT,2026-01-05,,,,,tf_2012,W1,
F1,P13,CHILD,2026-01-05,2026-03-01,2026-02-01,,,tf_2012,W1,
F1,P14,CHILD,2026-01-05,,,2026-01-04,,tf_2012,W1,
F1,P15,CHILD,2026-01-05,,,2026-11-30,,tf_2012,W1,
F1,P19,CHILD,2026-01-05,,,,,tf_2018,W1,
F1,P19,CHILD,2026-01-05,,,,,tf_2012,W1,
F1,P99,CHILD,2026-01-05,,,,,tf_2012,W1,
""",
    "consent": """
person_ref,scope,decision,effective_from
P10,SUPPORT,GIVEN,2026-12-01
P10,SUPPORT,WITHDRAWN,2026-12-01
P10,MARKETING,GIVEN,2026-01-01
P10,SUPPORT,MAYBE,2026-01-01
P10,SUPPORT,GIVEN,2026-12-01
P10,EVALUATION,GIVEN,soon
""",
    "interventions": """
intervention_ref,family_ref,agency,intervention,started_on,ended_on,outcome
I1,F1,Housing,Debt advice,2026-01-01,2026-02-01,done
I2,F9,Housing,Debt advice,2026-01-01,2025-12-31,
I3,F1,,Debt advice,2026-01-01,,
I1,F2,Housing,Debt advice,2026-03-01,,
I5,F1,Housing,Debt advice,2026-01-01,2026-11-01,
""",
}
AUTHORITY_QUARANTINE = {
    "people": {
        3: "mandatory_value_empty",
        4: "mandatory_value_empty",
        5: "not_a_date",
        6: "not_a_date",
        7: "unknown_code",
        8: "unknown_code",
        9: "date_before_1900",
        11: "date_in_the_future",
        14: "end_before_start",
        16: "duplicate_key",
        18: "unknown_code",
        20: "mandatory_value_empty",
        21: "not_a_date",
        22: "unknown_code",
    },
    "attendance": {
        4: "not_an_academic_year",
        5: "not_a_number",
        6: "not_a_number",
        7: "not_a_number",
        8: "reference_to_nobody",
        9: "reference_to_nobody",
        10: "duplicate_key",
        11: "unknown_code",
        13: "mandatory_value_empty",
        14: "not_a_number",
    },
    "exclusions": {
        4: "unknown_code",
        5: "duplicate_key",
        6: "not_a_number",
        7: "date_in_the_future",
        8: "mandatory_value_empty",
        9: "mandatory_value_empty",
    },
    "school_places": {4: "duplicate_key", 5: "unknown_code", 6: "unknown_code", 7: "end_before_start"},
    "benefits": {5: "unknown_code", 6: "date_in_the_future", 7: "mandatory_value_empty"},
    "asb_interventions": {4: "unknown_code", 5: "date_before_1900", 6: "end_before_start", 7: "duplicate_key"},
    "support_needs": {3: "unknown_code", 4: "duplicate_key", 5: "date_in_the_future"},
    "work_outcomes": {3: "unknown_code", 4: "date_in_the_future"},
    "programme": {
        4: "unknown_code",
        5: "end_before_start",
        6: "end_before_start",
        7: "date_in_the_future",
        8: "unknown_code",
        9: "duplicate_key",
        10: "reference_to_nobody",
    },
    "consent": {4: "unknown_code", 5: "unknown_code", 6: "duplicate_key", 7: "not_a_date"},
    "interventions": {3: "end_before_start", 4: "mandatory_value_empty", 5: "duplicate_key", 6: "date_in_the_future"},
}


def test_what_an_authority_sends(house) -> None:
    arrival = house.land("sandwell", "2026-10", AUTHORITY, received=1000)
    validation.judge(house.settings, arrival)

    assert house.quarantined(arrival) == AUTHORITY_QUARANTINE
    assert house.blanked(arrival) == {
        ("people", 19, "upn"),
        ("people", 19, "nhs_number"),
        ("people", 19, "nino"),
        ("people", 19, "uprn"),
        ("attendance", 3, "upn"),
        ("benefits", 4, "nino"),
    }
    assert house.failed("people") == {
        ("mandatory_value_empty", "person_ref"): 1,
        ("mandatory_value_empty", "family_name"): 2,
        ("not_a_date", "date_of_birth"): 2,
        ("not_a_date", "resident_from"): 2,
        ("unknown_code", "sex"): 2,
        ("unknown_code", "ethnicity"): 1,
        ("unknown_code", "residence"): 1,
        ("unknown_code", "protected"): 1,
        ("date_before_1900", "date_of_birth"): 1,
        ("date_in_the_future", "date_of_birth"): 1,
        ("end_before_start", "resident_to"): 1,
        ("duplicate_key", ""): 1,
        ("identifier_fails_check", "upn"): 2,
        ("identifier_fails_check", "nhs_number"): 1,
        ("identifier_fails_check", "nino"): 1,
        ("identifier_fails_check", "uprn"): 1,
    }


POLICE = {
    "people": """
person_ref,given_name,family_name,date_of_birth,ethnicity,pnc_id,uprn,address,resident_from
N1,Ada,Grey,2010-05-01,W1,2001/0171310W,100070000001,1 High Street,2020-01-01
N2,Bea,Grey,2010-05-01,WBRI,,,1 High Street,2020-01-01
N3,Cid,Grey,2010-05-01,NS,2004/0712343H,x,1 High Street,2020-01-01
""",
    "offences": """
offence_ref,person_ref,role,offence_class,offence_date,disposal,disposal_date,retracted_on
O1,N1,OFFENDER,Theft,2026-01-01,CAUTION,2026-02-01,
O1,N3,OFFENDER,Theft,2026-01-01,CHARGED,,
O3,N1,OFFENDER,Theft,2026-01-01,SLAP,,
O4,N1,OFFENDER,Theft,2026-01-01,FINE,2026-11-01,
O1,N1,SUSPECT,Theft,2026-01-01,NFA,,
O1,N1,OFFENDER,Theft,2026-01-01,CAUTION,2026-02-01,
O7,N2,OFFENDER,Theft,2026-01-01,CAUTION,,
""",
    "asb_interventions": """
intervention_ref,person_ref,role,intervention,ground,start_date,end_date
A1,N1,SUBJECT,CBO,,2026-01-01,
A2,N1,,CBO,,2026-01-01,
""",
    "asb_incidents": """
incident_ref,person_ref,role,incident_type,occurred_on
S1,N1,PERPETRATOR,NUISANCE,2026-01-01
S2,N1,PERPETRATOR,LOUD,2026-01-01
S3,N1,PERPETRATOR,NUISANCE,2026-02-31
""",
    "missing_episodes": """
person_ref,from_date,to_date
N1,2026-01-01,2026-01-02
N1,2026-03-01,2026-02-01
N1,2026-01-01,
""",
    "domestic_abuse": """
incident_ref,person_ref,role,occurred_on
D1,N1,PERPETRATOR,2026-01-01
D2,N9,PERPETRATOR,2026-01-01
""",
    "offender_management": """
person_ref,scheme,from_date,to_date
N1,IOM,2026-01-01,
N1,VIP,2026-01-01,
""",
    "reoffending_rates": """
area,cohort_size,actual_rate,predicted_rate,measured_on
Sandwell,100,31.5,30,2026-09-30
Dudley,100,31.5%,30,2026-09-30
Walsall,100,-3,30,2026-09-30
Sandwell,100,31.5,30,2026-09-30
Solihull,100.5,31.5,30,2026-09-30
Coventry,100,31.5,.5,2026-09-30
""",
    "live_risks": """
risk_ref,person_ref,role,risk,occurred_at
R1,N1,SUBJECT,ARREST,2026-10-31T23:59:00Z
R2,N1,SUBJECT,PARTY,2026-10-30T10:00:00Z
R3,N1,SUBJECT,ARREST,2026-10-30
R4,N1,SUBJECT,ARREST,2026-11-01T00:00:00Z
R1,N1,SUBJECT,MISSING,2026-10-30T10:00:00Z
""",
}


def test_what_the_police_send(house) -> None:
    arrival = house.land("west_midlands_police", "2026-10", POLICE, received=1000)
    validation.judge(house.settings, arrival)

    assert house.quarantined(arrival) == {
        "people": {3: "unknown_code"},
        "offences": {4: "unknown_code", 5: "date_in_the_future", 7: "duplicate_key", 8: "reference_to_nobody"},
        "asb_interventions": {3: "mandatory_value_empty"},
        "asb_incidents": {3: "unknown_code", 4: "not_a_date"},
        "missing_episodes": {3: "end_before_start", 4: "duplicate_key"},
        "domestic_abuse": {3: "reference_to_nobody"},
        "offender_management": {3: "unknown_code"},
        "reoffending_rates": {3: "not_a_number", 4: "not_a_number", 5: "duplicate_key", 6: "not_a_number", 7: "not_a_number"},
        "live_risks": {3: "unknown_code", 4: "not_a_date", 5: "date_in_the_future", 6: "duplicate_key"},
    }
    assert house.blanked(arrival) == {("people", 4, "pnc_id"), ("people", 4, "uprn")}
