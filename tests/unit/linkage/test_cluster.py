"""Which records become one person: best edge first, and nothing joins what must stay apart."""

from datetime import date
from itertools import permutations

from wholefamily.linkage.best_edge import Edge, cluster
from wholefamily.linkage.vetoes import Record

BORN = date(2014, 5, 6)


def register(node: int, partner: str, **more: object) -> Record:
    """A record of an authority: nobody stands in its register twice."""
    return Record(node, partner, is_register=True, **more)  # type: ignore[arg-type]


def police(node: int, **more: object) -> Record:
    """A record of the police, who may hold several of one person."""
    return Record(node, "police", is_register=False, **more)  # type: ignore[arg-type]


def edge(a: int, b: int, probability: float = 0.99) -> Edge:
    """An edge of some probability."""
    return Edge(a, b, probability, "name_and_birth")


def test_an_edge_joins_and_says_so() -> None:
    outcome = cluster([register(1, "dudley"), register(2, "walsall"), register(3, "solihull")], [edge(1, 2)])
    assert outcome.members == [[1, 2]]
    assert outcome.joined_by[2] == edge(1, 2)
    assert outcome.refused == []


def test_one_false_edge_does_not_chain_two_people() -> None:
    records = [register(1, "dudley"), register(2, "walsall"), register(3, "dudley"), register(4, "walsall")]
    outcome = cluster(records, [edge(1, 2, 1.0), edge(3, 4, 1.0), edge(2, 3, 0.98)])
    assert outcome.members == [[1, 2], [3, 4]]
    assert [(refused.a, refused.b, reason) for refused, reason in outcome.refused] == [(2, 3, "two_records_of_one_register")]


def test_the_best_edge_is_joined_first_however_edges_are_ordered() -> None:
    records = [register(1, "dudley"), register(2, "walsall"), register(3, "walsall")]
    edges = [edge(1, 2, 0.98), edge(1, 3, 0.99), edge(1, 2, 0.97)]
    assert {str(cluster(records, order).members) for order in permutations(edges)} == {"[[1, 3]]"}


def test_the_police_may_hold_a_person_twice() -> None:
    outcome = cluster([police(1), police(2), register(3, "dudley")], [edge(1, 2, 1.0), edge(2, 3)])
    assert outcome.members == [[1, 2, 3]]


def test_a_register_tells_apart_two_whom_the_police_knows_under_names_that_are_nearly_one() -> None:
    records = [
        register(1, "dudley", given_key="aisha", twins=("aysha",)),
        register(2, "dudley", given_key="aysha", twins=("aisha",)),
        police(3, given_key="aisha"),
        police(4, given_key="aysha"),
    ]
    edges = [Edge(3, 4, 0.9999, "probabilistic"), Edge(1, 3, 0.99, "probabilistic"), Edge(2, 4, 0.99, "probabilistic")]
    assert cluster(records, edges).members == [[1, 3], [2, 4]]


def test_two_trusted_identifiers_are_two_people() -> None:
    for kind in ("nhs_number", "upn", "pnc_id"):
        a, b = register(1, "dudley", **{kind: "A1231"}), register(2, "walsall", **{kind: "A1232"})
        outcome = cluster([a, b, register(3, "solihull")], [edge(1, 3, 1.0), edge(2, 3)])
        assert outcome.members == [[1, 3]], kind
        assert outcome.refused[0][1] == f"two_{kind}s"


def test_a_temporary_upn_gives_way_to_the_permanent_one() -> None:
    outcome = cluster([register(1, "dudley", upn="E33040001401A"), register(2, "walsall", upn="F330400014001")], [edge(1, 2)])
    assert outcome.members == [[1, 2]]


def test_different_given_name_and_birth_are_two_people_whatever_they_share() -> None:
    a = register(1, "dudley", given_key="john", date_of_birth=date(1960, 1, 2))
    b = register(2, "walsall", given_key="jack", date_of_birth=date(1985, 1, 2))
    assert cluster([a, b], [edge(1, 2, 1.0)]).refused[0][1] == "different_given_name_and_birth"


def test_twins_are_two_people_but_a_pet_name_is_not() -> None:
    bill = register(1, "dudley", given_key="bill", date_of_birth=BORN)
    william = register(2, "walsall", given_key="william", date_of_birth=BORN)
    twin = register(3, "walsall", given_key="william", date_of_birth=BORN, twins=("jack",))
    assert cluster([bill, william], [edge(1, 2, 1.0)]).members == [[1, 2]]
    assert cluster([bill, twin], [edge(1, 3, 1.0)]).members == []


def test_protected_persons_link_within_one_partner_only() -> None:
    records = [police(1, is_protected=True), police(2), register(3, "dudley")]
    outcome = cluster(records, [edge(1, 2, 0.99), edge(2, 3, 0.98)])
    assert outcome.members == [[1, 2]]
    assert outcome.refused[0][1] == "protected_person"


def test_a_cluster_has_a_largest_size() -> None:
    records = [police(node) for node in range(30)]
    outcome = cluster(records, [edge(0, node) for node in range(1, 30)])
    assert [len(members) for members in outcome.members] == [25]
    assert {reason for _, reason in outcome.refused} == {"too_many_records"}
