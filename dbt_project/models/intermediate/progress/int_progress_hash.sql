-- A fingerprint of the rows that the progress of each family rests on: another row, or one less, is another hash.
select
    period,
    framework_code,
    subject_id,
    encode(
        sha256(
            convert_to(
                string_agg(
                    concat_ws('|', measure_code, source_partner, source_record), e'\n'
                    order by measure_code collate "C", source_partner collate "C", source_record collate "C"
                ),
                'UTF8'
            )
        ),
        'hex'
    ) as evidence_hash
from {{ ref('int_progress_evidence') }}
group by period, framework_code, subject_id
