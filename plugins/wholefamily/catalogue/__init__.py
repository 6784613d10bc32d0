"""What analysts are told of the marts: a dictionary with a diagram, where columns come from, worked queries, dbt's own pages."""
