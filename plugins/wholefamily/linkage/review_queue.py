"""The queue of pairs that only a person can decide, ``identity.link_review``: side by side, as a page can serve it."""

from collections.abc import Iterable

from psycopg import sql

from wholefamily.linkage.best_edge import Edge
from wholefamily.warehouse import Connection


def store(connection: Connection, questions: Iterable[tuple[Edge, str]]) -> None:
    """Make ``questions``, each with its reason, those of the ``affected`` records. Rows that say the same are left alone."""
    connection.execute(
        "create temporary table question (a bigint, b bigint, probability float8, basis text, model_version text, reason text) on commit drop"
    )
    with connection.cursor() as cursor, cursor.copy("copy question from stdin") as copy:
        for edge, reason in questions:
            copy.write_row((edge.a, edge.b, edge.probability, edge.basis, edge.model_version, reason))
    connection.execute("analyze question")
    connection.execute(sql.SQL(_ASKED).format(comparison=sql.SQL(_COMPARISON)))
    connection.execute(_FORGET_ANSWERED)
    connection.execute(_REVIEW)


# What a linker is shown of a record. Nobody needs a protected person's address to tell whether two records are one person.
_SHOWN = ("given_name", "middle_names", "family_name", "date_of_birth", "nhs_number", "upn", "pnc_id", "nino")
_HIDDEN_OF_PROTECTED = ("address", "postcode", "uprn")
_COMPARISON = ", ".join(
    [f"'{column}', jsonb_build_array(a.{column}, b.{column})" for column in _SHOWN]
    + [
        f"'{column}', jsonb_build_array(case when not a.is_protected then a.{column} end, case when not b.is_protected then b.{column} end)"
        for column in _HIDDEN_OF_PROTECTED
    ]
)
# A decision that contradicts valid identifiers, or another decision, has not settled anything.
_ASKED = """
    create temporary table asked on commit drop as
    select distinct on (question.a, question.b)
        a.partner_code as partner_code_a, a.person_ref as person_ref_a, b.partner_code as partner_code_b, b.person_ref as person_ref_b,
        question.probability as match_probability, question.reason, greatest(a.first_period, b.first_period) as period,
        question.basis as match_basis, question.model_version,
        case
            when decided.decision = 'same' and (of_a.cluster_key = of_b.cluster_key) is not true then 'open'
            else coalesce(decided.decision, 'open')
        end as status,
        jsonb_build_object({comparison}) as comparison
    from question
    inner join node as a on a.node = question.a
    inner join node as b on b.node = question.b
    left join clustered as of_a on of_a.node = question.a
    left join clustered as of_b on of_b.node = question.b
    left join identity.link_decision_in_force as decided
        on (decided.partner_code_a, decided.person_ref_a, decided.partner_code_b, decided.person_ref_b)
            = (a.partner_code, a.person_ref, b.partner_code, b.person_ref)
    order by question.a, question.b, question.basis = 'decision' desc
"""
_FORGET_ANSWERED = """
    delete from identity.link_review as old using affected
    where (
            (affected.partner_code, affected.person_ref) = (old.partner_code_a, old.person_ref_a)
            or (affected.partner_code, affected.person_ref) = (old.partner_code_b, old.person_ref_b)
        )
        and not exists (
            select from asked
            where (asked.partner_code_a, asked.person_ref_a, asked.partner_code_b, asked.person_ref_b)
                    = (old.partner_code_a, old.person_ref_a, old.partner_code_b, old.person_ref_b)
                and (asked.match_probability, asked.reason, asked.period, asked.match_basis, asked.model_version, asked.status, asked.comparison)
                    = (old.match_probability, old.reason, old.period, old.match_basis, old.model_version, old.status, old.comparison)
        )
"""
_REVIEW = """
    insert into identity.link_review (
        partner_code_a, person_ref_a, partner_code_b, person_ref_b, match_probability, reason, period, match_basis, model_version, status, comparison
    )
    select
        partner_code_a, person_ref_a, partner_code_b, person_ref_b, match_probability, reason, period, match_basis, model_version, status, comparison
    from asked
    on conflict do nothing
"""
