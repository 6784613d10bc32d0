"""The embedded stack and the synthetic region: everything that `make demo` needs and a deployment does not."""
