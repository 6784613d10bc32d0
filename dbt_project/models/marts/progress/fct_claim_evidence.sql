-- The rows that each claim rests on: its evidence_hash is over them, and over nothing else.
select
    claim.period,
    claim.framework_code,
    claim.family_id,
    evidence.measure_code,
    evidence.source_partner,
    evidence.source_record,
    claim.partner_code
from {{ ref('fct_result_claim') }} as claim
inner join {{ ref('int_progress_evidence') }} as evidence
    on
        claim.period = evidence.period
        and claim.framework_code = evidence.framework_code
        and claim.family_id = evidence.subject_id
where {{ in_periods('claim.period') }} and claim.status in ('valid', 'review')
