"""The one choke point: nothing leaves except through these modules (architecture.md decision 9)."""
