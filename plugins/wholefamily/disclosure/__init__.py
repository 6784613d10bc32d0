"""The one choke point: nothing leaves except through these modules (exchange.md section 6)."""
