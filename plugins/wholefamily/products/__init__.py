"""What goes out, one product each (exchange.md section 6)."""
