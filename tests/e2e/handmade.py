"""A month of drops written by hand from exchange.md, as two authorities and the police would send it. All people are invented.

Sandwell: the Hawthornes (three criteria, on the programme), the Begums (two). Birmingham: the Okafors (none; their son is a
victim, which must leave no trace).
"""

import hashlib
import json
from pathlib import Path

PERIOD = "2026-09"
CANARY = "Zebedee-Quillfeather"

SANDWELL = {
    "people": """
person_ref,given_name,family_name,date_of_birth,sex,ethnicity,upn,nhs_number,nino,uprn,address,postcode,resident_from,resident_to,residence
S1,Laura,Hawthorne,1985-04-02,2,WBRI,,9990000018,AB123456C,100001,1 Mill Lane,B70 1AA,2019-05-01,,MAIN
S2,Kieran,Hawthorne,2012-03-10,1,WBRI,,9990000026,,100001,1 Mill Lane,B70 1AA,2019-05-01,,MAIN
S3,Molly,Hawthorne,2016-11-23,2,WBRI,,9990000034,,100001,1 Mill Lane,B70 1AA,2019-05-01,,
S4,Yasmin,Begum,1990-07-15,2,ABAN,,,,100002,2 Mill Lane,B70 1AA,2021-01-01,,MAIN
S5,Imran,Begum,2011-12-01,1,ABAN,,,,100002,2 Mill Lane,B70 1AA,2021-01-01,,MAIN
S6,Gone,Away,1970-01-31,1,WBRI,,,,100002,2 Mill Lane,B70 1AA,2010-01-01,2020-12-31,MAIN
""",
    "exclusions": """
exclusion_ref,person_ref,school_urn,category,start_date,sessions,rescinded_on
X1,S2,103900,SUSP,2025-10-06,4,
X2,S2,103900,SUSP,2026-02-03,2,
X3,S2,103900,SUSP,2026-06-10,6,
X4,S5,103901,LNCH,2026-06-10,1,
""",
    "attendance": """
person_ref,school_urn,academic_year,term,sessions_possible,sessions_authorised_absence,sessions_unauthorised_absence
S2,103900,2025/26,AUT,140,2,3
S2,103900,2025/26,SPR,110,2,3
S2,103900,2025/26,SUM,120,2,3
S3,103900,2025/26,AUT,140,2,0
S3,103900,2025/26,SPR,110,2,0
S3,103900,2025/26,SUM,120,2,0
S5,103901,2025/26,AUT,100,0,15
S5,103901,2025/26,SPR,100,0,20
S5,103901,2025/26,SUM,100,0,10
""",
    "benefits": """
person_ref,nino,benefit,uc_conditionality,start_date,end_date,matched_on
S1,AB123456C,JSA,,2026-01-10,,2026-09-15
S4,,UC,SEARCHING,2025-03-01,,2026-09-15
""",
    "asb_interventions": """
intervention_ref,person_ref,intervention,ground,start_date,end_date
A1,S4,NSP,ARREARS,2026-03-01,
""",
    "programme": """
family_ref,person_ref,role,attached_on,joined_on,left_on,closed_on,closure_reason,framework,lead_practitioner,notified_on,assessed_on,plan_on
F1,S1,ADULT,2026-09-10,,,,,tf_2012,LP-01,2026-09-12,2026-09-20,
F1,S2,CHILD,2026-09-10,,,,,tf_2012,LP-01,2026-09-12,2026-09-20,
F1,S3,CHILD,2026-09-10,,,,,tf_2012,LP-01,2026-09-12,2026-09-20,
""",
    "consent": """
person_ref,scope,decision,effective_from
S1,SUPPORT,GIVEN,2026-09-12
""",
}
BIRMINGHAM = {
    "people": """
person_ref,given_name,family_name,date_of_birth,sex,ethnicity,uprn,address,postcode,resident_from
B1,Ngozi,Okafor,1988-02-28,2,BAFR,200001,5 High Street,B15 2AA,2018-06-01
B2,Chidi,Okafor,2011-09-09,1,BAFR,200001,5 High Street,B15 2AA,2018-06-01
B3,Torn,Row,not-a-date,1,BAFR,200001,5 High Street,B15 2AA,2018-06-01
"""
    + "".join(f"B{n},Filler{n},Person{n},1970-01-{n % 28 + 1:02d},9,,3{n:05d},{n} Long Road,B16 1AA,2015-01-01\n" for n in range(10, 40)),
    "benefits": """
person_ref,benefit,uc_conditionality,start_date,end_date,matched_on
B1,UC,WORKING_ENOUGH,2025-03-01,,2026-09-15
""",
}
POLICE = {
    "people": f"""
person_ref,given_name,family_name,date_of_birth,sex,ethnicity,pnc_id,uprn,address,postcode,resident_from
N1,Kieran,Hawthorne,2012-03-10,1,W1,2001/0171310W,100001,1 Mill Lane,B70 1AA,2026-05-01
N2,Chidi,Okafor,2011-09-09,1,B2,,200001,5 High Street,B15 2AA,2026-05-01
N3,{CANARY},Bystander,1960-06-06,2,W1,,900001,9 Nowhere,B1 1AA,2026-05-01
""",
    "offences": """
offence_ref,person_ref,role,offence_class,offence_date,disposal,disposal_date,retracted_on
O1,N1,OFFENDER,THEFT,2026-04-11,YOUTH_CAUTION,2026-05-01,
O1,N2,VICTIM,THEFT,2026-04-11,YOUTH_CAUTION,2026-05-01,
O2,N3,WITNESS,ASSAULT,2026-04-12,CHARGED,,
O3,N1,OFFENDER,DAMAGE,2026-06-01,COMMUNITY_RESOLUTION,2026-06-02,
""",
    "reoffending_rates": """
area,cohort_size,actual_rate,predicted_rate,measured_on
Dudley,3059,5.20,7.30,2013-05-31
Sandwell,4706,5.55,7.49,2013-05-31
""",
}
SENDERS = {"sandwell": SANDWELL, "birmingham": BIRMINGHAM, "west_midlands_police": POLICE}


def write_drop(root: Path, sender: str, period: str, revision: int, files: dict[str, str]) -> Path:
    """Write one drop in the canonical dialect, its manifest last; returns its folder."""
    folder = root / sender / "outbound" / period / f"r{revision}"
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for feed, text in files.items():
        content = text.strip().encode() + b"\n"
        (folder / f"{feed}.csv").write_bytes(content)
        listed.append(
            {"feed": feed, "path": f"{feed}.csv", "rows": len(content.splitlines()) - 1, "sha256": hashlib.sha256(content).hexdigest()}
        )
    manifest = {
        "schema_version": 1,
        "sender": sender,
        "period": period,
        "revision": revision,
        "produced_at": f"{period}-28T03:10:00Z",
        "marking": "OFFICIAL-SENSITIVE",
        "agreement": "WM-TF-ISA",
        "gateway": "CDA1998-S115",
        "dialect": "canonical",
        "files": listed,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def write_month(root: Path) -> Path:
    """Write the whole month; returns the folder to give to ``make demo DROPS=…``."""
    for sender, files in SENDERS.items():
        write_drop(root, sender, PERIOD, 1, files)
    return root
