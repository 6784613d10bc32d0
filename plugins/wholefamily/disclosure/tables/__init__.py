"""Protecting published tables: carry figures forward, hide cells, and prove by linear programs that nothing can be worked out (exchange.md section 8)."""
