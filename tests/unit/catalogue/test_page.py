"""The dictionary of the marts: a small property file, read by hand."""

from pathlib import Path

from wholefamily.catalogue import page, properties

PROPERTIES = """\
version: 2
models:
  - name: dim_town
    description: One row per town.
    columns:
      - {name: town_code, data_type: text, description: The town., data_tests: [unique, not_null]}
  - name: fct_fair
    description: >
      One row per town
      and month.
    data_tests:
      - one_row_per: {arguments: {columns: [town_code]}, config: {where: is_open}}
      - one_row_per: {arguments: {columns: [period, town_code]}}
    columns:
      - {name: period, data_type: timestamp with time zone, description: Month., data_tests: [not_null]}
      - name: town_code
        data_type: text
        description: a|b.
        config: {meta: {shows: {raw.people.address: the town}}}
        data_tests:
          - relationships: {arguments: {to: ref('dim_town'), field: town_code}}
          - accepted_values: {arguments: {values: [x, y]}}
"""


def test_a_property_file_as_a_page(tmp_path: Path) -> None:
    (tmp_path / "fairs").mkdir()
    (tmp_path / "fairs" / "_fairs.yml").write_text(PROPERTIES)
    marts = properties.read(tmp_path)
    text = page.markdown(marts)
    assert "One row per town and month.\nKey: `period`, `town_code`.\n" in text
    assert "| `town_code` | text | one of `x`, `y`; in `dim_town.town_code` | a\\|b. Of `raw.people.address` it shows the town. |" in text
    diagram = text[text.index("erDiagram") : text.index("```\n\n## fairs")]
    assert diagram.splitlines() == [
        "erDiagram",
        "    dim_town |o--o{ fct_fair : town_code",
        "    dim_town {",
        "        text town_code PK",
        "    }",
        "    fct_fair {",
        "        timestamp_with_time_zone period PK",
        "        text town_code PK, FK",
        "    }",
    ]


def test_every_mart_says_what_a_row_is_and_refers_to_marts_that_there_are() -> None:
    marts = properties.read()
    columns = {(mart.name, column.name) for mart in marts for column in mart.columns}
    assert [mart.name for mart in marts if not mart.description.startswith("One row per ")] == []
    assert [column for mart in marts for column in mart.columns if column.refers_to and column.refers_to not in columns] == []
    assert {mart.schema for mart in marts} == {"marts", "quality"}
